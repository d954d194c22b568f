import { SegmentedControl } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Queue as Counted } from '../../engine/studio/contract-queue.ts';
import { service } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { clockTime, dayAndTime, exactTime, plainNumber, shortDay } from '../ui/format.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { useNow } from '../ui/use-now.ts';
import { words } from '../words/index.ts';
import { askedFor, periodOf, PERIODS, rowsOf, shapeOf, type Period } from './queue-shape.ts';

/** It is drawn anew when so much time has passed, whether or not anything happened. */
const FRESH_MS = 300_000;

/** How many tasks of real cases were open over the last day, or week. */
export function Queue() {
  const [period, setPeriod] = useState<Period>('day');
  const open = useStudio((state) => state.service.openTasks);
  const { answer, error, again } = useAnswer(
    useCallback(() => service().call('queue', askedFor(period, Date.now())), [period]),
  );
  const turn = Math.floor(useNow() / FRESH_MS);
  useEffect(again, [again, open, turn]);
  const said = words().queue;
  return (
    <section className="queue" aria-label={said.title}>
      <div className="row wrap queue-head">
        <p className="grow row">
          {answer === null || answer.open === 0 ? null : <span className="strong">{said.open(answer.open)}</span>}
          {answer === null || answer.overdue === 0 ? null : (
            <span className="tone-bad">{said.overdue(answer.overdue)}</span>
          )}
        </p>
        <SegmentedControl
          size="xs"
          aria-label={said.period}
          data={PERIODS.map((one) => ({ value: one, label: said.periods[one] }))}
          value={period}
          onChange={(next) => setPeriod(PERIODS.find((one) => one === next) ?? period)}
        />
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      {answer === null ? null : answer.most === null ? (
        <p className="small quiet">{said.none[periodOf(answer)]}</p>
      ) : (
        <Chart queue={answer} most={answer.most} period={periodOf(answer)} />
      )}
      {answer?.cut === true ? <p className="small tone-wait">{said.cut}</p> : null}
    </section>
  );
}

/** In units of its own: it is as wide as there is room. */
const SIZE = { width: 400, height: 56 };

interface ChartProps {
  queue: Counted;
  most: NonNullable<Counted['most']>;
  period: Period;
}

function Chart({ queue, most, period }: ChartProps) {
  const said = words().queue;
  const { line, area, peak } = useMemo(() => shapeOf(queue, SIZE), [queue]);
  const rows = useMemo(() => rowsOf(queue.slots, period), [queue, period]);
  const time = period === 'day' ? clockTime : dayAndTime;
  const told = said.most(time(most.at), most.open);
  return (
    <figure className="queue-chart">
      <div className="queue-plot">
        <svg
          viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={said.said(period, told, queue.open)}
        >
          <path className="queue-area" d={area} />
          <path className="queue-line" d={line} />
        </svg>
        {peak === null ? null : (
          <i className="queue-peak" style={{ left: `${peak.x * 100}%`, top: `${peak.y * 100}%` }} />
        )}
      </div>
      <div className="row small quiet queue-scale">
        <span className="grow">{period === 'day' ? clockTime(queue.from) : shortDay(queue.from)}</span>
        <span>{said.now}</span>
      </div>
      <figcaption className="small" title={exactTime(most.at)}>
        {told}
      </figcaption>
      <details className="small">
        <summary>{said.asTable}</summary>
        <table className="list">
          <caption className="sr">{said.caption[period]}</caption>
          <thead>
            <tr>
              <th scope="col">{said.slot[period]}</th>
              <th scope="col">{said.highest}</th>
              <th scope="col">{said.asked}</th>
              <th scope="col">{said.settled}</th>
            </tr>
          </thead>
          <tbody>
            {rows.toReversed().map((row) => (
              <tr key={row.at}>
                <th scope="row" title={exactTime(row.at)}>
                  {period === 'day' ? clockTime(row.at) : shortDay(row.at)}
                </th>
                <td>{plainNumber(row.most)}</td>
                <td>{plainNumber(row.asked)}</td>
                <td>{plainNumber(row.settled)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="quiet">{said.real}</p>
      </details>
    </figure>
  );
}
