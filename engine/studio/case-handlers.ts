import { inputOf } from '../flow/input.ts';
import type { RunRow } from '../journal/journal.ts';
import { LISTED_BY, newestFirst } from '../runner/cases-listed.ts';
import type { Runner } from '../runner/runner.ts';
import type { StudioRequest } from './contract.ts';
import type { Handlers, Room } from './handlers.ts';
import type { LocalRunner } from './local-runner.ts';
import { needed } from './needed.ts';
import { ranBy } from './ran-by.ts';
import { startedBy } from './record-handlers.ts';
import { runDetail, runView } from './views.ts';

type CaseMethod = 'startable' | 'startCase' | 'runs' | 'run' | 'ran';

/** Cases of the local runner: starting them, finding them, and what each of them ran by. */
export function caseHandlers({ options, local }: Room): Pick<Handlers, CaseMethod> {
  return {
    startable: async () => ({ flows: await local.startable() }),
    startCase: async ({ flow, input }) => {
      const { runner, release } = await local.newestOf(flow);
      const { run } = await runner.engine.start({
        program: release.program,
        release: String(release.release),
        manifest: release.manifest.digest,
        key: null,
        initiator: { issuer: 'people', subject: options.person, role: 'analyst', method: 'studio' },
        input: inputOf(release.program.flow.input, input),
      });
      return { run };
    },
    runs: async (asked) => {
      const runner = await local.find();
      if (runner === null) return { runs: [], more: false, counts: {}, suspended: 0, results: [], flows: [] };
      await runner.suspendedKnown();
      const { rows, more } = casesIn(runner, asked);
      return { runs: rows.map(runView(runner)), more, ...knownOf(runner) };
    },
    run: async ({ id }) => runDetail(await needed(local, id), id),
    ran: async ({ program }) => ({ flow: (await runnerOrNone(local))?.programOf(program)?.flow ?? null }),
  };
}

const runnerOrNone = (local: LocalRunner): Promise<Runner | null> => local.find().catch(() => null);

/** So many are read at once while those that fit are looked for. */
const CHUNK = 500;

/** Those that fit, the newest first, and whether there are others after them. */
function casesIn(runner: Runner, asked: StudioRequest<'runs'>): { rows: RunRow[]; more: boolean } {
  const journal = runner.engine.reader();
  const by = ranBy(runner);
  const search = asked.search?.trim().toLowerCase() ?? '';
  const keyed = search === '' ? null : (startedBy(runner, asked.search?.trim() ?? '')?.id ?? null);
  const fits = (row: RunRow): boolean =>
    (asked.flow === undefined || by(row).flow === asked.flow) &&
    (search === '' || row.id.toLowerCase().includes(search) || row.id === keyed);
  const status = LISTED_BY.find((one) => one === asked.status);
  if (status === 'suspended') return heldIn(runner, asked, fits);
  if (status === undefined && asked.status !== undefined) return { rows: [], more: false };
  const query = {
    ...(status === undefined ? {} : { status }),
    ...(asked.result === undefined ? {} : { result: asked.result }),
    limit: CHUNK,
  };
  const rows: RunRow[] = [];
  let after = asked.after;
  for (;;) {
    const some = journal.runs({ ...query, ...(after === undefined ? {} : { after }) });
    rows.push(...some.filter(fits));
    after = some.at(-1)?.id;
    if (rows.length > asked.limit || some.length < CHUNK || after === undefined) break;
  }
  return { rows: rows.slice(0, asked.limit), more: rows.length > asked.limit };
}

/** {@link casesIn} of those that are suspended, of which there are few. */
function heldIn(
  runner: Runner,
  { after, result, limit }: StudioRequest<'runs'>,
  fits: (row: RunRow) => boolean,
): { rows: RunRow[]; more: boolean } {
  // The last one of the page before may be none of them any more.
  const last = after === undefined ? null : runner.engine.reader().run(after);
  const rest = runner.suspended.filter((row) => last === null || newestFirst(row, last) > 0);
  const rows = rest.filter((row) => (result === undefined || row.result === result) && fits(row));
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}

/** What cases there are, and what can be asked for. */
function knownOf(runner: Runner) {
  const counts: Record<string, number> = {};
  const results = new Set<string>();
  for (const { status, result, runs } of runner.engine.reader().runCounts()) {
    counts[status] = (counts[status] ?? 0) + runs;
    if (result !== null) results.add(result);
  }
  const flows = new Map(
    runner.releases.toSorted((a, b) => a.release - b.release).map((one) => [one.flowPath, one.program.title]),
  );
  return {
    counts,
    suspended: runner.suspended.length,
    results: [...results].sort(),
    flows: [...flows].map(([flow, title]) => ({ flow, title })).sort((a, b) => (a.title < b.title ? -1 : 1)),
  };
}
