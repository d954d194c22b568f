import type { ModelCard } from '../../../engine/models/card.ts';
import { percent, plainNumber } from '../../ui/format.ts';
import { words } from '../../words/index.ts';
import { placeIn, pointsOf, type Plot } from './figures.ts';

const PLOT: Plot = { width: 440, height: 280, left: 44, bottom: 40, top: 28, right: 20 };
const SCALE = [0, 0.5, 1];

/** How often a model is right where it says that it is so sure: on the diagonal it is right exactly as often. */
export function Reliability({ bins, rows }: { bins: ModelCard['metrics']['calibrationBins']; rows: number }) {
  const said = words().models.reliability;
  const place = placeIn(PLOT, 0);
  const most = Math.max(1, ...bins.map((bin) => bin.rows));
  return (
    <figure className="plot">
      <figcaption className="strong" title={words().models.calibratedHint()}>
        {said.title}
      </figcaption>
      <svg viewBox={`0 0 ${PLOT.width} ${PLOT.height}`} role="img" aria-label={said.label(rows)}>
        <Scales place={place} />
        <polyline className="plot-ideal" points={pointsOf([place(0, 0), place(1, 1)])} />
        {bins.map((bin) => {
          const at = place(bin.confidence, bin.accuracy);
          const ideal = place(bin.confidence, bin.confidence);
          return (
            <g key={bin.from}>
              <line className="plot-gap" x1={at.x} x2={at.x} y1={at.y} y2={ideal.y} />
              <circle className="plot-dot" cx={at.x} cy={at.y} r={3 + 6 * Math.sqrt(bin.rows / most)}>
                <title>{said.bin(percent(bin.confidence), percent(bin.accuracy), bin.rows)}</title>
              </circle>
            </g>
          );
        })}
        <text className="plot-text" x={PLOT.width - PLOT.right} y={PLOT.height - 4} textAnchor="end">
          {said.across}
        </text>
        <text className="plot-text" x={0} y={12}>
          {said.up}
        </text>
      </svg>
      <p className="small quiet">{said.help}</p>
      <details className="small">
        <summary>{words().models.asTable}</summary>
        <table className="list">
          <thead>
            <tr>
              <th scope="col">{said.across}</th>
              <th scope="col">{said.up}</th>
              <th scope="col">{words().models.rows}</th>
            </tr>
          </thead>
          <tbody>
            {bins.map((bin) => (
              <tr key={bin.from}>
                <td>{percent(bin.confidence)}</td>
                <td>{percent(bin.accuracy)}</td>
                <td>{plainNumber(bin.rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function Scales({ place }: { place: ReturnType<typeof placeIn> }) {
  return (
    <g aria-hidden>
      {SCALE.map((share) => {
        const [across, up] = [place(share, 0), place(0, share)];
        return (
          <g key={share}>
            <line className="plot-line" x1={place(0, share).x} x2={place(1, share).x} y1={up.y} y2={up.y} />
            <text className="plot-text" x={PLOT.left - 6} y={up.y + 4} textAnchor="end">
              {percent(share)}
            </text>
            <text className="plot-text" x={across.x} y={PLOT.height - PLOT.bottom + 16} textAnchor="middle">
              {percent(share)}
            </text>
          </g>
        );
      })}
    </g>
  );
}
