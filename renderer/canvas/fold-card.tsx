import { Handle, Position, useStoreApi, type NodeProps } from '@xyflow/react';
import { Boxes, ChevronsUpDown } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { Problem } from '../../engine/flow/problem.ts';
import { portsOf } from '../document/describe.ts';
import { groupOfCard, membersOf } from '../document/groups.ts';
import { useFlow, useStudio } from '../state/store.ts';
import { setFold } from './acts.ts';
import { useDetail } from './detail-context.ts';
import { exitHandle, foldEnds } from './drawn.ts';
import { IN, type CardNode } from './elements.ts';
import { GroupName } from './group-name.tsx';
import { isMeasured, LightCard } from './light-card.tsx';
import { problemsOf, shownTrace, shownUnsafe } from './marks.ts';
import { ProblemDot } from './problem-dot.tsx';
import { words } from '../words/index.ts';

/** A folded group as one card: how many steps and problems are in it, and the exits by which wires leave it. */
export const FoldCard = memo(function FoldCard({ id: card, selected, height }: NodeProps<CardNode>) {
  const far = useDetail() === 'far';
  const bounds = useStoreApi().getState().nodeLookup.get(card)?.internals.handleBounds;
  const renaming = useStudio((state) => state.presence.renaming === groupOfCard(card));
  const id = groupOfCard(card) ?? '';
  const flow = useFlow();
  const members = useMemo(() => new Set(flow === null ? [] : membersOf(flow, id)), [flow, id]);
  const isIn = (node: string): boolean => members.has(node);
  const checks = useStudio((state) => state.checks);
  const unsafe = useStudio((state) => [...shownUnsafe(state).nodes].some((node) => isIn(node)));
  const traced = useStudio((state) => {
    const trace = shownTrace(state);
    return [...(trace?.turns.keys() ?? [])].some((node) => isIn(node)) ? (trace?.of ?? null) : null;
  });
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const ends = useMemo(() => (flow === null ? null : foldEnds(flow, id)), [flow, id]);
  const problems = useMemo(
    () => [...members].flatMap((node): readonly Problem[] => problemsOf({ checks }, node)),
    [members, checks],
  );
  const group = flow?.groups?.[id];
  if (flow === null || group === undefined || ends === null) return null;
  const state = `${selected ? 'selected' : ''} ${unsafe ? 'unsafe' : ''} ${traced === null ? '' : traced === 'real' ? 'traced real' : 'traced'}`;
  const measuredPorts = ends.exits.map(({ node, port }) => ({ id: exitHandle(node, port) }));
  if (far && height !== undefined && !renaming && isMeasured(bounds, { hasInput: true, ports: measuredPorts }))
    return (
      <LightCard id={card} name={group.name} className={`slate fold ${state}`} height={height}>
        <ProblemDot problems={problems} />
      </LightCard>
    );
  return (
    <div className={`card slate fold ${state}`}>
      <Handle type="target" position={Position.Left} id={IN} className="port-in" />
      <div className="card-head">
        <Boxes size={16} strokeWidth={1.75} color="var(--slate)" aria-hidden />
        <GroupName id={id} name={group.name} />
        <ProblemDot problems={problems} />
        <button
          type="button"
          className="plain icon nodrag"
          aria-label={words().canvas.group.unfold}
          title={words().canvas.group.unfold}
          tabIndex={-1}
          disabled={readOnly}
          onClick={() => setFold([id], false)}
        >
          <ChevronsUpDown size={14} aria-hidden />
        </button>
      </div>
      <div className="card-kind">{words().canvas.group.steps(members.size)}</div>
      {ends.exits.length === 0 ? null : (
        <ul className="exits">
          {ends.exits.map(({ node, port }) => (
            <li key={exitHandle(node, port)}>
              <span className="clip">{labelOf(node, port)}</span>
              <Handle type="source" position={Position.Right} id={exitHandle(node, port)} className="port-out" />
            </li>
          ))}
        </ul>
      )}
    </div>
  );

  function labelOf(node: string, port: string): string {
    const step = flow?.nodes[node];
    const ports = step === undefined ? [] : portsOf(step);
    const label = ports.find((one) => one.id === port)?.label ?? port;
    return ports.length === 1 ? (step?.name ?? node) : words().canvas.group.exit(step?.name ?? node, label);
  }
});
