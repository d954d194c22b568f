import type { RunEvent } from '../../engine/core/event.ts';
import type { Ledger, Sent } from './ledger.ts';
import type { Told } from './laws-across.ts';

type Broke = (law: string, what: string) => void;

interface Waiting {
  /** Since when: milliseconds since 1970. */
  since: number;
  run: string;
  match: string;
  turn: string;
  path: string;
}

interface Taken {
  run: string;
  match: string;
}

/** As long as a message can be on its way between being looked up and being taken: what a slow write takes. */
const ON_ITS_WAY_MS = 5000;

const turnOf = (run: string, event: Extract<RunEvent, { node: string }>, visit: number): string =>
  JSON.stringify([run, ('path' in event ? event.path : undefined) ?? '', event.node, visit]);

/** A message that was said to be taken was, once, by the case that waited for it and had waited longest. */
export function messages(events: readonly Told[], ledger: Ledger, broke: Broke): void {
  const sent = new Map<string, Sent>(ledger.messages.map((one) => [one.id, one]));
  const taken = takings(events, broke);
  for (const [id, by] of taken) {
    const message = sent.get(id);
    if (message === undefined || !message.sound || by.some(({ match }) => match !== message.match))
      broke('nobody takes a message that is not for them', `${id}: ${by.map(({ run }) => run).join()}`);
    if (by.length > 1) broke('a message is taken once', `${id}: ${by.map(({ run }) => run).join()}`);
  }
  for (const { id, takenBy } of ledger.messages) {
    if (takenBy.size > 1) broke('a message is taken once', `${id}: told of ${[...takenBy].join()}`);
    for (const run of takenBy)
      if (taken.get(id)?.some((one) => one.run === run) !== true)
        broke('P3 nothing acknowledged is lost', `the message ${id} that ${run} took`);
  }
}

/** By message, the runs that took it. */
function takings(events: readonly Told[], broke: Broke): Map<string, Taken[]> {
  const taken = new Map<string, Taken[]>();
  let waiting: Waiting[] = [];
  for (const { run, at, event } of events) {
    if (event.type === 'wait.begun' && event.body.match !== null)
      waiting.push({
        since: at,
        run,
        match: event.body.match,
        turn: turnOf(run, event, event.body.visit),
        path: event.path ?? '',
      });
    if (event.type === 'run.ended') waiting = waiting.filter((one) => one.run !== run);
    const dropped =
      event.type === 'branches.dropped' ? event.body.paths : event.type === 'run.stopping' ? event.body.dropped : null;
    if (dropped !== null)
      waiting = waiting.filter((one) => one.run !== run || !dropped.some((path) => isWithin(one.path, path)));
    // Where it comes to its end, no line of it waits for anything new.
    if (event.type === 'run.stopping') waiting = waiting.filter((one) => one.run !== run);
    if (event.type !== 'node.completed') continue;
    const turn = turnOf(run, event, event.body.visit);
    const own = waiting.find((one) => one.turn === turn);
    const { record } = event.body;
    if (own === undefined) {
      if (record?.by === 'message') broke('nobody takes a message that is not for them', `${record.id}: ${run}`);
      continue;
    }
    if (record?.by === 'message') {
      const longest = waiting.find((one) => one.match === own.match);
      // Whom it is for was looked up when it came; that case may have taken another and come to wait for it anew.
      const isNew = own.since > at - ON_ITS_WAY_MS;
      if (longest !== own && !isNew)
        broke('who has waited longest takes a message', `${record.id}: ${run}, not ${longest?.run}`);
      taken.set(record.id, [...(taken.get(record.id) ?? []), { run, match: own.match }]);
    }
    waiting.splice(waiting.indexOf(own), 1);
  }
  return taken;
}

const isWithin = (path: string, dropped: string): boolean => path === dropped || path.startsWith(`${dropped}/`);
