import { Handle, useStoreApi, type Handle as PlacedHandle, type ReactFlowState } from '@xyflow/react';
import { useState, type ReactNode } from 'react';
import { IN } from './elements.ts';

type Bounds = NonNullable<ReturnType<ReactFlowState['nodeLookup']['get']>>['internals']['handleBounds'];

/** The ends that a card has: wires come in, and leave by these. */
interface Ends {
  hasInput: boolean;
  ports: readonly { id: string }[];
}

/** Has a whole card been measured, with the exits that the step has now? Only then wires find the light one's ends. */
export const isMeasured = (bounds: Bounds, { hasInput, ports }: Ends): boolean =>
  bounds !== undefined &&
  (!hasInput || bounds.target?.some(({ id }) => id === IN) === true) &&
  ports.every((port) => bounds.source?.some(({ id }) => id === port.id) === true);

interface LightCardProps {
  id: string;
  name: string;
  className: string;
  /** As high as the whole card, so that nothing moves. */
  height: number;
  /** What is as true from afar: problems, a mock, turns of a case. */
  children: ReactNode;
}

/**
 * A step's card seen from afar: its colour, its name, and marks. A thousand are drawn at once; so only the one under the
 * pointer has ends that take wires. The others keep the places of theirs: the canvas asks for them whenever a card appears.
 */
export function LightCard({ id, name, className, height, children }: LightCardProps) {
  const store = useStoreApi();
  const [pointed, setPointed] = useState(false);
  const bounds = store.getState().nodeLookup.get(id)?.internals.handleBounds;
  return (
    <div className={`card light ${className}`} style={{ height }} onPointerEnter={() => setPointed(true)}>
      <span className="card-name" title={name}>
        {name}
      </span>
      {children}
      {[...(bounds?.target ?? []), ...(bounds?.source ?? [])].map((end) => {
        const key = `${end.type} ${end.id ?? ''}`;
        return pointed ? <End key={key} {...end} /> : <Place key={key} {...end} />;
      })}
    </div>
  );
}

function End({ id, type, position, x, y }: PlacedHandle) {
  const style = { ...within(x, y), right: 'auto', bottom: 'auto', transform: 'none' };
  const className = type === 'target' ? 'port-in' : 'port-out';
  return <Handle className={className} type={type} position={position} id={id ?? null} style={style} />;
}

/** Found by the canvas by its class, as ends are. */
const Place = ({ id, type, position, x, y }: PlacedHandle) => (
  <i className={`end-place ${type}`} data-handleid={id} data-handlepos={position} style={within(x, y)} />
);

/** From the corner within the card's border. Whole pixels, or measuring it again and again would make it drift. */
const within = (x: number, y: number) => ({ left: Math.round(x) - 1, top: Math.round(y) - 1 });
