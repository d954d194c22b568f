import { Button, SegmentedControl } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { formatValue, toJson, type FeelScopeTypes, type FeelValue } from '../../engine/feel/index.ts';
import type { FlowNode } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { portsOf } from '../document/describe.ts';
import { RunCaseButton } from '../fold/run-case-button.tsx';
import { newCase } from '../state/making.ts';
import { chosenScenario, runScenario } from '../state/sandbox.ts';
import { useStudio, useSurroundings } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { Values } from '../ui/values.tsx';
import { readRecord } from '../story/record.ts';
import { CasePicker } from './case-picker.tsx';
import type { Turn } from './case-scope.ts';
import { shortType } from './offers.ts';
import type { CaseHere } from './use-case.ts';
import { words } from '../words/index.ts';

interface CasePartProps {
  id: string;
  node: FlowNode;
  scope: FeelScopeTypes;
  shown: CaseHere | null;
  /** Which of the turns is looked at, from 0. */
  turn: number;
  onTurn: (turn: number) => void;
}

/** What goes into a step and what comes out of it, in a case that is run to here. */
export function CasePart({ id, node, scope, shown, turn, onTurn }: CasePartProps) {
  const current = useStudio(chosenScenario);
  const running = useStudio((state) => state.sandbox.running === 'scenario');
  const error = useStudio((state) => state.sandbox.error);
  const one = shown?.turns[turn] ?? null;
  return (
    <section className="panel-part">
      <h3>{words().stepCase.title}</h3>
      {current === null ? (
        <div className="stack">
          <p className="quiet">{words().stepCase.noScenarios}</p>
          <div>
            <Button variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={newCase}>
              {words().making.newCase}
            </Button>
          </div>
        </div>
      ) : (
        <div className="row">
          <CasePicker label={words().stepCase.scenario} until={id} />
          <RunCaseButton variant="default" className="run-to" onRun={() => void runScenario(current, id)}>
            {words().stepCase.runTo}
          </RunCaseButton>
        </div>
      )}
      {error === null ? null : <ErrorNote error={error} />}
      {shown === null && current !== null && !running ? <p className="field-help">{words().stepCase.none}</p> : null}
      {shown?.stale === true ? <p className="field-fault warning">{words().stepCase.stale}</p> : null}
      {shown !== null && one === null && !running ? (
        <p className="quiet">{words().stepCase.notReached(node.name)}</p>
      ) : null}
      {shown === null || shown.turns.length < 2 ? null : (
        <SegmentedControl
          size="xs"
          aria-label={words().stepCase.turn}
          data={shown.turns.map((_, i) => ({ value: String(i), label: String(i + 1) }))}
          value={String(turn)}
          onChange={(next) => onTurn(Number(next))}
        />
      )}
      {one === null ? null : <InOut node={node} scope={scope} turn={one} />}
    </section>
  );
}

/** A value that is one line, or a record name by name. */
function Shown({ value }: { value: Parameters<typeof toJson>[0] }) {
  const json = toJson(value);
  const isRecord = typeof json === 'object' && json !== null && !Array.isArray(json);
  // FEEL writes an empty list in signs alone.
  const isEmptyList = Array.isArray(json) && json.length === 0;
  return isRecord || isEmptyList ? <Values value={json} /> : <span className="mono">{formatValue(value)}</span>;
}

/** The names that the step's own formulas read; null where they are not known. */
function useReads({ kind: name, config }: FlowNode, scope: FeelScopeTypes): ReadonlySet<string> | null {
  const surroundings = useSurroundings();
  return useMemo(() => {
    const kind = KINDS[name];
    const read = kind?.schema.safeParse(config);
    if (kind === undefined || read?.success !== true) return null;
    return new Set(kind.analyse(read.data, scope, surroundings).reads.map(([root = '']) => root));
  }, [name, config, scope, surroundings]);
}

function Named({ values, scope }: { values: readonly (readonly [string, FeelValue])[]; scope: FeelScopeTypes }) {
  return (
    <dl className="in-out-values">
      {values.map(([name, value]) => (
        <div key={name}>
          <dt>
            <span className="mono">{name}</span>
            <span className="small quiet">{scope[name] === undefined ? '' : shortType(scope[name])}</span>
          </dt>
          <dd>
            <Shown value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function InOut({ node, scope, turn }: { node: FlowNode; scope: FeelScopeTypes; turn: Turn }) {
  const { before, step } = turn;
  const port = portsOf(node).find((one) => one.id === step.port);
  const record = readRecord(step.record);
  const reads = useReads(node, scope);
  const read = [...before].filter(([name]) => reads === null || reads.has(name));
  const others = [...before].filter(([name]) => reads !== null && !reads.has(name));
  return (
    <div className="in-out">
      <h4>{words().stepCase.in}</h4>
      {before.size === 0 ? <p className="quiet">{words().stepCase.nothingIn}</p> : null}
      <Named values={read} scope={scope} />
      {others.length === 0 ? null : (
        <details>
          <summary className="small quiet">{words().stepCase.alsoThere(others.length)}</summary>
          <Named values={others} scope={scope} />
        </details>
      )}
      <h4>{words().stepCase.out}</h4>
      {record?.by === 'mock' ? <p className="chip mocked">{words().stepCase.mocked(record.name)}</p> : null}
      {step.port === null ? (
        <p className="quiet">{step.sentence === '' ? words().stepCase.waits : step.sentence}</p>
      ) : (
        <p className="row">
          <span className="quiet">{words().stepCase.leaves}</span>
          <span className={`chip ${port?.tone ?? ''}`}>{port?.label ?? step.port}</span>
        </p>
      )}
      {step.value === null ? null : <Values value={step.value} />}
    </div>
  );
}
