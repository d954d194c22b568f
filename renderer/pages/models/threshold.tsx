import { useId, useState } from 'react';
import { percent, twoPlaces } from '../../ui/format.ts';
import { words } from '../../words/index.ts';
import { nearestBar, placeIn, pointsOf, type AtBar, type Plot } from './figures.ts';

const PLOT: Plot = { width: 440, height: 280, left: 44, bottom: 40, top: 28, right: 20 };
const TICKS = [0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
/** Beside the bar that is chosen a figure of the scale would touch its own. */
const TOO_CLOSE = 0.06;

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -2,
  PageUp: 2,
};

/** The place of the bar that a key leads to: only what was measured can be chosen. Null for a key that leads nowhere. */
export function barByKey(key: string, at: number, count: number): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const by = STEPS[key];
  return by === undefined ? null : Math.min(count - 1, Math.max(0, at + by));
}

const CURVES = ['right', 'answered', 'toPeople'] as const;

/** What becomes of cases as the bar is raised: how many are answered, how often rightly, how many are left to people. */
export function Threshold({ bars, own }: { bars: readonly AtBar[]; own: number }) {
  const said = words().models.threshold;
  const [chosen, setChosen] = useState(() => nearestBar(bars, own));
  const slider = useId();
  const at = bars[chosen];
  if (at === undefined) return null;
  const lowest = Math.min(bars[0]?.bar ?? 0, 0.95);
  const from = Math.max(0, lowest - 0.05);
  const place = placeIn(PLOT, from);
  const mark = place(at.bar, 0).x;
  return (
    <figure className="plot">
      <figcaption className="strong">{said.title}</figcaption>
      <svg viewBox={`0 0 ${PLOT.width} ${PLOT.height}`} role="img" aria-label={said.label}>
        <g aria-hidden>
          {[0, 0.5, 1].map((share) => {
            const { y } = place(1, share);
            return (
              <g key={share}>
                <line className="plot-line" x1={PLOT.left} x2={PLOT.width - PLOT.right} y1={y} y2={y} />
                <text className="plot-text" x={PLOT.left - 6} y={y + 4} textAnchor="end">
                  {percent(share)}
                </text>
              </g>
            );
          })}
        </g>
        <g aria-hidden>
          {TICKS.filter((tick) => tick >= from && Math.abs(tick - at.bar) > TOO_CLOSE).map((tick) => (
            <text
              key={tick}
              className="plot-text"
              x={place(tick, 0).x}
              y={PLOT.height - PLOT.bottom + 16}
              textAnchor="middle"
            >
              {twoPlaces(tick)}
            </text>
          ))}
        </g>
        <line className="plot-mark" x1={mark} x2={mark} y1={PLOT.top} y2={PLOT.height - PLOT.bottom} />
        {CURVES.map((curve) => (
          <Curve key={curve} curve={curve} bars={bars} chosen={chosen} place={place} />
        ))}
        <text className="plot-text strong" x={mark} y={PLOT.height - PLOT.bottom + 16} textAnchor="middle">
          {twoPlaces(at.bar)}
        </text>
        <text className="plot-text" x={PLOT.width - PLOT.right} y={PLOT.height - 4} textAnchor="end">
          {said.across}
        </text>
        <text className="plot-text" x={0} y={12}>
          {said.up}
        </text>
      </svg>
      <label className="small quiet" htmlFor={slider}>
        {said.slider}
      </label>
      <input
        id={slider}
        type="range"
        className="under-plot"
        min={from}
        max={1}
        step="any"
        value={at.bar}
        aria-valuetext={said.at(twoPlaces(at.bar), at.bar === own)}
        onChange={(event) => setChosen(nearestBar(bars, Number(event.currentTarget.value)))}
        onKeyDown={(event) => {
          const next = barByKey(event.key, chosen, bars.length);
          if (next === null) return;
          event.preventDefault();
          setChosen(next);
        }}
      />
      <dl className="curves" aria-live="polite">
        {CURVES.map((curve) => (
          <div key={curve} className={`curve-${curve}`}>
            <dt>
              <span className="curve-key" aria-hidden />
              {said.curves[curve]}
            </dt>
            <dd className="strong">{shareOf(at, curve)}</dd>
          </div>
        ))}
      </dl>
      <p className="small quiet">{said.sentence(twoPlaces(at.bar), shareOf(at, 'toPeople'), at.bar === own)}</p>
    </figure>
  );
}

type Curves = (typeof CURVES)[number];

function shareOf(at: AtBar, curve: Curves): string {
  const share = at[curve];
  return share === null ? '–' : percent(share);
}

interface CurveProps {
  curve: Curves;
  bars: readonly AtBar[];
  chosen: number;
  place: ReturnType<typeof placeIn>;
}

function Curve({ curve, bars, chosen, place }: CurveProps) {
  const known = bars.flatMap((one, i) => {
    const share = one[curve];
    return share === null ? [] : [{ ...place(one.bar, share), chosen: i === chosen, bar: one.bar }];
  });
  return (
    <g className={`curve curve-${curve}`}>
      <polyline points={pointsOf(known)} />
      {known.map((one) => (
        <circle key={one.bar} cx={one.x} cy={one.y} r={one.chosen ? 5 : 2.5} />
      ))}
    </g>
  );
}
