import type { ReactNode } from 'react';
import type { ModelCard as Card } from '../../../engine/models/card.ts';
import { counted, percent, plainNumber } from '../../ui/format.ts';
import { words } from '../../words/index.ts';
import { UseList } from '../use-list.tsx';
import type { Use } from '../uses.ts';
import { confusionPairs, measuredBars } from './figures.ts';
import { Reliability } from './reliability.tsx';
import { Threshold } from './threshold.tsx';

/** Everything that a model's card states and measured, in words and pictures, and who asks it. */
export function ModelCard({ card, uses }: { card: Card; uses: readonly Use[] }) {
  const said = words().models;
  const { metrics } = card;
  return (
    <li className="plain-card">
      <h2 className="break">
        {card.name} <span className="quiet">{card.modelVersion}</span>
      </h2>
      <p className="quiet break">{card.purpose}</p>
      <dl className="facts">
        <Fact name={said.question}>{card.question}</Fact>
        <Fact name={said.owner}>{card.owner}</Fact>
        <Fact name={said.reads}>{readsOf(card)}</Fact>
        <Fact name={said.right}>
          {said.rightOf(percent(metrics.accuracy), metrics.rows)}
          <span className="small quiet block">
            {said.between(percent(metrics.accuracyInterval[0]), percent(metrics.accuracyInterval[1]))}{' '}
            {said.baseline(percent(metrics.baseline))}
          </span>
        </Fact>
        <Fact name={said.answers}>
          {said.answersAt(
            metrics.atBar.bar,
            percent(metrics.atBar.coverage),
            metrics.atBar.accuracy === null ? '–' : percent(metrics.atBar.accuracy),
          )}
          <span className="small quiet block">{said.leftOut(metrics.atBar.belowBar, metrics.atBar.unlike)}</span>
        </Fact>
        <Fact name={said.calibrated} hint={said.calibratedHint()}>
          {said.calibratedBy(percent(metrics.ece))}
        </Fact>
        {card.limits === '' ? null : <Fact name={said.limits}>{card.limits}</Fact>}
        <Fact name={said.usedBy}>
          <UseList uses={uses} />
        </Fact>
      </dl>
      <div className="plots">
        {metrics.calibrationBins.length === 0 ? null : (
          <Reliability bins={metrics.calibrationBins} rows={metrics.rows} />
        )}
        <Threshold bars={measuredBars(card)} own={card.bar} />
      </div>
      <Confusions card={card} />
      <Choices card={card} />
      <Lineage card={card} />
    </li>
  );
}

function Fact({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div>
      <dt title={hint}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The message, columns, or both. */
function readsOf({ inputs }: Card): string {
  const columns = Object.keys(inputs.columns);
  return [...(inputs.text ? [words().models.message] : []), ...columns].join(', ');
}

const SHOWN_PAIRS = 8;

function Confusions({ card }: { card: Card }) {
  const pairs = confusionPairs(card).slice(0, SHOWN_PAIRS);
  const most = Math.max(1, ...pairs.map(({ rows }) => rows));
  if (pairs.length === 0) return null;
  return (
    <section className="stack">
      <h3>{words().models.confusions}</h3>
      <ul className="bars pairs">
        {pairs.map(({ choice, guess, rows, share }) => (
          <li key={`${choice} ${guess}`} title={words().models.confusedShare(choice, percent(share))}>
            <span className="break">{words().models.pair(choice, guess)}</span>
            <span className="bar" aria-hidden>
              <span className="bar-fill" style={{ width: `${(rows / most) * 100}%` }} />
            </span>
            <span className="bar-share">{plainNumber(rows)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Choices({ card }: { card: Card }) {
  const said = words().models;
  const figures = new Map(Object.entries(card.metrics.perChoice));
  return (
    <details>
      <summary>{said.choicesOf(card.choices.length)}</summary>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">{said.choice}</th>
            <th scope="col">{said.rows}</th>
            <th scope="col" title={said.precisionHint}>
              {said.precision}
            </th>
            <th scope="col" title={said.recallHint}>
              {said.recall}
            </th>
          </tr>
        </thead>
        <tbody>
          {card.choices.map((choice) => {
            const found = figures.get(choice);
            return (
              <tr key={choice}>
                <td>{choice}</td>
                <td>{plainNumber(found?.rows ?? 0)}</td>
                <td>{shareOr(found?.precision)}</td>
                <td>{shareOr(found?.recall)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

const shareOr = (share: number | null | undefined): string => (typeof share === 'number' ? percent(share) : '–');

/** Where the model comes from, so that it can be made again. */
function Lineage({ card: { lineage, calibration, artefact } }: { card: Card }) {
  const said = words().models.lineage;
  const { training, calibration: fitted, test } = lineage.split;
  return (
    <details>
      <summary>{said.title}</summary>
      <dl className="facts">
        {lineage.data.map((data) => (
          <Fact key={data.digest} name={said.data}>
            {data.name}, {counted(data.rows, said.row, said.rows)}
            <span className="small quiet block mono break">{data.digest}</span>
          </Fact>
        ))}
        <Fact name={said.split}>{said.splitOf(plainNumber(training), plainNumber(fitted), plainNumber(test))}</Fact>
        <Fact name={said.trainedWith}>
          {lineage.trainedWith}
          {lineage.trainedOn === undefined ? '' : `, ${lineage.trainedOn}`}
          <span className="small quiet block">{said.seed(lineage.seed)}</span>
        </Fact>
        <Fact name={said.calibration}>{said.temperature(plainNumber(calibration.temperature), calibration.rows)}</Fact>
        <Fact name={said.artefact}>
          {said.bytes(plainNumber(Math.ceil(artefact.bytes / 1024)))}
          <span className="small quiet block mono break">{artefact.digest}</span>
        </Fact>
      </dl>
    </details>
  );
}
