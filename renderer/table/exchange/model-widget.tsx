import { Button, Select } from '@mantine/core';
import { Maximize2 } from 'lucide-react';
import { useMemo } from 'react';
import { standsAlone } from '../../../engine/dmn/exchange/import-dmn.ts';
import type { ModelFile } from '../../../engine/dmn/exchange/model-file.ts';
import { decisionOf, openModel, withOwnTable, type RuleConfig, type RuleModel } from '../../../nodes/rule/config.ts';
import { FeelInput } from '../../inspector/feel-input.tsx';
import { FieldFrame } from '../../inspector/field-frame.tsx';
import { pathKey, problemsAt, useForm } from '../../inspector/form-context.ts';
import { offersOf } from '../../inspector/offers.ts';
import type { FieldSpec, Path } from '../../inspector/schema-form.ts';
import { configure, endGesture } from '../../state/edit.ts';
import { transit } from '../../state/store.ts';
import { present } from '../../state/transitions.ts';
import { TableEditor } from '../table-editor.tsx';
import { DmnActs } from './dmn-acts.tsx';
import { words } from '../../words/index.ts';
import { modelRule, useModelTable } from './model-table.ts';

/** A rule that is a decision of a DMN model: which one, what stands for its inputs, and the model's tables. */
export function ModelTableWidget({ spec, path }: { spec: FieldSpec; path: Path }) {
  const form = useForm();
  const rule = useMemo(() => modelRule(form.config), [form.config]);
  const opened = useMemo(() => (rule?.model === undefined ? null : openModel(rule.model)), [rule]);
  const own = form.problems.filter((problem) => problem.path.length <= path.length + 1 && problem.path[0] === path[0]);
  if (rule?.model === undefined || opened === null || !opened.ok)
    return (
      <FieldFrame label={spec.label} help={words().dmn.model.unreadable} problems={own}>
        <DmnActs node={form.node} />
      </FieldFrame>
    );
  const { file } = opened;
  return (
    <FieldFrame
      label={spec.label}
      help={null}
      problems={own}
      aside={<span className="chip clip">{words().dmn.model.of(file.model.name)}</span>}
    >
      <div className="stack loose">
        <Select
          label={words().dmn.model.from}
          data={decisionsOf(file)}
          value={rule.model.decision}
          disabled={form.readOnly}
          allowDeselect={false}
          searchable
          onChange={(id) => {
            if (id !== null) form.set([...path, 'decision'], id);
            form.done();
          }}
        />
        <Inputs model={rule.model} path={path} />
        <Tables rule={rule} file={file} />
        <DmnActs node={form.node} />
      </div>
    </FieldFrame>
  );
}

/** To choose from. Of decisions with one id, which is an error of the model, there is one. */
const decisionsOf = ({ model }: ModelFile) =>
  [...new Map(model.decisions.map((decision) => [decision.id, decision] as const)).values()].map(
    ({ id, name, expression }) => ({ value: id, label: name, disabled: expression === null }),
  );

function Inputs({ model, path }: { model: RuleModel; path: Path }) {
  const form = useForm();
  const offers = offersOf(form.scope);
  const inputs = decisionOf(model)?.inputs ?? [];
  if (inputs.length === 0) return <p className="field-help">{words().dmn.model.noInputs}</p>;
  return (
    <fieldset className="group">
      <legend className="field-label">{words().dmn.model.inputs}</legend>
      <p className="field-help">{words().dmn.model.inputsHelp}</p>
      {inputs.map(({ name }) => {
        const at = [...path, 'inputs', name];
        return (
          <div className="named" key={name}>
            <span className="field-label">{name}</span>
            <FeelInput
              label={name}
              value={(Object.hasOwn(model.inputs, name) ? model.inputs[name] : undefined) ?? ''}
              example={name}
              offers={offers}
              problems={problemsAt(form.problems, at)}
              pointedAt={form.pointedAt !== null && pathKey(form.pointedAt) === pathKey(at)}
              disabled={form.readOnly}
              onChange={(next) => form.set(at, next === '' ? undefined : next)}
              onDone={form.done}
            />
          </div>
        );
      })}
    </fieldset>
  );
}

function Tables({ rule, file }: { rule: RuleConfig; file: ModelFile }) {
  const form = useForm();
  const node = useMemo(() => ({ kind: '', name: '', config: { ...form.config } }), [form.config]);
  const shown = useModelTable(form.node, node, null);
  const decision = rule.model?.decision ?? '';
  const others = file.tables.filter(({ owner, whole }) => !whole || owner.id !== decision);
  const open = (table?: string) =>
    transit((state) =>
      present(state, { dialog: { dialog: 'table', node: form.node, ...(table === undefined ? {} : { table }) } }),
    );
  const makeOwn = () => {
    const change = withOwnTable(rule);
    if (!change.ok) return;
    endGesture();
    configure(form.node, change.config);
  };
  return (
    <>
      {shown === null ? (
        <p className="field-help">{words().dmn.model.noTable}</p>
      ) : (
        <TableEditor use={shown.use} table={shown.table} compact>
          <Button variant="default" leftSection={<Maximize2 size={14} aria-hidden />} onClick={() => open()}>
            {words().dmn.model.edit(shown.owner)}
          </Button>
          <span className="small quiet">{words().dmn.model.rows(shown.table.rows.length)}</span>
        </TableEditor>
      )}
      {standsAlone(file, decision) ? (
        <button type="button" className="plain" disabled={form.readOnly} onClick={makeOwn}>
          {words().dmn.model.own}
        </button>
      ) : null}
      {others.length === 0 ? null : (
        <section>
          <h4 className="field-label">{words().dmn.model.tables}</h4>
          <ul className="exit-list">
            {others.map(({ key, owner, whole, table }) => (
              <li key={key} className="row">
                <button type="button" className="plain link grow clip" onClick={() => open(key)}>
                  {whole ? owner.name : words().dmn.model.part(owner.name)}
                </button>
                <span className="small quiet">{words().dmn.model.rows(table.rows.length)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
