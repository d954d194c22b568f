import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../../engine/program/program.ts';
import { compare, MIN_ROUNDS, type Benchmark, type Row } from './row.ts';
import { bareLoop, type BareRun, type Shape } from './w2/bare-loop.ts';
import { compileW2, loadEngine, type Measured } from './w2/engine-load.ts';

/** Runs in flight, and how many runs a round takes: about a second of work each. */
const CASES = [
  { inFlight: 1_000, runs: 20_000 },
  { inFlight: 64, runs: 10_000 },
  { inFlight: 1, runs: 1_000 },
] as const;
const ROUNDS = MIN_ROUNDS;
const WARM_UP = { inFlight: 200, runs: 6_000 };

interface Round {
  engine: Measured;
  bare: BareRun;
  leaves: BareRun;
  /** The bare loop with all runs in flight in one transaction, which the engine splits to keep its turns short. */
  whole: BareRun;
}

export const engineBenchmark: Benchmark = {
  about: 'workload W2 on the engine, beside a bare SQLite loop of equal durability',
  notes: [
    'W2: a message is classified, decided on by a 12-row FEEL table (FIRST), and branches; no effects. The flow is test/bench/w2/w2.flow.json, compiled; engine and journal are the real ones, in this process.',
    'The classifier is an AI decision whose model is a stand-in in this process that counts words; its answer carries no reasons. No field is personal, so nothing is encrypted.',
    'N in flight: N callers, each starting its next run when the last has ended on disk.',
    'bare: one better-sqlite3 loop, WAL, synchronous=FULL, as many rows of as many bytes a run in as many transactions; one index each to find rows by run; decides, serialises and hashes nothing.',
    'bare, 1,000 each: the bare loop with 1,000 runs in a transaction; the engine takes 128 at most, so as not to hold up its thread.',
    'bare + leaves: as bare, and it draws the salts and computes leaves and tree (SHA-256) as the journal does.',
    'Rounds are interleaved, each on a fresh folder of the same file system, after one warm-up. value, min and max are the subject’s; ratio is of the medians, and more is better.',
    'content: bytes in the columns of event and run rows; the bare loop writes the same number. file: the database after its log was written back, indexes and all.',
  ],
  run: async (progress) => {
    const program = compileW2();
    progress('warming up');
    await measure(program, WARM_UP.runs, WARM_UP.inFlight);
    const rounds = CASES.map((): Round[] => []);
    for (let round = 1; round <= ROUNDS; round++) {
      for (const [i, { inFlight, runs }] of CASES.entries()) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, or they would disturb each other
        const one = await measure(program, runs, inFlight);
        rounds[i]?.push(one);
        const [engine, bare, leaves] = [one.engine, one.bare, one.leaves].map(({ seconds }) =>
          Math.round(runs / seconds),
        );
        progress(
          `round ${round}, ${inFlight} in flight: engine ${engine}, bare ${bare}, bare + leaves ${leaves} runs/s`,
        );
      }
    }
    return CASES.flatMap(({ inFlight, runs }, i) => rowsOf(inFlight, runs, rounds[i] ?? []));
  },
};

async function measure(program: Program, runs: number, inFlight: number): Promise<Round> {
  const engine = await inFolder((folder) => loadEngine(program, folder, runs, inFlight));
  const shape: Shape = {
    events: engine.events / runs,
    eventBytes: Math.round(engine.eventBytes / engine.events),
    runBytes: Math.round(engine.runBytes / runs),
  };
  const perTransaction = Math.round(runs / engine.transactions);
  const bare = await inFolder((folder) => bareLoop(folder, shape, runs, perTransaction, false));
  const leaves = await inFolder((folder) => bareLoop(folder, shape, runs, perTransaction, true));
  const whole = await inFolder((folder) => bareLoop(folder, shape, runs, inFlight, false));
  return { engine, bare, leaves, whole };
}

async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(inFlight: number, runs: number, rounds: readonly Round[]): Row[] {
  const name = `W2, ${inFlight.toLocaleString('en-US')} in flight`;
  const each = (of: (round: Round) => number) => rounds.map(of);
  const perSecond = (reference: 'bare' | 'leaves' | 'whole', as: string): Row =>
    compare({
      case: name,
      unit: 'runs/s',
      better: 'more',
      subject: { name: 'engine', values: each((r) => runs / r.engine.seconds) },
      reference: { name: as, values: each((r) => runs / r[reference].seconds) },
    });
  const rows = [perSecond('bare', 'bare'), perSecond('leaves', 'bare + leaves')];
  if (inFlight === 1_000) rows.push(perSecond('whole', 'bare, 1,000 each'));
  if (inFlight === 1)
    rows.push(
      compare({
        case: name,
        unit: 'ms (p50)',
        better: 'less',
        subject: { name: 'engine', values: each((r) => r.engine.p50) },
        reference: { name: 'one bare commit', values: each((r) => r.bare.p50) },
      }),
    );
  rows.push(
    compare({
      case: name,
      unit: 'transactions/1000 runs',
      better: 'less',
      subject: { name: 'engine', values: each((r) => (1000 * r.engine.transactions) / runs) },
      reference: { name: 'bare', values: each((r) => (1000 * r.bare.transactions) / runs) },
    }),
  );
  if (inFlight === 1_000) rows.push(...weights(name, runs, rounds));
  return rows;
}

/** What a run weighs, from the case whose many runs make the file's fixed part small. */
function weights(name: string, runs: number, rounds: readonly Round[]): Row[] {
  const each = (of: (round: Round) => number) => rounds.map((r) => of(r) / runs);
  return [
    compare({
      case: name,
      unit: 'events/run',
      better: 'less',
      subject: { name: 'engine', values: each((r) => r.engine.events) },
    }),
    compare({
      case: name,
      unit: 'B/run, content',
      better: 'less',
      subject: { name: 'engine', values: each((r) => r.engine.eventBytes + r.engine.runBytes) },
      reference: { name: 'bare', values: each((r) => r.bare.bytes) },
    }),
    compare({
      case: name,
      unit: 'B/run, file',
      better: 'less',
      subject: { name: 'engine', values: each((r) => r.engine.fileBytes) },
      reference: { name: 'bare', values: each((r) => r.bare.fileBytes) },
    }),
  ];
}
