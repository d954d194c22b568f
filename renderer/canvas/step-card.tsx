import { Handle, Position, type NodeProps } from '@xyflow/react';
import { memo, useMemo } from 'react';
import { RotateCcw, TriangleAlert, UserRound } from 'lucide-react';
import type { Problem } from '../../engine/flow/problem.ts';
import type { Port } from '../../nodes/kind.ts';
import { describe, type Description } from '../document/describe.ts';
import { useStudio, useSurroundings } from '../state/store.ts';
import { KindIcon } from '../ui/icons.tsx';
import { words } from '../words.ts';
import { IN, type CardNode } from './elements.ts';
import { problemsOf, shownCoverage, shownTrace, shownUnsafe } from './marks.ts';
import { NameField } from './name-field.tsx';

/** A step's card: icon, name, kind, one line that says what it does, what matters at the foot, exits on the right. */
export const StepCard = memo(function StepCard({ id, selected }: NodeProps<CardNode>) {
  const node = useStudio((state) => state.document?.history.present.nodes[id]);
  const problems = useStudio((state) => problemsOf(state, id));
  const renaming = useStudio((state) => state.presence.renaming === id);
  const turns = useStudio((state) => shownTrace(state)?.turns.get(id));
  const traced = useStudio((state) => shownTrace(state) !== null);
  const unsafe = useStudio((state) => shownUnsafe(state).nodes.has(id));
  const missed = useStudio((state) => shownCoverage(state)?.missedNodes.has(id) === true);
  const covered = useStudio((state) => shownCoverage(state)?.nodes.has(id) === true);
  const personal = useStudio((state) => state.checks.personal.has(id));
  const surroundings = useSurroundings();
  const shown = useMemo(() => (node === undefined ? null : describe(node, surroundings)), [node, surroundings]);
  if (node === undefined || shown === null) return null;
  const hue = shown.kind?.hue ?? 'slate';
  const state = [
    selected ? 'selected' : '',
    unsafe ? 'unsafe' : '',
    turns !== undefined ? 'traced' : traced ? 'aside' : '',
    covered ? 'covered' : '',
    missed ? 'missed' : '',
  ].join(' ');

  return (
    <div className={`card ${hue} ${state}`}>
      {shown.hasInput ? <Handle type="target" position={Position.Left} id={IN} className="port-in" /> : null}
      <div className="card-head">
        <KindIcon icon={shown.kind?.icon ?? ''} hue={hue} />
        {renaming ? (
          <NameField id={id} name={node.name} />
        ) : (
          <span className="card-name clip" title={node.name}>
            {node.name}
          </span>
        )}
        <ProblemDot problems={problems} />
      </div>
      <div className="card-kind">{shown.kind?.label ?? words.canvas.unknownKind(node.kind)}</div>
      {shown.sentence === '' ? null : <p className="card-sentence">{shown.sentence}</p>}
      <Badges shown={shown} personal={personal} />
      <Exits ports={shown.ports} />
      {turns === undefined ? null : (
        <span className="turns" title={words.canvas.turns(turns.length)}>
          {turns.length > 3 ? `${turns.length}×` : turns.join(' · ')}
        </span>
      )}
    </div>
  );
});

function ProblemDot({ problems }: { problems: readonly Problem[] }) {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const shown = errors[0] ?? problems[0];
  if (shown === undefined) return null;
  const tone = errors.length > 0 ? 'bad' : 'wait';
  return (
    <span className={`dot ${tone}`} title={`${shown.message} ${shown.hint}`}>
      {errors.length || problems.length}
      <span className="sr">{words.canvas.problems(problems.length)}</span>
    </span>
  );
}

function Badges({ shown, personal }: { shown: Description; personal: boolean }) {
  if (shown.effect === null && !personal) return null;
  return (
    <div className="badges">
      {shown.effect === 'irreversible' ? (
        <span className="chip bad">
          {words.effect.irreversible}
          <TriangleAlert size={12} aria-hidden />
        </span>
      ) : null}
      {shown.effect === 'reversible' ? (
        <span className="chip" title={words.effect.undo(shown.undo ?? '')}>
          {words.effect.reversible}
          <RotateCcw size={12} aria-hidden />
        </span>
      ) : null}
      {shown.effect === 'read' ? <span className="chip">{words.effect.read}</span> : null}
      {personal ? (
        <span className="chip" title={words.canvas.personalHint}>
          <UserRound size={12} aria-hidden />
          {words.canvas.personal}
        </span>
      ) : null}
    </div>
  );
}

function Exits({ ports }: { ports: readonly Port[] }) {
  const [only] = ports;
  if (only === undefined) return null;
  if (ports.length === 1) return <Handle type="source" position={Position.Right} id={only.id} className="port-only" />;
  return (
    <ul className="exits">
      {ports.map((port) => (
        <li key={port.id} className={port.tone === undefined ? undefined : `tone-${port.tone}`}>
          <span className="clip">{port.label}</span>
          <Handle type="source" position={Position.Right} id={port.id} className="port-out" />
        </li>
      ))}
    </ul>
  );
}
