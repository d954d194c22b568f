import { BaseEdge, getBezierPath, getSmoothStepPath, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { plainNumber } from '../ui/format.ts';
import { words } from '../words/index.ts';
import { useDetail } from './detail-context.ts';
import { OnLabels } from './on-labels.tsx';
import { backPath, type WireEdge } from './wires.ts';

/** A wire to a step that lies ahead is a curve; to one above or below, steps. */
const ROOM = 32;
/** So short a wire needs no label: the exit's name stands beside it on the card. */
const NEAR = 200;

/** A wire with the name of the exit it leaves by; from afar the line alone. One that goes back is drawn below, with its bound. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, data, selected, markerEnd, sourcePosition, targetPosition, sourceX, sourceY, targetX, targetY } = props;
  const far = useDetail() === 'far';
  const ends = { sourceX, sourceY, targetX, targetY };
  const back = data?.back ?? null;
  const [path, labelX, labelY] = back === null ? forward() : backward();
  const { cases, width } = { cases: data?.cases ?? 0, width: data?.width ?? null };
  const near = back === null && !selected && Math.hypot(targetX - sourceX, targetY - sourceY) < NEAR;
  const label = far
    ? ''
    : [
        near ? '' : (data?.label ?? ''),
        near || back === null ? '' : words().canvas.backLabel(back),
        cases === 0 ? '' : plainNumber(cases),
      ]
        .filter((part) => part !== '')
        .join(' · ');

  function forward(): [string, number, number] {
    const [d, x, y] =
      targetX - sourceX > ROOM
        ? getBezierPath({ ...ends, sourcePosition, targetPosition, curvature: 0.35 })
        : getSmoothStepPath({
            ...ends,
            sourcePosition,
            targetPosition,
            borderRadius: 12,
            offset: 20 + 6 * (data?.lane ?? 0),
          });
    return [d, x, y];
  }
  function backward(): [string, number, number] {
    const drawn = backPath(ends, data?.low ?? Math.max(sourceY, targetY));
    return [drawn.path, drawn.labelX, drawn.labelY];
  }

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
      {label === '' ? null : (
        <OnLabels>
          <div
            className={`wire-label ${tone}`}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY + (data?.nudge ?? 0)}px)` }}
          >
            {label}
          </div>
        </OnLabels>
      )}
    </>
  );
});
