import { NumberInput, Switch } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import type { Flow, FlowEdge } from '../../engine/flow/document.ts';
import { DEFAULT_BACK_VISITS } from '../document/commands.ts';
import { boundBack, endGesture, removeSelected, selectNodes } from '../state/edit.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { RepairButton } from './repair-button.tsx';

/** The inspector of a wire: from where to where, and whether it goes back. */
export function EdgePanel({ id, flow, edge }: { id: string; flow: Flow; edge: FlowEdge }) {
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const all = useStudio((state) => state.checks.problems);
  const problems = all.filter((problem) => problem.edge === id);
  const ends = [
    [words().wire.from, edge.from.node],
    [words().wire.to, edge.to.node],
  ] as const;
  return (
    <>
      <header className="panel-head">
        <h2 className="grow">{words().wire.title}</h2>
        <button
          type="button"
          className="plain icon"
          aria-label={words().commands.remove}
          title={words().commands.remove}
          disabled={readOnly}
          onClick={removeSelected}
        >
          <Trash2 size={16} aria-hidden />
        </button>
      </header>
      <ul className="exit-list">
        {ends.map(([label, node]) => (
          <li key={label} className="row">
            <span className="grow quiet">{label}</span>
            <button type="button" className="plain link" onClick={() => selectNodes([node])}>
              {flow.nodes[node]?.name ?? node}
            </button>
          </li>
        ))}
        <li className="row">
          <span className="grow quiet">{words().wire.exit}</span>
          <span className="pad">{edge.from.port}</span>
        </li>
      </ul>
      {problems.map((problem) => (
        <p key={problem.code} className={`field-fault ${problem.severity}`}>
          {problem.message} {problem.hint}
          <RepairButton problem={problem} flow={flow} unsafe={null} />
        </p>
      ))}
      <Switch
        label={words().wire.goesBack}
        description={words().wire.goesBackHelp}
        checked={edge.back !== undefined}
        aria-readonly={readOnly}
        onChange={(event) => {
          boundBack(id, event.currentTarget.checked ? DEFAULT_BACK_VISITS : null);
          endGesture();
        }}
      />
      {edge.back === undefined ? null : (
        <NumberInput
          label={words().wire.maxVisits}
          description={words().wire.maxVisitsHelp}
          min={1}
          max={100}
          allowDecimal={false}
          value={edge.back.maxVisits}
          readOnly={readOnly}
          onChange={(next) => {
            if (typeof next === 'number' && next >= 1 && next <= 100) boundBack(id, next);
          }}
          onBlur={endGesture}
        />
      )}
    </>
  );
}
