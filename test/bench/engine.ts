import type { Program } from '../../engine/program/program.ts';
import { inFolder } from './in-folder.ts';
import { nodeRed } from './node-red/node-red.ts';
import { restate } from './restate/restate.ts';
import { compare, MIN_ROUNDS, type Benchmark, type Row } from './row.ts';
import { bareLoop, type BareRun, type Shape } from './w2/bare-loop.ts';
import { compileW2, loadEngine, type Measured } from './w2/engine-load.ts';
import { W1Rounds } from './w1/w1-rounds.ts';

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
  /** The bare loop into a log that is as long as it gets, where one run at a time is measured. */
  roomy: BareRun | null;
  /** The bare loop with all runs in flight in one transaction, which the engine splits to keep its turns short. */
  whole: BareRun;
}

export const engineBenchmark: Benchmark = {
  about: 'workloads W1 and W2 on the engine, beside a bare SQLite loop of equal durability, Restate and Node-RED',
  notes: [
    'W2: a message is classified, decided on by a 12-row FEEL table (FIRST), and branches; no effects. The flow is test/bench/w2/w2.flow.json, compiled; engine and journal are the real ones, in this process.',
    'The classifier is an AI decision whose model is a stand-in in this process that counts words; its answer carries no reasons. No field is personal, so nothing is encrypted.',
    'N in flight: N callers, each starting its next run when the last has ended on disk.',
    'bare: one better-sqlite3 loop, WAL, synchronous=FULL, as many rows of as many bytes a run in as many transactions; one index each to find rows by run; decides, serialises and hashes nothing.',
    'bare, 1,000 each: the bare loop with 1,000 runs in a transaction; the engine takes 128 at most, so as not to hold up its thread.',
    'bare + leaves: as bare, and it draws the salts and computes leaves and tree (SHA-256) as the journal does.',
    'one, its log made long: the bare loop into a write-ahead log that has its full length before it begins, as the engine’s has after 32 commits; in plain bare, commits of so few runs make the file longer, as they do in any program that begins a file.',
    'Rounds are interleaved, each on a fresh folder of the same file system, after one warm-up. value, min and max are the subject’s; ratio is of the medians, and more is better.',
    'W1: the flow of W2, and before either end an HTTP POST of 300 bytes of JSON to a local server in a process of its own, by the connector that ships; its intent is on disk before it leaves. A run counts once it has ended on disk. The server counts keys: each run has sent exactly one post, or nothing is reported.',
    'calls alone: the same connector, sending the same posts by as many callers, with no engine and nothing on disk. N bare commits: so many times one transaction of the bare loop with half of a run, since W1 waits for the disk before its call and after it; “and the call” adds one call alone.',
    'Restate: one node, default settings, a fresh server in each round, warmed up; its handlers, one durable step for each of ours, in a process of their own; its callers, in this process, come by its HTTP ingress over connections that are kept, as there is no other door. The engine’s callers are in its own process.',
    'Node-RED (remembers nothing), measured with --node-red, made for node-red@5.0.7: one process without its editor, a fresh one in each round, warmed up; called like Restate. One of its nodes for each step of ours; its function nodes call the rules as code. It keeps nothing of a run: no event, no row, nothing after a crash.',
    'Held to: 5 times Restate on W1 and 10 times on W2, and ahead of Node-RED on W2, with 64 in flight; one at a time, 1.5 bare commits for each that a run waits for (a ratio of 0.67).',
    'content: bytes in the columns of event and run rows; the bare loop writes the same number. file: the database after its log was written back, indexes and all.',
  ],
  run: async (progress, options) => {
    const program = compileW2();
    progress('warming up');
    await measure(program, WARM_UP.runs, WARM_UP.inFlight);
    const rounds = CASES.map((): Round[] => []);
    const w1 = await W1Rounds.begin([
      restate(options.restate),
      ...(options.nodeRed === null ? [] : [nodeRed(options.nodeRed)]),
    ]);
    try {
      /* oxlint-disable no-await-in-loop -- one after the other, or they would disturb each other */
      for (let round = 1; round <= ROUNDS; round++) {
        for (const [i, { inFlight, runs }] of CASES.entries()) {
          const one = await measure(program, runs, inFlight);
          rounds[i]?.push(one);
          const [engine, bare, leaves] = [one.engine, one.bare, one.leaves].map(({ seconds }) =>
            Math.round(runs / seconds),
          );
          progress(
            `round ${round}, ${inFlight} in flight: engine ${engine}, bare ${bare}, bare + leaves ${leaves} runs/s`,
          );
        }
        await w1.measure((line) => progress(`round ${round}, ${line}`));
      }
      /* oxlint-enable no-await-in-loop */
    } finally {
      w1.close();
    }
    const [, many, one] = CASES;
    const [, manyRounds = [], oneRounds = []] = rounds;
    return [
      ...CASES.flatMap(({ inFlight, runs }, i) => rowsOf(inFlight, runs, rounds[i] ?? [])),
      ...w1.rows({
        runs: { many: many.runs, one: one.runs },
        many: manyRounds.map((round) => round.engine),
        one: oneRounds.map((round) => round.engine),
      }),
    ];
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
  const bare = await inFolder((folder) => bareLoop(folder, shape, runs, perTransaction));
  const leaves = await inFolder((folder) => bareLoop(folder, shape, runs, perTransaction, { leaves: true }));
  const whole = await inFolder((folder) => bareLoop(folder, shape, runs, inFlight));
  const roomy = inFlight === 1 ? await inFolder((folder) => bareLoop(folder, shape, runs, 1, { logRoom: true })) : null;
  return { engine, bare, leaves, whole, roomy };
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
  const oneCommit = (as: string, values: number[]): Row =>
    compare({
      case: name,
      unit: 'ms (p50)',
      better: 'less',
      subject: { name: 'engine', values: each((r) => r.engine.p50) },
      reference: { name: as, values },
    });
  if (inFlight === 1) {
    const roomy = rounds.flatMap((r) => r.roomy?.p50 ?? []);
    rows.push(
      oneCommit(
        'one bare commit',
        each((r) => r.bare.p50),
      ),
      oneCommit('one, its log made long', roomy),
    );
  }
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
