import type { TrafficView } from '../../engine/studio/contract-traffic.ts';
import { lengthOf, percent, plainNumber } from '../ui/format.ts';
import { words } from '../words/index.ts';

type StepLoad = TrafficView['nodes'][string];

/** What many cases did at a step, on its card: who stands there, how long a turn takes, how many of them failed. */
export function Load({ load }: { load: StepLoad | undefined }) {
  if (load === undefined) return null;
  const { waiting, medianMs, failed, turns } = load;
  const share = turns === 0 ? 0 : failed / turns;
  const said = words().real.load;
  const whole = [
    said.came(load.came),
    ...(waiting === 0 ? [] : [said.waiting(waiting)]),
    ...(medianMs === null ? [] : [said.took(lengthOf(medianMs))]),
    ...(failed === 0 ? [] : [said.failed(percentOf(share), failed)]),
  ].join('; ');
  return (
    <span className="load" title={whole}>
      <span className="sr">{whole}</span>
      {waiting === 0 ? null : (
        <span className="tone-wait" aria-hidden>
          {said.wait(plainNumber(waiting))}
        </span>
      )}
      {medianMs === null || medianMs < 1 ? null : <span aria-hidden>{lengthOf(medianMs)}</span>}
      {failed === 0 ? null : (
        <span className="tone-bad" aria-hidden>
          {said.fail(percentOf(share))}
        </span>
      )}
    </span>
  );
}

/** What is not nothing is not said to be. */
const percentOf = (share: number): string => (share < 0.01 ? words().real.load.fewer : percent(share));
