/**
 * `npm run soak -- NAME [--runs N] [--minutes M] [--json]`: what takes many runs or much time to show. Prints a table of
 * figures with their floors, or one JSON document with `--json`; what it is doing meanwhile goes to standard error. Exit
 * codes: 0 everything holds, 1 a floor was missed, 2 wrong use, 3 the soak itself failed.
 */
import { availableParallelism, cpus, loadavg, release, type } from 'node:os';
import { parseArgs } from 'node:util';
import { toErrorShape } from '../../engine/flow/error.ts';
import { holds, tableOf, type Soak } from './check.ts';
import { loadSoak } from './load.ts';
import { timersSoak } from './timers.ts';
import { waitingSoak } from './waiting.ts';

const SOAKS: ReadonlyMap<string, { soak: Soak; runs: number; minutes: number }> = new Map([
  ['waiting', { soak: waitingSoak, runs: 200_000, minutes: 0 }],
  ['timers', { soak: timersSoak, runs: 100_000, minutes: 0 }],
  ['load', { soak: loadSoak, runs: 0, minutes: 10 }],
]);

function usage(complaint: string): number {
  const names = [...SOAKS].map(([name, { soak }]) => `  ${name.padEnd(10)} ${soak.about}`);
  process.stderr.write(
    `${complaint}\nUse: npm run soak -- NAME [--runs N] [--minutes M] [--json]. The names are:\n${names.join('\n')}\n`,
  );
  return 2;
}

/** Takes the arguments after the script's name; returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' }, runs: { type: 'string' }, minutes: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    return usage(toErrorShape(error).message);
  }
  const [name, ...more] = parsed.positionals;
  const known = name === undefined ? undefined : SOAKS.get(name);
  if (name === undefined || more.length > 0) return usage('Name one soak.');
  if (known === undefined) return usage(`There is no soak “${name}”.`);
  const runs = Number(parsed.values.runs ?? known.runs);
  const minutes = Number(parsed.values.minutes ?? known.minutes);
  if (!Number.isSafeInteger(runs) || runs < 0 || !Number.isFinite(minutes) || minutes < 0)
    return usage('--runs takes a whole number, and --minutes a number.');
  const on = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, ${type()} ${release()}, Node ${process.versions.node}, load before ${(loadavg()[0] ?? 0).toFixed(2)}`;
  const begun = performance.now();
  const progress = (line: string) =>
    void process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);
  const checks = await known.soak.run(progress, { runs, minutes });
  const whole = checks.every(holds);
  process.stdout.write(
    parsed.values.json === true
      ? `${JSON.stringify({ soak: name, machine: on, runs, minutes, holds: whole, checks }, null, 2)}\n`
      : `${name} on ${on}\n\n${tableOf(checks)}\n${whole ? 'PASS' : 'FAIL'}\n`,
  );
  return whole ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 3;
}
