import { decodeEvent } from '../core/codec.ts';
import { digestOfValue } from '../core/digest.ts';
import { CountersignError } from '../flow/error.ts';
import type { Journal } from '../journal/journal.ts';
import { runOfKey } from '../runtime/started-before.ts';
import type { CsvCases } from './csv.ts';
import { keyOfRow, rowsOfFile, rowsOfFlow } from './feed.ts';
import type { LoadedRelease } from './release.ts';
import type { Runner } from './runner.ts';

/** What is known of cases that have started: asked anew each time, as a journal that fails is opened again. */
export interface Known {
  reader(): Pick<Journal, 'events' | 'keyed' | 'runByKey'>;
  /** The first key after this one that has started a case; null where there is none. */
  nextKey(after: string): string | null;
}

/** As a runner knows it. Each throws why there is no journal open. */
export const knownTo = (runner: Pick<Runner, 'engine' | 'recordInHand'>): Known => ({
  reader: () => runner.engine.reader(),
  nextKey: (after) => runner.recordInHand().journal().nextKey(after),
});

/** Rows that are compared: those at the beginning, which stay where they are when others are appended. */
const COMPARED = 40;

/**
 * Refuses with CSV_FED_BEFORE a file that begins with the rows of another that was fed to the same flow: rows were appended
 * to it, or it was saved anew, and every one of them would be another case. What is compared are inputs in the same place;
 * rows that this very file, or their key, has started already do not count, nor do those whose content is gone.
 */
export async function checkFedBefore(
  known: Known,
  release: Pick<LoadedRelease, 'flowPath'>,
  cases: CsvCases,
): Promise<void> {
  const own = rowsOfFile(release.flowPath, cases.digest);
  const rows: Row[] = [];
  for await (const row of cases.rows()) {
    if (rows.length === COMPARED) break;
    const { key, ownKey } = keyOfRow(release, cases, row);
    const started = ownKey === true ? known.reader().runByKey(key) : runOfKey(known.reader(), key);
    if (started === null) rows.push({ record: row.record, digest: digestOfValue(row.input) });
  }
  if (rows.length === 0) return;
  for (const before of filesFed(known, release.flowPath)) {
    if (before === own) continue;
    const runs = sameRuns(known, before, rows);
    if (runs !== null) throw fedBefore(cases, rows.length, runs);
  }
}

/** A row that has started nothing yet, with the digest of its input. */
interface Row {
  record: number;
  digest: string;
}

/** The cases that the same rows of another file have started; null where that is half of them at most. */
function sameRuns(known: Known, before: string, rows: readonly Row[]): string[] | null {
  const runs: string[] = [];
  for (const [i, row] of rows.entries()) {
    const atMost = runs.length + rows.length - i;
    if (2 * atMost <= rows.length) return null;
    runs.push(...sameRun(known.reader(), `${before}${row.record}`, row));
  }
  return 2 * runs.length > rows.length ? runs : null;
}

/** What the keys of each file that was fed to a flow begin with; one look into an index for each of them. */
function* filesFed(known: Pick<Known, 'nextKey'>, flowPath: string): Generator<string> {
  const all = rowsOfFlow(flowPath);
  for (let key = known.nextKey(all); key?.startsWith(all) === true;) {
    const [digest = ''] = key.slice(all.length).split(':');
    const file = rowsOfFile(flowPath, digest);
    yield file;
    // After all rows of this file comes what is after its colon.
    key = known.nextKey(`${file.slice(0, -1)};`);
  }
}

function sameRun(journal: ReturnType<Known['reader']>, key: string, { digest }: Row): string[] {
  const run = journal.runByKey(key);
  const first = run === null ? undefined : journal.events(`run:${run.id}`)[0];
  if (run === null || first === undefined || first.erased) return [];
  const event = decodeEvent(first);
  return event.type === 'run.started' && digestOfValue(event.body.input) === digest ? [run.id] : [];
}

function fedBefore({ file, count }: CsvCases, compared: number, runs: readonly string[]): CountersignError {
  const of = compared === 1 ? 'The one row' : `Of the first ${compared} rows`;
  const same = compared === 1 ? 'has' : `${runs.length} have`;
  return new CountersignError({
    code: 'CSV_FED_BEFORE',
    message: `${of} of ${file} that ${compared === 1 ? 'is' : 'are'} to be started, ${same} started a case from another file already, such as ${runs[0] ?? ''}.`,
    meaning: `No case was started. Without --key a row is known by its file and its number: in a file that was changed, each of its ${count} rows is another case.`,
    where: { file },
    hint: 'Give a file with the new rows only; from then on name a column that tells the rows apart with --key COLUMN, and rows can be appended. If all of them are meant to be started again, add --anew.',
    fault: 'user',
  });
}
