import { BaseEdge, type EdgeProps } from '@xyflow/react';
import { memo, useMemo } from 'react';
import { useDetail } from './detail-context.ts';
import { OnLabels } from './on-labels.tsx';
import { routeBetween } from './routes.ts';
import { useRoutes } from './routes-context.ts';
import { wirePath } from './wire-path.ts';
import { isShort, wireText, type WireEdge } from './wires.ts';

/** A wire with the name of the exit it leaves by; from afar the line alone. One that goes back says how often it may. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, source, target, data, selected, markerEnd, sourceX, sourceY, targetX, targetY } = props;
  const far = useDetail() === 'far';
  const routes = useRoutes();
  const { path, label, crowded } = useMemo(() => {
    const ends = { source, target, from: { x: sourceX, y: sourceY }, to: { x: targetX, y: targetY } };
    const drawn = routeBetween(routes.of.get(id), ends, routes);
    return { path: wirePath(drawn.points), label: drawn.label, crowded: drawn.crowded };
  }, [routes, id, source, target, sourceX, sourceY, targetX, targetY]);
  const back = data?.back ?? null;
  const width = data?.width ?? null;
  const short =
    data !== undefined &&
    !selected &&
    (crowded || isShort(data, { x: sourceX, y: sourceY }, { x: targetX, y: targetY }));
  const text = far || data === undefined ? '' : wireText(data, short);

  const tone = `${data?.tone ?? 'plain'}${selected === true ? ' selected' : ''}${back === null ? '' : ' back'}`;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={`wire ${tone}`}
        interactionWidth={16}
        {...(width === null ? {} : { style: { ['--load' as string]: width } })}
        {...(markerEnd === undefined || far ? {} : { markerEnd })}
      />
      {text === '' ? null : (
        <OnLabels>
          <div
            className={`wire-label ${tone}`}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {text}
          </div>
        </OnLabels>
      )}
    </>
  );
});
