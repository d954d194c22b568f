import { setImmediate } from 'node:timers/promises';
import { CountersignError } from '../flow/error.ts';
import type { ReleaseRunCount, RunRow } from '../journal/journal.ts';
import type { LoadedRelease } from '../runner/release.ts';
import type { Runner } from '../runner/runner.ts';
import { eventsOf } from '../runtime/events-of.ts';
import { prunedStory } from '../runtime/story-pruned.ts';
import { storyOf } from '../runtime/story.ts';
import { TrafficCount } from '../runtime/traffic.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Outcomes } from './contract-traffic.ts';
import type { Handlers, Room } from './handlers.ts';

/** What many cases of a release did, counted from their events. */
export function trafficHandlers({ local, now }: Room): Pick<Handlers, 'traffic' | 'outcomes'> {
  return {
    traffic: async ({ flow, release, since }) => {
      const runner = await local.find();
      const found = runner?.releases.find((one) => one.flowPath === flow && one.release === release);
      if (runner === null || found === undefined) throw notServed(flow, release);
      const counts = runner.engine.reader().runCountsByRelease(since ?? 0);
      return { ...(await trafficOf(runner, found, { since: since ?? 0, now })), outcomes: outcomesOf(counts, found) };
    },
    outcomes: async ({ since }) => {
      const runner = await local.find();
      if (runner === null) return { releases: [] };
      const counts = runner.engine.reader().runCountsByRelease(since ?? 0);
      const all = runner.releases.map((one) => ({
        flow: one.flowPath,
        release: one.release,
        outcomes: outcomesOf(counts, one),
      }));
      return { releases: all.filter(({ outcomes }) => outcomes.length > 0) };
    },
  };
}

type Of = Pick<LoadedRelease, 'program' | 'release'>;

/** A case is of the release that it names: two releases may have one program. */
const isOf = ({ program, release }: Of, row: Pick<RunRow, 'program' | 'release'>): boolean =>
  row.program === program.digest && row.release === String(release);

const outcomesOf = (counts: readonly ReleaseRunCount[], of: Of): Outcomes =>
  counts.flatMap((row) => (isOf(of, row) ? [{ status: row.status, result: row.result, cases: row.runs }] : []));

interface Bounds {
  /** Milliseconds since 1970. */
  since: number;
  now: () => number;
}

/** So many rows are looked through at once, so many cases counted before others are heard, and so many at most. */
const PAGE = 500;
const AT_ONCE = 25;
const MOST = 20_000;
/** So long is counted at most. */
const LONGEST_MS = 4000;

/** Counts a release's cases, the newest first, while the engine goes on with its own work. */
export async function trafficOf(runner: Runner, of: Of, { since, now }: Bounds) {
  const count = new TrafficCount(of.program, KINDS);
  const until = now() + LONGEST_MS;
  let counted = 0;
  for (const row of newestFirst(runner, since)) {
    if (!isOf(of, row)) continue;
    if (counted === MOST || now() > until) return { traffic: count.get(), cut: true };
    count.add(storyIn(runner, of, row), row.ended !== null);
    counted += 1;
    // oxlint-disable-next-line no-await-in-loop -- cases that run meanwhile are not to wait
    if (counted % AT_ONCE === 0) await setImmediate();
  }
  return { traffic: count.get(), cut: false };
}

/** Cases in the order in which they were accepted, read by the page. */
function* newestFirst(runner: Runner, since: number): Generator<RunRow> {
  for (let after: string | undefined; ;) {
    const page = runner.engine.reader().runs({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    const fresh = page.filter(({ started }) => started >= since);
    yield* fresh;
    after = page.at(-1)?.id;
    // Clocks are set back now and then: a page none of which is fresh is taken for the end.
    if (page.length < PAGE || fresh.length === 0) return;
  }
}

function storyIn(runner: Runner, { program }: Of, row: RunRow) {
  const stored = runner.engine.reader().events(`run:${row.id}`);
  return stored.some(({ open }) => open === null)
    ? prunedStory(program.flow, row, stored)
    : storyOf(program, eventsOf({ events: () => stored }, row.id));
}

const notServed = (flow: string, release: number): CountersignError =>
  new CountersignError({
    code: 'NOT_FOUND',
    message: `The local engine does not serve release ${release} of ${flow}.`,
    meaning: 'What its cases did cannot be counted here.',
    hint: 'Choose another release.',
  });
