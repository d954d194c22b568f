import { TextInput } from '@mantine/core';
import { Copy, Spline, Trash2 } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { KINDS } from '../../nodes/index.ts';
import { problemsOf } from '../canvas/marks.ts';
import { exitsOf } from '../canvas/fits.ts';
import { configure, duplicateSelected, endGesture, removeSelected, renameTo, selectNodes } from '../state/edit.ts';
import { transit, useStudio, useSurroundings } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { KindIcon } from '../ui/icons.tsx';
import { ProblemMark } from '../ui/problem-mark.tsx';
import { words } from '../words/index.ts';
import { CasePart } from './case-part.tsx';
import { ConfigForm } from './config-form.tsx';
import { ContractPart } from './contract-part.tsx';
import { MockPart } from './mock-part.tsx';
import { offersOf } from './offers.ts';
import { RepairButton } from './repair-button.tsx';
import { useCaseAt } from './use-case.ts';

const NO_SCOPE: FeelScopeTypes = {};

/** The inspector of a step: its name and kind, its form, what goes in and where it leads. */
export function NodePanel({ id, flow, node }: { id: string; flow: Flow; node: FlowNode }) {
  const kind = KINDS[node.kind];
  const problems = useStudio((state) => problemsOf(state, id));
  const scope = useStudio((state) => state.checks.scopes[id]) ?? NO_SCOPE;
  const pointed = useStudio((state) => state.presence.pointedAt);
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const surroundings = useSurroundings();
  const inConfig = useMemo(
    () =>
      problems
        .filter((problem) => problem.path[2] === 'config')
        .map((problem) => ({ ...problem, path: problem.path.slice(3) })),
    [problems],
  );
  const others = problems.filter((problem) => problem.path[2] !== 'config' || problem.path.length === 3);
  const onChange = useCallback(
    (config: Record<string, unknown>, gesture: string) => configure(id, config, `${id} ${gesture}`),
    [id],
  );
  const shown = useCaseAt(id, flow, scope);
  const [wished, setTurn] = useState(0);
  const turn = Math.min(wished, Math.max(0, (shown?.turns.length ?? 0) - 1));
  const at = shown?.turns[turn];
  const values = useMemo(
    () => (shown === null || at === undefined ? null : { name: shown.name, turn: at }),
    [shown, at],
  );
  const pointedAt = pointed?.[1] === id && pointed[2] === 'config' ? pointed.slice(3) : null;

  return (
    <>
      <header className="panel-head">
        <KindIcon icon={kind?.icon ?? ''} hue={kind?.hue ?? 'slate'} size={18} />
        <span className="grow small quiet">{kind?.label ?? words().canvas.unknownKind(node.kind)}</span>
        {exitsOf(flow, id).length === 0 ? null : (
          <Act
            label={words().connect.act}
            disabled={readOnly}
            onClick={() => transit((s) => present(s, { connectFrom: id }))}
          >
            <Spline size={16} aria-hidden />
          </Act>
        )}
        <Act label={words().commands.duplicate} disabled={readOnly} onClick={duplicateSelected}>
          <Copy size={16} aria-hidden />
        </Act>
        <Act label={words().commands.remove} disabled={readOnly} onClick={removeSelected}>
          <Trash2 size={16} aria-hidden />
        </Act>
      </header>
      <NameInput id={id} name={node.name} readOnly={readOnly} />
      {others.length === 0 ? null : (
        <ul className="node-problems">
          {others.map((problem) => (
            <li key={`${problem.code} ${problem.message}`}>
              <ProblemMark problem={problem} />
              <div className="grow">
                <p>
                  {problem.message} <span className="quiet">{problem.hint}</span>
                </p>
                <div className="node-problem-foot">
                  <span className="mono quiet">{problem.code}</span>
                  <RepairButton problem={problem} flow={flow} unsafe={null} />
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
      {kind === undefined ? (
        <p className="quiet">{words().inspector.unknownKind}</p>
      ) : (
        <ConfigForm
          key={id}
          node={id}
          schema={kind.schema}
          config={node.config}
          scope={scope}
          surroundings={surroundings}
          flow={flow}
          problems={inConfig}
          pointedAt={pointedAt}
          readOnly={readOnly}
          values={values}
          onChange={onChange}
          onDone={endGesture}
        />
      )}
      <ContractPart node={node} surroundings={surroundings} />
      {kind?.inProgram === true ? (
        <>
          <CasePart id={id} node={node} scope={scope} shown={shown} turn={turn} onTurn={setTurn} />
          <MockPart id={id} node={node} scope={scope} step={at?.step ?? null} />
          <Exits id={id} flow={flow} />
          {at === undefined ? <ScopeList scope={scope} /> : null}
        </>
      ) : null}
    </>
  );
}

interface ActProps {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function Act({ label, disabled, onClick, children }: ActProps) {
  return (
    <button type="button" className="plain icon" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}

/** The name, which formulas use: it is changed when the field is left, in every formula at once. */
function NameInput({ id, name, readOnly }: { id: string; name: string; readOnly: boolean }) {
  const [text, setText] = useState(name);
  const [fault, setFault] = useState<string | null>(null);
  const [over, setOver] = useState(name);
  // It was renamed, here or elsewhere: that is what is shown, and the field keeps the keyboard.
  if (over !== name) {
    setOver(name);
    setText(name);
    setFault(null);
  }
  const keep = () => setFault(text.trim() === name ? null : (renameTo(id, text.trim())?.message ?? null));
  return (
    <TextInput
      label={words().inspector.name}
      value={text}
      maxLength={60}
      readOnly={readOnly}
      error={fault}
      onChange={(event) => {
        setText(event.target.value);
        setFault(null);
      }}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') keep();
        if (event.key === 'Escape') setText(name);
      }}
    />
  );
}

/** Where the step's exits lead. */
function Exits({ id, flow }: { id: string; flow: Flow }) {
  const exits = exitsOf(flow, id);
  if (exits.length === 0) return null;
  return (
    <section className="panel-part">
      <h3>{words().inspector.exits}</h3>
      <ul className="exit-list">
        {exits.map((exit) => {
          const { leadsTo } = exit;
          return (
            <li key={exit.port} className="row">
              <span className="grow clip">{exit.label}</span>
              {leadsTo === null ? (
                <span className="small quiet">{words().inspector.leadsNowhere}</span>
              ) : (
                <button type="button" className="plain link" onClick={() => selectNodes([leadsTo])}>
                  {flow.nodes[leadsTo]?.name}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What formulas of the step may use. */
function ScopeList({ scope }: { scope: FeelScopeTypes }) {
  const offers = useMemo(() => offersOf(scope), [scope]);
  if (offers.length === 0) return null;
  return (
    <section className="panel-part">
      <h3>{words().inspector.goesIn}</h3>
      <ul className="scope">
        {offers.map((offer) => (
          <li key={offer.path} className="row" style={{ paddingLeft: (offer.path.split('.').length - 1) * 12 }}>
            <span className="mono grow clip">{offer.path.split('.').at(-1)}</span>
            <span className="small quiet clip">{offer.type}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
