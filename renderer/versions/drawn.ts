import type { Edge, Node } from '@xyflow/react';
import { useMemo, useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { cardOf } from '../document/groups.ts';
import type { CardNode } from '../canvas/elements.ts';
import type { WireEdge } from '../canvas/wires.ts';
import { useStudio } from '../state/store.ts';
import type { DiffMarks, Mark } from './compare.ts';
import { drawnMarks, useVersions } from './store.ts';
import { words } from '../words/index.ts';

/** A comparison as it is drawn over the flow: marks on cards and wires, and ghosts of what is no longer there. */

export const GHOST_WIDTH = 232;
export const GHOST_HEIGHT = 64;

export interface DrawnDiff {
  readonly cards: ReadonlyMap<string, Mark>;
  readonly wires: ReadonlyMap<string, Mark>;
  readonly ghosts: readonly CardNode[];
  readonly ghostWires: readonly WireEdge[];
}

/** Marks by what is drawn: a folded group bears the marks of the steps in it. */
export function drawDiff(marks: DiffMarks, flow: Flow): DrawnDiff {
  const cards = new Map<string, Mark>();
  for (const [id, mark] of marks.nodes) cards.set(cardOf(flow, id), cardOf(flow, id) === id ? mark : 'changed');
  const gone = new Set(marks.ghosts.map(({ id }) => id));
  const isDrawn = (id: string): boolean => gone.has(id) || Object.hasOwn(flow.nodes, id);
  const drawn = (id: string): string => (gone.has(id) ? id : cardOf(flow, id));
  return {
    cards,
    wires: marks.edges,
    ghosts: marks.ghosts.map(({ id, node, place }) => ({
      id,
      type: 'ghost',
      position: { ...place },
      width: GHOST_WIDTH,
      height: GHOST_HEIGHT,
      data: NO_DATA,
      draggable: false,
      connectable: false,
      selectable: false,
      focusable: false,
      ariaLabel: words().versions.ghost(node.name),
    })),
    ghostWires: marks.ghostEdges
      .filter(([, { from, to }]) => isDrawn(from.node) && isDrawn(to.node))
      .map(([id, { from, to, back }]) => ({
        id,
        type: 'wire',
        source: drawn(from.node),
        target: drawn(to.node),
        // What is still there may have other exits by now: its first stands for the one that went.
        sourceHandle: gone.has(from.node) ? from.port : null,
        targetHandle: null,
        className: 'diff-removed',
        data: {
          tone: 'plain',
          label: '',
          back: back?.maxVisits ?? null,
          cases: null,
          width: null,
        },
        selectable: false,
        focusable: false,
      })),
  };
}

const NO_DATA: Record<string, never> = {};
interface Drawn {
  readonly nodes: CardNode[];
  readonly edges: WireEdge[];
}

/** What the canvas draws, with the comparison of the open flow over it; the very same without one. */
export function useDrawnDiff(flow: Flow, nodes: CardNode[], edges: WireEdge[]): Drawn {
  const path = useStudio((state) => state.document?.path);
  const marks = useVersions((state) => drawnMarks(state, path));
  const [markCards] = useState(() => marking<CardNode>());
  const [markWires] = useState(() => marking<WireEdge>());
  const diff = useMemo(() => (marks === null ? null : drawDiff(marks, flow)), [marks, flow]);
  return useMemo(
    () =>
      diff === null
        ? { nodes, edges }
        : {
            nodes: [...markCards(nodes, diff.cards), ...diff.ghosts],
            edges: [...markWires(edges, diff.wires), ...diff.ghostWires],
          },
    [diff, nodes, edges, markCards, markWires],
  );
}

/** Gives cards or wires their marks; what has none, or has it already, is the very same object and is not drawn again. */
export function marking<T extends Node | Edge>(): (
  all: readonly T[],
  marks: ReadonlyMap<string, Mark>,
) => readonly T[] {
  const before = new WeakMap<T, { mark: Mark; drawn: T }>();
  return (all, marks) =>
    marks.size === 0
      ? all
      : all.map((one) => {
          const mark = marks.get(one.id);
          if (mark === undefined) return one;
          const known = before.get(one);
          if (known?.mark === mark) return known.drawn;
          const word = words().versions.marks[mark];
          const drawn: T = {
            ...one,
            className: `${one.className ?? ''} diff-${mark}`,
            ariaLabel: `${one.ariaLabel ?? ''}, ${word}`,
            domAttributes: { ...one.domAttributes, 'data-diff': word },
          };
          before.set(one, { mark, drawn });
          return drawn;
        });
}
