/**
 * `npm run bench -- NAME [--json] [--restate FOLDER] [--node-red FOLDER]`: measures one thing and prints a table, or one
 * JSON document with `--json`. `engine` measures Restate beside itself where it is given a folder whose `node_modules`
 * holds `@restatedev/restate-server` and `@restatedev/restate-sdk`, and Node-RED where it is given one that holds
 * `node-red` (made for 5.0.7: `npm install --save-exact node-red@5.0.7`); `studio --minutes N` watches memory for so
 * long. What it is doing meanwhile goes to standard error. Exit codes: 0 measured, 2 wrong use, 3 the measuring failed.
 */
import { availableParallelism, cpus, loadavg, release, type } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { toErrorShape } from '../../engine/flow/error.ts';
import { auditBenchmark } from './audit.ts';
import { engineBenchmark } from './engine.ts';
import { reportSchema, type Benchmark, type Report } from './row.ts';
import { rulesBenchmark } from './rules.ts';
import { studioBenchmark } from './studio.ts';
import { tableOf } from './table.ts';

const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ['audit', auditBenchmark],
  ['engine', engineBenchmark],
  ['rules', rulesBenchmark],
  ['studio', studioBenchmark],
]);

const MOST_MINUTES = 24 * 60;

function usage(complaint: string): number {
  const names = [...BENCHMARKS].map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`);
  process.stderr.write(
    `${complaint}\nUse: npm run bench -- NAME [--json] [--restate FOLDER] [--node-red FOLDER] [--minutes N]. The names are:\n${names.join('\n')}\n`,
  );
  return 2;
}

/** Takes the arguments after the script's name; returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        restate: { type: 'string' },
        'node-red': { type: 'string' },
        minutes: { type: 'string', default: '0' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    return usage(toErrorShape(error).message);
  }
  const [name, ...more] = parsed.positionals;
  const benchmark = name === undefined ? undefined : BENCHMARKS.get(name);
  if (name === undefined) return usage('Name what is to be measured.');
  if (benchmark === undefined) return usage(`There is no benchmark “${name}”.`);
  if (more.length > 0) return usage('One benchmark at a time, so that none disturbs another.');
  const { restate, 'node-red': nodeRed } = parsed.values;
  if ((restate ?? nodeRed) !== undefined && benchmark !== engineBenchmark)
    return usage('Restate and Node-RED are measured beside “engine” only.');
  const minutes = Number(parsed.values.minutes);
  if (!(minutes >= 0 && minutes <= MOST_MINUTES)) return usage(`--minutes is a number from 0 to ${MOST_MINUTES}.`);
  const machine = machineNow();
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const folder = (given: string | undefined) => (given === undefined ? null : resolve(given));
  const rows = await benchmark.run(progress, { restate: folder(restate), nodeRed: folder(nodeRed), minutes });
  const report = reportSchema.parse({ benchmark: name, machine, notes: [...benchmark.notes], rows } satisfies Report);
  process.stdout.write(parsed.values.json === true ? `${JSON.stringify(report, null, 2)}\n` : tableOf(report));
  return 0;
}

function machineNow(): Report['machine'] {
  const db = new Database(':memory:');
  const sqlite = String(db.prepare<[], string>('SELECT sqlite_version()').pluck().get());
  db.close();
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
    sqlite,
    system: `${type()} ${release()}`,
    load: loadavg()[0] ?? 0,
  };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 3;
}
