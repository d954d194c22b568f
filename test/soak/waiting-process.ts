import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseStrict } from '../../engine/flow/json.ts';
import { keyOf } from '../../engine/manifest/testing/manifest-kit.ts';
import { signDecision } from '../../engine/manifest/sign-approval.ts';
import { Runner } from '../../engine/runner/runner.ts';
import { statusOf } from '../../engine/runner/status.ts';
import { lifeOrderSchema, type Life } from './waiting-life.ts';

/* A runner that starts on a folder with runs that wait, decides some, and says what that took. Given its order as JSON. */

const { folder, runs } = lifeOrderSchema.parse(parseStrict(process.argv[2] ?? ''));
const MB = 1_000_000;
const heldMb = () => process.memoryUsage().rss / MB;
/** Long enough for what a start leaves to be done afterwards. */
const SETTLING_MS = 500;

const lead = keyOf('approver', 'Lea');
const begun = performance.now();
const runner = new Runner({ folder });
const startMs = performance.now() - begun;
const upMs = performance.now();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
await sleep(SETTLING_MS);
const startMb = heldMb();

const decideMs: number[] = [];
for (const run of runs) {
  const [task] = runner.engine.reader().tasks({ run, status: 'open' });
  if (task === undefined) throw new Error(`${run} waits for nobody`);
  const decision = signDecision(lead, task, {
    decision: 'approved',
    person: 'lea',
    role: 'lead',
    comment: '',
    shown: task.shown,
    at: Date.now(),
  });
  const asked = performance.now();
  // oxlint-disable-next-line no-await-in-loop -- one decision at a time is what is measured
  await runner.engine.decide(run, task.id, decision);
  decideMs.push(performance.now() - asked);
}
await sleep(SETTLING_MS);
const endMb = heldMb();
const asked = performance.now();
await runner.suspendedKnown();
statusOf(runner);
const statusMs = performance.now() - asked;
delay.disable();
await runner.close();
const seen: Life = {
  startMs,
  upMs,
  startMb,
  endMb,
  // In kilobytes.
  peakMb: (process.resourceUsage().maxRSS * 1024) / MB,
  decideMs,
  heldUpMs: delay.max / 1_000_000,
  statusMs,
};
process.stdout.write(JSON.stringify(seen));
