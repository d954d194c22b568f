import { Alert, Button, Checkbox, Radio } from '@mantine/core';
import { useState } from 'react';
import type { DecisionDescription } from '../../../engine/dmn/exchange/import-dmn.ts';
import type { FeelScopeTypes } from '../../../engine/feel/index.ts';
import type { FlowNode } from '../../../engine/flow/document.ts';
import { mainDecision, rule, ruleFromDmn, ruleSchema, withOwnTable } from '../../../nodes/rule/config.ts';
import { configure, endGesture } from '../../state/edit.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { ChosenDmn } from './dmn-files.ts';
import { words } from '../../words/index.ts';

interface DecisionDialogProps {
  node: string;
  of: FlowNode;
  scope: FeelScopeTypes;
  chosen: ChosenDmn;
  onClose: () => void;
}

/** Which decision of a DMN file a rule is to be. */
export function DecisionDialog(props: DecisionDialogProps) {
  const { chosen, onClose } = props;
  return (
    <Dialog opened onClose={onClose} title={words().dmn.choose.title(chosen.file)} size={560}>
      {chosen.ok ? (
        <Choose {...props} chosen={chosen} />
      ) : (
        <Alert color="red" role="alert">
          {chosen.message} {chosen.hint}
        </Alert>
      )}
    </Dialog>
  );
}

const MOST_TOLD = 5;

function Choose({ node, of, scope, chosen, onClose }: DecisionDialogProps & { chosen: ChosenDmn & { ok: true } }) {
  const { decisions } = chosen.model;
  const [id, setId] = useState(
    () => (mainDecision(decisions) ?? decisions.find(({ logic }) => logic !== null))?.id ?? null,
  );
  const [own, setOwn] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const wanted = decisions.find((decision) => decision.id === id);
  const takesOut = own && wanted?.standsAlone === true;

  const use = () => {
    if (id === null) return;
    const before = ruleSchema.safeParse(of.config);
    const taken = ruleFromDmn(chosen.source, id, scope, before.data ?? rule.initial());
    const change = taken.ok && takesOut ? withOwnTable(taken.config) : taken;
    if (!change.ok) {
      setFault(`${change.message} ${change.hint}`);
      return;
    }
    endGesture();
    configure(node, change.config);
    onClose();
  };

  if (decisions.length === 0) return <p>{words().dmn.choose.none}</p>;
  return (
    <form
      className="stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        use();
      }}
    >
      <p className="field-help">{words().dmn.choose.help}</p>
      <Radio.Group label={words().dmn.choose.decision} value={id} onChange={setId} className="dmn-decisions">
        {decisions.map((decision) => (
          <Radio
            key={decision.id}
            value={decision.id}
            disabled={decision.logic === null}
            label={decision.name}
            description={described(decision)}
          />
        ))}
      </Radio.Group>
      <Checkbox
        label={words().dmn.choose.own}
        description={words().dmn.choose.ownHelp}
        checked={takesOut}
        disabled={wanted?.standsAlone !== true}
        onChange={(event) => setOwn(event.currentTarget.checked)}
      />
      {chosen.problems.length === 0 ? null : (
        <Alert color="yellow">
          {words().dmn.choose.found(chosen.problems.length)}
          <ul>
            {chosen.problems.slice(0, MOST_TOLD).map(({ element, message }) => (
              <li key={`${element} ${message}`}>{element === '' ? message : `“${element}”: ${message}`}</li>
            ))}
          </ul>
        </Alert>
      )}
      {fault === null ? null : (
        <p className="field-fault error" role="alert">
          {fault}
        </p>
      )}
      <div className="row">
        <span className="grow" />
        <Button variant="default" onClick={onClose}>
          {words().dmn.choose.cancel}
        </Button>
        <Button type="submit" disabled={id === null}>
          {words().dmn.choose.act}
        </Button>
      </div>
    </form>
  );
}

const described = ({ logic, requires }: DecisionDescription): string =>
  `${words().dmn.choose.logic[logic ?? 'none']}, ${words().dmn.choose.requires(requires)}`;
