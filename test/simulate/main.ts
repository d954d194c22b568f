/**
 * `npm run simulate -- --seeds N [--from S]` plays N seeds; `--seed S [--trace]` plays one and tells its story, with
 * `--first` in the world as it was at first. Ends with
 * 1 when a law was broken.
 */
import { parseArgs } from 'node:util';
import { runSeed } from './run-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function one(seed: number): Promise<number> {
  const { story, breaches, digest } = await runSeed(seed, {}, values.first);
  if (values.trace) for (const line of story) say(line);
  else for (const { law, what } of breaches) say(`${law}: ${what}`);
  say(`seed ${seed}: ${breaches.length === 0 ? 'every law holds' : `${breaches.length} broken`}, story ${digest}`);
  return breaches.length;
}

async function many(from: number, seeds: number): Promise<number> {
  const faults = new Map<string, number>();
  const totals = { runs: 0, events: 0, failed: 0 };
  const began = performance.now();
  const worked = process.cpuUsage();
  for (let seed = from; seed < from + seeds; seed++) {
    // One after the other: a seed is alone in its world.
    // oxlint-disable-next-line no-await-in-loop
    const result = await runSeed(seed);
    totals.runs += result.runs;
    totals.events += result.events;
    for (const [name, count] of result.faults) faults.set(name, (faults.get(name) ?? 0) + count);
    const [first] = result.breaches;
    if (first === undefined) continue;
    totals.failed += 1;
    say(`seed ${seed}: ${first.law}: ${first.what.slice(0, 300)}`);
    say(`  again: npm run simulate -- --seed ${seed} --trace`);
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(worked);
  const processor = (user + system) / 1_000_000;
  say(`faults injected:`);
  for (const [name, count] of [...faults].sort((a, b) => b[1] - a[1])) say(`  ${String(count).padStart(9)}  ${name}`);
  say(
    `${seeds} seeds from ${from} in ${seconds.toFixed(1)} s: ${Math.round((60 * seeds) / seconds)} a minute, ${Math.round((60 * seeds) / processor)} a minute of processor time; ` +
      `${totals.runs} cases, ${totals.events} events, ${[...faults.values()].reduce((a, b) => a + b, 0)} faults; ${totals.failed} seeds failed`,
  );
  return totals.failed;
}

const broken =
  values.seed === undefined ? await many(Number(values.from), Number(values.seeds)) : await one(Number(values.seed));
process.exitCode = broken > 0 ? 1 : 0;
