import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ENGINE } from '../../engine/core/event.ts';
import { approval, end, shopFlow } from '../../engine/core/testing/flows.ts';
import { inputOf } from '../../engine/flow/input.ts';
import { parseStrict } from '../../engine/flow/json.ts';
import { Office } from '../../engine/runner/testing/office.ts';
import { atMost, told, type Check, type Soak } from './check.ts';
import { quantile } from './statistics.ts';
import { lifeSchema, type Life, type LifeOrder } from './waiting-life.ts';

export interface WaitingSizes {
  runs: number;
  /** How many runs the journal holds that the other is compared with. */
  few: number;
  /** How often each is opened by a process of its own. */
  lives: number;
}
const DECISIONS = 200;
/** Starts under way at once while the journal is made. */
const IN_FLIGHT = 1_000;

/** An approval that may wait for a year, and what follows at once when it is given. */
const flow = () =>
  shopFlow()
    .node('Agree', 'approval', approval({ due: 'P365D', show: [{ label: 'Order', value: 'input.order' }] }))
    .node('Done', 'end', end('done'))
    .node('Rejected', 'end', end('rejected'))
    .node('Late', 'end', end('late'))
    .edge('Start', 'next', 'Agree')
    .edge('Agree', 'approved', 'Done')
    .edge('Agree', 'rejected', 'Rejected')
    .edge('Agree', 'timed out', 'Late')
    .build();

/** Starts so many runs that wait. Gives some of them, spread over all. */
async function fill(office: Office, runs: number, progress: (line: string) => void): Promise<string[]> {
  const runner = office.start();
  const { program, release } = runner.accept(office.manifest(flow()));
  const every = Math.max(1, Math.floor(runs / DECISIONS));
  const some: string[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let i = next++; i < runs; i = next++) {
      const input = inputOf(program.flow.input, { order: `order ${i}`, amount: i % 500 });
      // oxlint-disable-next-line no-await-in-loop -- a caller has one start under way at a time
      const { run } = await runner.engine.start({
        program,
        release: String(release),
        key: null,
        initiator: ENGINE,
        input,
      });
      if (i % every === 0 && some.length < DECISIONS) some.push(run);
      if ((i + 1) % 50_000 === 0) progress(`${(i + 1).toLocaleString('en-US')} runs wait`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  await office.stop(runner);
  return some;
}

/** A process of its own that starts on the folder, decides what it is told to, and stops. */
async function live(order: LifeOrder): Promise<Life> {
  const program = fileURLToPath(new URL('waiting-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disallow-code-generation-from-strings', program, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return lifeSchema.parse(parseStrict(await text(child.stdout)));
}

export const waitingSoak: Soak = {
  about: 'runs that wait for an approval (--runs, 200,000): starting, memory, and deciding one',
  run: (progress, { runs }) => waiting(progress, { runs, few: 1_000, lives: 3 }),
};

export async function waiting(progress: (line: string) => void, sizes: WaitingSizes): Promise<Check[]> {
  const [few, many] = [new Office(), new Office()];
  try {
    const fewRuns = await fill(few, sizes.few, progress);
    progress(`making ${sizes.runs.toLocaleString('en-US')} runs that wait`);
    const begun = performance.now();
    const manyRuns = await fill(many, sizes.runs, progress);
    const seconds = (performance.now() - begun) / 1000;
    const lives: { few: Life[]; many: Life[] } = { few: [], many: [] };
    for (let i = 0; i < sizes.lives; i++) {
      const part = (of: readonly string[]) => of.filter((_, at) => at % sizes.lives === i);
      progress(`life ${i + 1} of ${sizes.lives}`);
      /* oxlint-disable no-await-in-loop -- in turn, so that neither disturbs the other */
      lives.few.push(await live({ folder: few.runner, runs: part(fewRuns) }));
      lives.many.push(await live({ folder: many.runner, runs: part(manyRuns) }));
      /* oxlint-enable no-await-in-loop */
    }
    return [told('runs made a second', sizes.runs / seconds, 'runs/s'), ...checksOf(sizes, lives)];
  } finally {
    await few.close();
    await many.close();
  }
}

function checksOf(sizes: WaitingSizes, { few, many }: { few: readonly Life[]; many: readonly Life[] }): Check[] {
  const [at, atFew] = [sizes.runs, sizes.few].map((runs) => `at ${runs.toLocaleString('en-US')}`);
  const worst = (of: (life: Life) => number) => Math.max(...many.map(of));
  const decisions = (lives: readonly Life[]) => lives.flatMap(({ decideMs }) => decideMs);
  const p50 = { few: quantile(decisions(few), 0.5), many: quantile(decisions(many), 0.5) };
  return [
    atMost(
      `${at}: the engine starts`,
      worst((life) => life.startMs),
      'ms',
      1_000,
    ),
    told(
      `${at}: the process is up, code read and all`,
      worst((life) => life.upMs),
      'ms',
    ),
    atMost(
      `${at}: memory held after the start`,
      worst((life) => life.startMb),
      'MB',
      200,
    ),
    atMost(
      `${at}: memory held after deciding`,
      worst((life) => life.endMb),
      'MB',
      200,
    ),
    told(
      `${at}: memory at its highest`,
      worst((life) => life.peakMb),
      'MB',
    ),
    told(`${atFew}: deciding one, p50`, p50.few, 'ms'),
    told(`${at}: deciding one, p50`, p50.many, 'ms'),
    told(`${at}: deciding one, p99`, quantile(decisions(many), 0.99), 'ms'),
    atMost(
      `${at}: the longest that the engine’s thread was held up`,
      worst((life) => life.heldUpMs),
      'ms',
      1_000,
    ),
    atMost(`${at}: deciding one, p50, of that ${atFew}`, p50.many / p50.few, 'times', 1.5),
    told(
      `${at}: asking how the runner stands`,
      worst((life) => life.statusMs),
      'ms',
    ),
  ];
}
