import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Runner } from '../../engine/runner/runner.ts';
import { serveRunner } from '../../engine/runner/serve.ts';
import { z } from '../../engine/flow/zod.ts';
import { askSchema, type Ask, type Standing } from './load-messages.ts';

/* A runner that serves HTTP as “countersign serve” does, and says how it stands. Given: the runner folder and a manifest. */

const MB = 1_000_000;
/** How often the thread looks at how late it is; each look is as late by itself. */
const RESOLUTION_MS = 1;
const LOOK_MS = 100;

const [folder, manifest] = z.tuple([z.string(), z.string()]).parse(process.argv.slice(2));
const runner = new Runner({ folder });
runner.accept(manifest);
const serving = await serveRunner(runner, 0);
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
let mostLoad = 0;
setInterval(() => {
  mostLoad = Math.max(mostLoad, runner.engine.load);
}, LOOK_MS).unref();

const late = (ns: number) => Math.max(0, ns / 1_000_000 - RESOLUTION_MS);

function standing(): Standing {
  const { heapUsed, rss } = process.memoryUsage();
  return {
    heapMb: heapUsed / MB,
    rssMb: rss / MB,
    load: runner.engine.load,
    mostLoad: Math.max(mostLoad, runner.engine.load),
    delayP50Ms: late(delay.percentile(50)),
    delayP99Ms: late(delay.percentile(99)),
    delayMaxMs: late(delay.max),
  };
}

async function answer(ask: Ask): Promise<void> {
  if (ask === 'idle') await runner.engine.idle();
  process.send?.(standing());
  if (ask === 'phase') {
    delay.reset();
    mostLoad = 0;
  }
  if (ask !== 'stop') return;
  await serving.close();
  await runner.close();
  process.disconnect();
}

process.on('message', (message) => void answer(askSchema.parse(message)));
process.send?.({ url: serving.url, token: serving.token });
