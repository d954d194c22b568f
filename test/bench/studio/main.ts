/**
 * `node test/bench/studio/main.ts MINUTES [SIZES [no-opening]]`: measures the studio and prints the rows as JSON; the benchmark starts it
 * as a process of its own. SIZES are numbers of nodes with commas between them, 50,200,1000 when not given.
 */
import { MIN_ROUNDS } from '../row.ts';
import { runStudio } from './run.ts';

const [minutes = '0', sizes = '50,200,1000', opening = 'opening'] = process.argv.slice(2);
const rows = await runStudio((line) => process.stderr.write(`${line}\n`), {
  minutes: Number(minutes),
  sizes: sizes
    .split(',')
    .filter((size) => size !== '')
    .map(Number),
  rounds: MIN_ROUNDS,
  opening: opening === 'opening',
});
process.stdout.write(JSON.stringify(rows));
