import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../engine/connections/contract.ts';
import { ENGINE } from '../../../engine/core/event.ts';
import type { AskOutcome } from '../../../engine/core/outcome.ts';
import type { Flow } from '../../../engine/flow/document.ts';
import { inputOf } from '../../../engine/flow/input.ts';
import { readFlow } from '../../../engine/flow/read.ts';
import { JOURNAL_SCHEMA } from '../../../engine/journal/schema.ts';
import { openForReading } from '../../../engine/journal/open.ts';
import { openJournal } from '../../../engine/journal/sqlite-journal.ts';
import { modelCardSchema } from '../../../engine/models/card.ts';
import { compileProgram } from '../../../engine/program/compile.ts';
import type { Program } from '../../../engine/program/program.ts';
import { Engine } from '../../../engine/runtime/engine.ts';
import type { AskRequest, Environment, Systems } from '../../../engine/runtime/environment.ts';
import { systemClock } from '../../../engine/runner/system-clock.ts';
import { systemRandom } from '../../../engine/runner/system-random.ts';
import { KINDS } from '../../../nodes/index.ts';
import { RUNS } from '../../../nodes/runs.ts';
import { bytesIn } from './weigh.ts';
import { caseOf, classify, LABELS, resultOf } from './workload.ts';

/** What one batch of runs came to, by the clock and by the journal after it was closed. */
export interface Measured {
  seconds: number;
  /** Milliseconds from asking for a run to knowing that its end is on disk, the middle one. */
  p50: number;
  transactions: number;
  events: number;
  /** Bytes in the columns of event rows and run rows. */
  eventBytes: number;
  runBytes: number;
  /** Bytes of `journal.sqlite` with its write-ahead log written back. */
  fileBytes: number;
}

const MODEL = { name: 'w2-classify', version: '1.0.0', digest: `sha256-${'0'.repeat(64)}`, owner: 'benchmark', bar: 0 };

/** The flow document of W2. Throws when it has errors. */
export function readW2(): Flow {
  const { flow, problems } = readFlow(readFileSync(join(import.meta.dirname, 'w2.flow.json'), 'utf8'), KINDS);
  if (flow === null) throw new Error(JSON.stringify(problems));
  return flow;
}

/** Compiles a flow, with a card for the model that stands in. Throws when it has errors. */
export function compileBench(flow: Flow, connections: Readonly<Record<string, Connection>>): Program {
  const compiled = compileProgram(flow, KINDS, RUNS, { connections, models: { [MODEL.name]: card() } });
  if (compiled.program === null) throw new Error(JSON.stringify(compiled.problems));
  return compiled.program;
}

export const compileW2 = (): Program => compileBench(readW2(), {});

function card() {
  const none = { rows: 0, accuracy: 0, accuracyInterval: [0, 0], baseline: 0, logLoss: 0, brier: 0, ece: 0 };
  return modelCardSchema.parse({
    format: 'countersign.model',
    version: 1,
    type: 'built-in',
    name: MODEL.name,
    modelVersion: MODEL.version,
    purpose: 'Stands in for a model in the benchmark.',
    owner: MODEL.owner,
    question: 'What is the message about?',
    limits: 'It counts words.',
    bar: MODEL.bar,
    inputs: { text: true, columns: {} },
    choices: [...LABELS],
    artefact: { digest: MODEL.digest, bytes: 0 },
    lineage: {
      data: [{ name: 'none', digest: MODEL.digest, rows: 0 }],
      seed: 0,
      trainedWith: 'nothing',
      split: { training: 0, calibration: 0, test: 0 },
    },
    calibration: { method: 'temperature', temperature: 1, rows: 0 },
    novelty: { familiarityFloor: 0, strangeColumnsCeiling: 0, falseAlarmShare: 0 },
    metrics: {
      ...none,
      calibrationBins: [],
      perChoice: {},
      confusions: [],
      atBar: { bar: 0, coverage: 1, accuracy: null, belowBar: 0, unlike: 0 },
      bars: [],
    },
  });
}

/** Answers in this process, as the built-in model does, so that asking is no barrier. */
function answerNow({ text }: AskRequest): AskOutcome {
  const { label, confidence } = classify(text ?? '');
  return {
    outcome: 'answered',
    answer: {
      status: 'answered',
      why: null,
      choice: label,
      guess: label,
      confidence,
      alternatives: [],
      reasons: [],
      model: MODEL,
      latencyMs: 0,
    },
  };
}

const refuse = (what: string) => (): never => {
  throw new Error(`W2 has no ${what}`);
};

const NO_SYSTEMS: Systems = { perform: refuse('system'), askDone: refuse('system') };

/** An environment in which the model of W2 answers at once, and nobody else is there. */
export const workedOut = (systems: Systems = NO_SYSTEMS): Environment => ({
  clock: systemClock(),
  random: systemRandom(),
  modelsOf: () => ({ answerNow, ask: refuse('model over a wire') }),
  systemsOf: () => systems,
  people: { check: refuse('person'), checkSettlement: refuse('person') },
});

/** The ends of runs that began before they ended. */
class Ends {
  readonly #ended = new Set<string>();
  readonly #awaited = new Map<string, () => void>();

  ended(run: string): void {
    const tell = this.#awaited.get(run);
    if (tell === undefined) this.#ended.add(run);
    else tell();
    this.#awaited.delete(run);
  }

  of(run: string): Promise<void> | null {
    return this.#ended.delete(run) ? null : new Promise((resolve) => this.#awaited.set(run, resolve));
  }
}

/**
 * Runs W2, or W1 where there are `systems`, on an engine with a journal of its own in `folder`: `callers` callers, each of
 * which starts its next run when the last one has ended on disk. Throws when a run did not come to its result.
 */
export async function loadEngine(
  program: Program,
  folder: string,
  runs: number,
  callers: number,
  systems: Systems | null = null,
): Promise<Measured> {
  const environment = workedOut(systems ?? NO_SYSTEMS);
  const ends = systems === null ? null : new Ends();
  const path = join(folder, 'journal.sqlite');
  const engine = new Engine({
    openJournal: () =>
      openJournal({
        path,
        now: () => environment.clock.now(),
        random: (bytes) => environment.random(bytes),
        thread: 'at once',
        logRoom: true,
      }),
    environment,
    programOf: () => program,
  });
  let transactions = 0;
  let ended = 0;
  engine.watch((committed) => {
    transactions += 1;
    for (const { run, event } of committed) {
      if (event.type !== 'run.ended') continue;
      ended += 1;
      ends?.ended(run);
    }
  });
  const cases = Array.from({ length: runs }, (_, i) => ({ ...caseOf(i) }));
  const waits = new Float64Array(runs);
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let i = next++; i < runs; i = next++) {
      const asked = performance.now();
      const input = inputOf(program.flow.input, cases[i] ?? {});
      /* oxlint-disable no-await-in-loop -- a caller has one run under way at a time */
      const { run } = await engine.start({ program, release: null, key: null, initiator: ENGINE, input });
      if (ends !== null) await ends.of(run);
      /* oxlint-enable no-await-in-loop */
      waits[i] = performance.now() - asked;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - begun) / 1000;
  engine.stop();
  if (ended !== runs)
    throw new Error(`${ended} of ${runs} runs ended with their start: asking the model became a barrier`);
  return { seconds, p50: waits.sort()[runs >> 1] ?? 0, transactions, ...readBack(path, runs) };
}

/** Checks and weighs what the journal holds, from the file alone. */
function readBack(path: string, runs: number): Pick<Measured, 'events' | 'eventBytes' | 'runBytes' | 'fileBytes'> {
  const db = openForReading(path, JOURNAL_SCHEMA);
  const one = (sql: string): number => db.prepare<[], number>(sql).pluck().get() ?? 0;
  const ofRuns = `WHERE subject LIKE 'run:%'`;
  const weighed = {
    events: one(`SELECT count(*) FROM event ${ofRuns}`),
    eventBytes: bytesIn(db, 'event', ofRuns),
    runBytes: bytesIn(db, 'run'),
    fileBytes: statSync(path).size,
  };
  const approved = Array.from({ length: runs }, (_, i) => resultOf(caseOf(i))).filter((r) => r === 'approve').length;
  const counted = one(`SELECT count(*) FROM run WHERE result = 'approve'`);
  db.close();
  if (counted !== approved)
    throw new Error(`${counted} of ${runs} runs were approved, and ${approved} should have been`);
  return weighed;
}
