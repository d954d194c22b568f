import { Handle, Position, useStoreApi, useUpdateNodeInternals, type NodeProps } from '@xyflow/react';
import { Ban, RefreshCw, RotateCcw, TriangleAlert, UserRound } from 'lucide-react';
import { memo, useEffect, useMemo, useRef } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Port } from '../../nodes/kind.ts';
import { describe, type Description } from '../document/describe.ts';
import { openThreads } from '../document/comments.ts';
import type { StudioState } from '../state/records.ts';
import { flowOf, surroundingsOf, useStudio } from '../state/store.ts';
import { KindIcon } from '../ui/icons.tsx';
import { words } from '../words/index.ts';
import { useDetail } from './detail-context.ts';
import { IN, type CardNode } from './elements.ts';
import { isMeasured, LightCard } from './light-card.tsx';
import { Load } from './load.tsx';
import { problemsOf, shownCoverage, shownTrace, shownTraffic, shownUnsafe } from './marks.ts';
import { MockCorner } from './mock-corner.tsx';
import { NameField } from './name-field.tsx';
import { CommentBadge, CommentMark } from './comment-badge.tsx';
import { Facts } from './facts.tsx';
import { ProblemDot } from './problem-dot.tsx';

/** What a card shows of the studio's state, in one look at it: a flow may have a thousand cards. */
const lookAt = (id: string) => (state: StudioState) => {
  const trace = shownTrace(state);
  const coverage = shownCoverage(state);
  const traffic = shownTraffic(state);
  const flow = flowOf(state);
  return {
    node: flow?.nodes[id],
    problems: problemsOf(state, id),
    comments: flow === null ? 0 : openThreads(flow, id),
    renaming: state.presence.renaming === id,
    turns: trace?.turns.get(id),
    traced: trace !== null,
    here: trace?.here.has(id) === true,
    real: trace?.of === 'real',
    load: traffic?.traffic.nodes[id],
    aside: traffic !== null && traffic.traffic.nodes[id] === undefined,
    unsafe: shownUnsafe(state).nodes.has(id),
    missed: coverage?.missedNodes.has(id) === true,
    covered: coverage?.nodes.has(id) === true,
    personal: state.checks.personal.has(id),
    surroundings: surroundingsOf(state),
  };
};

/** A step's card: icon, name, kind, what matters without a click, badges at the foot, exits on the right; light from afar. */
export const StepCard = memo(function StepCard({ id, selected, height }: NodeProps<CardNode>) {
  const far = useDetail() === 'far';
  const canvas = useStoreApi();
  const look = useMemo(() => lookAt(id), [id]);
  const { node, surroundings, turns, load, ...seen } = useStudio(useShallow(look));
  const shown = useMemo(() => (node === undefined ? null : describe(node, surroundings)), [node, surroundings]);
  useMeasuredAgain(id, shown?.ports ?? NO_PORTS);
  if (node === undefined || shown === null) return null;
  const hue = shown.kind?.hue ?? 'slate';
  const disabled = node.disabled === true;
  const state = [
    selected ? 'selected' : '',
    seen.unsafe ? 'unsafe' : '',
    turns !== undefined ? (seen.real ? 'traced real' : 'traced') : seen.traced || seen.aside ? 'aside' : '',
    seen.here ? 'here' : '',
    seen.covered ? 'covered' : '',
    seen.missed ? 'missed' : '',
    disabled ? 'disabled' : '',
  ].join(' ');
  const bounds = canvas.getState().nodeLookup.get(id)?.internals.handleBounds;
  if (far && height !== undefined && !seen.renaming && isMeasured(bounds, shown))
    return (
      <LightCard id={id} name={node.name} className={`${hue} ${state}`} height={height}>
        <CommentMark count={seen.comments} />
        <ProblemDot problems={seen.problems} />
        <MockCorner id={id} />
        <Turns turns={turns} here={seen.here} />
        <Load load={load} />
      </LightCard>
    );

  return (
    <div className={`card ${hue} ${state}`}>
      {shown.hasInput ? <Handle type="target" position={Position.Left} id={IN} className="port-in" /> : null}
      <div className="card-head">
        <KindIcon icon={shown.kind?.icon ?? ''} hue={hue} />
        {seen.renaming ? (
          <NameField id={id} name={node.name} />
        ) : (
          <span className="card-name clip" title={node.name}>
            {node.name}
          </span>
        )}
        <CommentBadge id={id} count={seen.comments} />
        <ProblemDot problems={seen.problems} />
      </div>
      <div className="card-kind">{shown.kind?.label ?? words().canvas.unknownKind(node.kind)}</div>
      <Facts node={node} shown={shown} surroundings={surroundings} />
      <MockCorner id={id} />
      <Badges shown={shown} personal={seen.personal} disabled={disabled} />
      <Exits ports={shown.ports} />
      <Turns turns={turns} here={seen.here} />
      <Load load={load} />
    </div>
  );
});

const NO_PORTS: readonly Port[] = [];

/** The canvas measures a card anew when its size changes. Where only the exits are others, it has to be told. */
function useMeasuredAgain(id: string, ports: readonly Port[]): void {
  const update = useUpdateNodeInternals();
  const exits = JSON.stringify(ports.map((port) => port.id));
  const measured = useRef(exits);
  useEffect(() => {
    if (measured.current !== exits) update(id);
    measured.current = exits;
  }, [id, exits, update]);
}

function Turns({ turns, here }: { turns: readonly number[] | undefined; here: boolean }) {
  if (turns === undefined) return null;
  return (
    <span className="turns" title={here ? words().replay.hereHint : words().canvas.turns(turns.length)}>
      {turns.length > 3 ? `${turns.length}×` : turns.join(' · ')}
      {here ? ` · ${words().replay.here}` : null}
    </span>
  );
}

function Badges({ shown, personal, disabled }: { shown: Description; personal: boolean; disabled: boolean }) {
  if (shown.effect === null && shown.attempts < 2 && !personal && !disabled) return null;
  return (
    <div className="badges">
      {disabled ? (
        <span className="chip" title={words().canvas.disable.hint}>
          {words().canvas.disable.badge}
          <Ban size={12} aria-hidden />
        </span>
      ) : null}
      {shown.effect === 'irreversible' ? (
        <span className="chip bad">
          {words().effect.irreversible}
          <TriangleAlert size={12} aria-hidden />
        </span>
      ) : null}
      {shown.effect === 'reversible' ? (
        <span className="chip" title={words().effect.undo(shown.undo ?? '')}>
          {words().effect.reversible}
          <RotateCcw size={12} aria-hidden />
        </span>
      ) : null}
      {shown.effect === 'read' ? <span className="chip">{words().effect.read}</span> : null}
      {shown.attempts < 2 ? null : (
        <span className="chip" title={words().canvas.retryHint(shown.attempts)}>
          <RefreshCw size={12} aria-hidden />
          {words().canvas.retry}
        </span>
      )}
      {personal ? (
        <span className="chip" title={words().canvas.personalHint}>
          <UserRound size={12} aria-hidden />
          {words().canvas.personal}
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
