/**
 * `npm run faults` does to the real engine what production will do to it, and counts what came of it. `--quick` tries a
 * sample; `--cycles N` says how often it is killed at any moment; `--every N` tries an N-th of everything; `--only TEXT` picks faults by their names. Ends with 1
 * when anything acknowledged was lost, anything happened twice, a control was not seen to fail, or a fault could not be
 * tried. With COUNTS_FILE in the environment the counts are left there for the test command.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { table } from '../../engine/cli/command.ts';
import { against, NotRun, nothingYet, type Fault, type Outcome } from './fault.ts';
import { bitFlips } from './bit-flips.ts';
import { clockJumps } from './clock-jumps.ts';
import { diskFull } from './disk-full.ts';
import { heldPoints } from './held-points.ts';
import { ioErrors } from './io-errors.ts';
import { powerCuts } from './power-cuts.ts';
import { replaced } from './replaced.ts';
import { randomKills } from './random-kills.ts';
import { endAll } from './serving.ts';
import { World } from './world.ts';
import { writePoints } from './write-points.ts';

/** What mostly waits is tried beside what works; in the long run everything has the machine to itself. */
const WAITING: readonly Fault[] = [clockJumps, replaced];
const WORKING: readonly Fault[] = [powerCuts, heldPoints, writePoints, randomKills, ioErrors, diskFull, bitFlips];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cycles: { type: 'string' },
    every: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '20261120' },
  },
});

/** By the number of a promise, or by any words of the name. */
const isWanted = ({ name }: Fault): boolean =>
  values.only === '' ||
  name.split(' ').includes(values.only) ||
  (values.only.includes(' ') && name.includes(values.only));

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Tried {
  name: string;
  seconds: number;
  outcome: Outcome;
  failures: string[];
}

async function tryFault(fault: Fault, world: World): Promise<Tried> {
  const began = performance.now();
  let outcome = nothingYet();
  let failures: string[];
  try {
    outcome = await fault.run(world);
    failures = against(outcome);
  } catch (error) {
    const why = error instanceof Error ? error : new Error(String(error));
    failures = [error instanceof NotRun ? `NOT RUN: ${why.message}` : (why.stack ?? why.message)];
  }
  const seconds = (performance.now() - began) / 1000;
  say(`${failures.length === 0 ? 'ok    ' : 'FAILED'} ${fault.name} (${seconds.toFixed(1)} s)`);
  for (const line of failures.slice(0, 20)) say(`         ${line}`);
  for (const line of outcome.remarks) say(`         ${line}`);
  return { name: fault.name, seconds, outcome, failures };
}

function printTable(all: readonly Tried[]): void {
  const rows = all.map(({ name, outcome, failures }) => [
    name,
    outcome.tried,
    String(outcome.acknowledged),
    String(outcome.lost.length),
    String(outcome.twice.length),
    outcome.control ?? (failures.some((line) => line.startsWith('NOT RUN')) ? 'not run' : 'nothing'),
  ]);
  say('');
  for (const line of table([['fault', 'tried', 'acknowledged', 'lost', 'twice', 'what the control showed'], ...rows]))
    say(line);
}

process.once('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const began = performance.now();
const world = await World.make({
  quick: values.quick,
  every: Number(values.every),
  cycles: values.cycles === undefined ? null : Number(values.cycles),
  seed: Number(values.seed),
});
const all: Tried[] = [];
try {
  const lanes = values.quick ? [WORKING, WAITING] : [[...WORKING, ...WAITING]];
  await Promise.all(
    lanes.map(async (lane) => {
      for (const fault of lane.filter(isWanted)) all.push(await tryFault(fault, world));
    }),
  );
} finally {
  endAll();
  await world.close();
}
printTable(all);
const failed = all.filter(({ failures }) => failures.length > 0).length;
const counts = { passed: all.length - failed, failed, skipped: [] };
const seconds = ((performance.now() - began) / 1000).toFixed(1);
say(
  `\n${counts.passed} passed, ${failed} failed, in ${seconds} s${values.quick ? '; a sample' : values.every === '1' ? '' : `; one in ${values.every}`}`,
);
const countsFile = process.env['COUNTS_FILE'];
if (countsFile !== undefined) writeFileSync(countsFile, JSON.stringify(counts));
process.exitCode = failed > 0 ? 1 : 0;
