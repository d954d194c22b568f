import { analyseTable } from '../../engine/dmn/analyse.ts';
import { compileTable } from '../../engine/dmn/table.ts';
import { compare, MIN_ROUNDS, type Benchmark, type Row } from './row.ts';
import { expressions, graphs, handTable, ourTable, OURS, tables, type Contestant } from './rules-engines.ts';
import { CASES, rowsOf, SCOPE, tableOf, twelveAsCode } from './rules-workload.ts';

/** How long each contestant is measured in each round. */
const TURN_MS = 400;
const ROUNDS = MIN_ROUNDS;
const MANY_ROWS = 10_000;

interface Contest {
  readonly name: string;
  /** The first is ours; each of the others is a reference of a row. */
  readonly contestants: readonly Contestant[];
}

const CONTESTS: readonly (() => Contest)[] = [
  () => ({ name: 'table of 12 rows', contestants: tables(rowsOf(12), twelveAsCode) }),
  () => ({ name: 'table of 200 rows', contestants: tables(rowsOf(200)) }),
  () => ({ name: 'arithmetic', contestants: expressions() }),
  () => ({ name: 'graph of 3 decisions', contestants: graphs(rowsOf(12)) }),
  () => {
    const rows = rowsOf(MANY_ROWS);
    return { name: 'table of 10,000 rows', contestants: [ourTable(rows), handTable(rows)] };
  },
];

export const rulesBenchmark: Benchmark = {
  about: 'decision tables, an expression and a small graph, beside zen-engine, feelin and JavaScript written by hand',
  notes: [
    'Tables: 4 inputs (two texts, an amount in a range, a score below a limit), hit policy FIRST, hits spread over all rows, the last row takes the rest; 1,024 cases in turn. All contestants give the same answer on every one of them, or nothing is measured.',
    'countersign: compiled once; the value, the rows that matched and the warnings are its answer; numbers are decimals. Results of rows whose outputs are written out are made when the table is loaded. A case is a map of FEEL values made beforehand, as a run has it.',
    'zen-engine 0.52.1: content compiled once, 16 calls at once, which is its best here; each case is a JavaScript object. feelin 8.2.0: evaluates the text of a cell or expression each time; the loop over rows is the benchmark’s own.',
    'written by hand: a loop by index over the rows as JavaScript objects, with comparisons of doubles and no result but the output. As code: twelve statements, the limits in them, which no analyst can change.',
    'graph: a fee (arithmetic), a risk (the table of 12 rows), a total (if, on both).',
    `Rounds are interleaved after a warm-up; each contestant runs ${TURN_MS} ms in each. Loading is from the document to the compiled table, analysis from the document to the findings; both anew in each round.`,
  ],
  run: (progress) => runRules(progress, TURN_MS),
};

/** @param turnMs how long each contestant is measured in each round */
export async function runRules(progress: (line: string) => void, turnMs: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const make of CONTESTS) {
    const contest = make();
    progress(contest.name);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, or they would disturb each other
    rows.push(...(await hold(contest, turnMs)));
  }
  progress('loading and analysis');
  return [...rows, ...prepareRows()];
}

async function hold({ name, contestants }: Contest, turnMs: number): Promise<Row[]> {
  await agree(name, contestants);
  const rates = contestants.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [i, contestant] of contestants.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, as above
      const rate = await measure(contestant, turnMs);
      if (round >= 0) rates[i]?.push(rate);
    }
  }
  const [ours, ...others] = contestants.map((contestant, i) => ({ name: contestant.name, values: rates[i] ?? [] }));
  if (ours === undefined) return [];
  return others.map((reference) =>
    compare({ case: name, unit: 'evaluations/s', better: 'more', subject: ours, reference }),
  );
}

/** Throws when a contestant answers otherwise than the one written by hand, which stands last. */
async function agree(name: string, contestants: readonly Contestant[]): Promise<void> {
  const right = contestants.at(-1);
  for (const contestant of contestants) {
    const answers = await Promise.all(CASES.map((_, i) => contestant.answer(i)));
    const wrong = answers.findIndex((answer, i) => answer !== right?.answer(i));
    if (wrong >= 0)
      throw new Error(`${name}: ${contestant.name} says ${String(answers[wrong])} of ${JSON.stringify(CASES[wrong])}.`);
  }
}

/** Answers a second. */
async function measure({ answer, width }: Contestant, turnMs: number): Promise<number> {
  const from = performance.now();
  let done = 0;
  let ms = 0;
  do {
    if (width === 1) for (let k = 0; k < 64; k += 1) answer(done++);
    // oxlint-disable-next-line no-await-in-loop -- so many at once and no more
    else await Promise.all(Array.from({ length: width }, () => answer(done++)));
    ms = performance.now() - from;
  } while (ms < turnMs);
  return (done * 1000) / ms;
}

function prepareRows(): Row[] {
  const large = tableOf(rowsOf(MANY_ROWS));
  const unique = { ...tableOf(rowsOf(1000)), hitPolicy: 'UNIQUE' as const };
  const alone = (name: string, work: () => unknown): Row =>
    compare({
      case: name,
      unit: 'ms',
      better: 'less',
      subject: { name: OURS, values: Array.from({ length: ROUNDS }, () => msOf(work)) },
    });
  return [
    alone('loading 10,000 rows', () => compileTable(large, SCOPE)),
    alone('analysing 1,000 rows, FIRST', () => analyseTable(tableOf(rowsOf(1000)), SCOPE)),
    alone('analysing 1,000 rows, UNIQUE', () => analyseTable(unique, SCOPE)),
  ];
}

function msOf(work: () => unknown): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}
