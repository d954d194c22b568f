import { useId, useState } from 'react';
import { percent, twoPlaces } from '../../ui/format.ts';
import { words } from '../../words/index.ts';
import { nearestBar, placeIn, pointsOf, type AtBar, type Plot } from './figures.ts';

const PLOT: Plot = { width: 440, height: 280, left: 44, bottom: 40, top: 28, right: 20 };
const CURVES = ['right', 'answered', 'toPeople'] as const;

/** What becomes of cases as the bar is raised: how many are answered, how often rightly, how many are left to people. */
export function Threshold({ bars, own }: { bars: readonly AtBar[]; own: number }) {
  const said = words().models.threshold;
  const [chosen, setChosen] = useState(() => nearestBar(bars, own));
  const slider = useId();
  const at = bars[chosen];
  if (at === undefined) return null;
  const lowest = Math.min(bars[0]?.bar ?? 0, 0.95);
  const place = placeIn(PLOT, Math.max(0, lowest - 0.05));
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
      </svg>
      <label className="small quiet" htmlFor={slider}>
        {said.slider}
      </label>
      <input
        id={slider}
        type="range"
        min={0}
        max={bars.length - 1}
        step={1}
        value={chosen}
        aria-valuetext={said.at(twoPlaces(at.bar), at.bar === own)}
        onChange={(event) => setChosen(Number(event.currentTarget.value))}
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
