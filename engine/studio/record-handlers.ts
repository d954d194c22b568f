import { readCheckpoints } from '../audit/checkpoint-sink.ts';
import { parseNote } from '../audit/checkpoint.ts';
import { writeEvidence } from '../audit/evidence-file.ts';
import { verifyAside, type Aside } from '../audit/verify-aside.ts';
import type { AuditReport } from '../audit/verify.ts';
import { CountersignError } from '../flow/error.ts';
import type { RunRow } from '../journal/journal.ts';
import { openJournalReader, type JournalReader } from '../journal/reader.ts';
import { exportEvidence } from '../runner/evidence.ts';
import { logKeysOf, rawOf } from '../runner/log-keys.ts';
import { restKey } from '../runner/api.ts';
import type { Runner } from '../runner/runner.ts';
import { statusOf } from '../runner/status.ts';
import { runOfKey } from '../runtime/started-before.ts';
import type { StudioAnswer } from './contract.ts';
import type { Verification } from './contract-record.ts';
import type { Handlers, Room } from './handlers.ts';

type RecordMethod = 'record' | 'verifyRecord' | 'stopVerifying' | 'findCases' | 'exportEvidence';
type FoundCase = StudioAnswer<'findCases'>['cases'][number];

/** The record of the local engine, verified and handed out beside it. */
export function recordHandlers({ local, now, tell }: Room): Pick<Handlers, RecordMethod> {
  let verifying: { aside: Aside; answer: Promise<Verification | null> } | null = null;

  const verify = (runner: Runner, elsewhere: readonly string[]): Promise<Verification | null> => {
    const began = now();
    const checkpoints =
      elsewhere.length > 0 ? elsewhere : readCheckpoints(runner.paths.checkpoints).map(({ text }) => text);
    const publicKeys = logKeysOf(runner.folder).map(rawOf);
    const aside = verifyAside(runner.paths.journal, { checkpoints, publicKeys }, (phase, done, all) =>
      tell({ event: 'verifying', phase, done, all }),
    );
    const answer = aside.report
      .then((report) => (report === null ? null : verificationOf(report, now() - began, elsewhere.length > 0)))
      .finally(() => (verifying = null));
    verifying = { aside, answer };
    return answer;
  };

  return {
    record: async () => {
      const runner = await local.find();
      return { record: runner === null ? null : stateOf(runner) };
    },
    verifyRecord: async ({ checkpoints }) => {
      for (const text of checkpoints) parseNote(text);
      const runner = await needed(local.find());
      // What came after the last checkpoint is covered as well.
      await runner.checkpointInSteps();
      if (verifying !== null) return { verification: await verifying.answer };
      return { verification: await verify(runner, checkpoints) };
    },
    stopVerifying: () => {
      verifying?.aside.stop();
      return {};
    },
    findCases: async ({ query, limit }) => {
      const runner = await local.find();
      return {
        cases:
          runner === null
            ? []
            : reading(runner, (journal) => foundIn(journal, startedBy(runner, query.trim()), query.trim(), limit)),
      };
    },
    exportEvidence: async ({ case: id, between, open }) => {
      const runner = await needed(local.find());
      await runner.checkpointInSteps();
      const evidence = exportEvidence(runner.folder, id, { between, open, now: now() });
      return {
        name: `${id}.evidence.json`,
        text: writeEvidence(evidence),
        events: evidence.events.length,
        releases: evidence.releases.length,
      };
    },
  };
}

/** Asks the journal beside the engine, which reads and never writes. */
function reading<T>(runner: Runner, work: (journal: JournalReader) => T): T {
  const journal = openJournalReader(runner.paths.journal);
  try {
    return work(journal);
  } finally {
    journal.close();
  }
}

const stateOf = (runner: Runner): NonNullable<StudioAnswer<'record'>['record']> =>
  reading(runner, (journal) => {
    const { size, root } = journal.head();
    const { checkpoint, sinks, troubles } = statusOf(runner);
    return {
      origin: journal.origin,
      events: size,
      cases: journal.runCounts().reduce((sum, { runs }) => sum + runs, 0),
      root: Buffer.from(root).toString('hex'),
      covered: checkpoint.covered,
      behind: Math.max(0, size - checkpoint.covered),
      writtenAt: checkpoint.writtenAt,
      sinks: sinks?.length ?? 0,
      troubles,
    };
  });

function verificationOf(report: AuditReport, tookMs: number, elsewhere: boolean): Verification {
  const { ok, events, root, signatures, findings, scope } = report;
  const size = /size (\d+)$/.exec(scope)?.[1];
  return {
    ok,
    events,
    root,
    signatures,
    findings,
    against: size === undefined ? null : Number(size),
    tookMs,
    checkpointsFrom: elsewhere ? 'elsewhere' : 'here',
  };
}

/** The case that a key has started: as it was given on the command line or made of a row, or sent over REST for a flow. */
export function startedBy(runner: Runner, key: string): RunRow | null {
  const keys = [key, ...runner.releases.map(({ flowPath }) => restKey(flowPath, key))];
  const journal = runner.engine.reader();
  return key === '' ? null : (keys.map((one) => runOfKey(journal, one)).find((row) => row !== null) ?? null);
}

/** By number, then by the key of the start, then by whom it is about; without a search the newest. */
function foundIn(reader: JournalReader, byKey: RunRow | null, query: string, limit: number): FoundCase[] {
  const all = reader.runs({ limit: MOST });
  if (query === '') return all.slice(0, limit).map((row) => foundCase(row, 'newest'));
  const persons = new Set(reader.personRuns(query).map(({ run }) => run));
  const found = [
    ...[reader.run(query), ...all.filter(({ id }) => id.includes(query))].map((row) => ({
      row,
      by: 'number' as const,
    })),
    { row: byKey, by: 'key' as const },
    ...[...persons].map((id) => ({ row: reader.run(id), by: 'person' as const })),
  ];
  const once = new Map<string, FoundCase>();
  for (const { row, by } of found) if (row !== null && !once.has(row.id)) once.set(row.id, foundCase(row, by));
  return [...once.values()].slice(0, limit);
}

/** Beginnings of numbers are looked for among so many of the newest cases; a whole number is found wherever it is. */
const MOST = 5000;

const foundCase = ({ id, status, result, started, ended }: RunRow, by: FoundCase['by']): FoundCase => ({
  id,
  status,
  result,
  started,
  ended,
  by,
});

async function needed(finding: Promise<Runner | null>): Promise<Runner> {
  const runner = await finding;
  if (runner !== null) return runner;
  throw new CountersignError({
    code: 'NOT_FOUND',
    message: 'There is no record yet: nothing was ever run here.',
    hint: 'Export the flow and start a case.',
  });
}
