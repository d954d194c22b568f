import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { words } from '../words.ts';
import { backPath, type WireEdge } from './elements.ts';

/** A wire with the name of the exit it leaves by. One that goes back is drawn below, with its bound. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, data, selected, markerEnd, sourcePosition, targetPosition, sourceX, sourceY, targetX, targetY } = props;
  const ends = { sourceX, sourceY, targetX, targetY };
  const back = data?.back ?? null;
  const [path, labelX, labelY] = back === null ? forward() : backward();
  const label = [data?.label ?? '', back === null ? '' : words.canvas.backLabel(back)].filter((part) => part !== '').join(' · ');

  function forward(): [string, number, number] {
    const [d, x, y] = getBezierPath({ ...ends, sourcePosition, targetPosition, curvature: 0.35 });
    return [d, x, y];
  }
  function backward(): [string, number, number] {
    const drawn = backPath(ends);
    return [drawn.path, drawn.labelX, drawn.labelY];
  }

  const tone = `${data?.tone ?? 'plain'}${selected === true ? ' selected' : ''}${back === null ? '' : ' back'}`;
  return (
    <>
      <BaseEdge id={id} path={path} className={`wire ${tone}`} interactionWidth={16} {...(markerEnd === undefined ? {} : { markerEnd })} />
      {label === '' ? null : (
        <EdgeLabelRenderer>
          <div
            className={`wire-label ${tone}`}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {label}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
