import { Position, type ConnectionLineComponentProps } from '@xyflow/react';
import type { CardNode } from './elements.ts';
import { plainRoute } from './route.ts';
import { wirePath } from './wire-path.ts';

/** The wire that is being drawn, from an exit or to an entry: as it would lead if nothing were in the way. */
export function WireByHand({ fromX, fromY, toX, toY, fromPosition }: ConnectionLineComponentProps<CardNode>) {
  const [held, hand] = [
    { x: fromX, y: fromY },
    { x: toX, y: toY },
  ];
  const [from, to] = fromPosition === Position.Left ? [hand, held] : [held, hand];
  return <path className="react-flow__connection-path" fill="none" d={wirePath(plainRoute({ from, to }))} />;
}
