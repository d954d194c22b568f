import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from '../../../engine/flow/zod.ts';
import { post } from '../peers/post.ts';
import { bodyOf } from '../w1/body.ts';
import { classify, decideByHand, type Case } from '../w2/workload.ts';

/*
 * W1 and W2 as a service of Restate: one durable step for each step of ours. A process of its own, as Restate wants it.
 * Given: the folder that Restate is installed in, the port to listen on, the address that W1 posts to, the round,
 * and the server's process, which ends with the one that started both.
 */

interface Context {
  run<T>(name: string, step: () => T | Promise<T>): Promise<T>;
}

/** What is used of Restate's SDK. */
interface Sdk {
  service(of: { name: string; handlers: Record<string, (ctx: Context, one: Case) => Promise<unknown>> }): unknown;
  serve(of: { services: unknown[]; port: number }): Promise<unknown>;
}

const isSdk = (value: unknown): value is Sdk =>
  typeof value === 'object' &&
  value !== null &&
  'service' in value &&
  typeof value.service === 'function' &&
  'serve' in value &&
  typeof value.serve === 'function';

const [folder, port, target, round, server] = z
  .tuple([z.string(), z.coerce.number(), z.string(), z.string(), z.coerce.number().int().positive()])
  .parse(process.argv.slice(2));
const sdk: unknown = createRequire(join(folder, 'package.json'))('@restatedev/restate-sdk');
if (!isSdk(sdk)) throw new Error(`what is in ${folder} is no SDK of Restate that is known here`);

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

const enter = async (key: string, body: string): Promise<unknown> =>
  JSON.parse(await post(`${target}/entries`, agent, body, { 'idempotency-key': key }));

async function decided(ctx: Context, one: Case) {
  const { label, confidence } = await ctx.run('classify', () => classify(one.text));
  const outcome = await ctx.run('decide', () => decideByHand(one, label));
  const branch = await ctx.run('branch', () => (outcome === 'approve' ? ('approve' as const) : ('other' as const)));
  return { label, confidence, outcome, branch };
}

const workloads = sdk.service({
  name: 'workloads',
  handlers: {
    W1: async (ctx, one) => {
      const of = await decided(ctx, one);
      await ctx.run('enter', () => enter(`restate ${round} ${one.id}`, bodyOf(one, of)));
      return of.branch;
    },
    W2: async (ctx, one) => (await decided(ctx, one)).branch,
  },
});
await sdk.serve({ services: [workloads], port });
process.on('disconnect', () => {
  process.kill(server);
  process.exit();
});
process.send?.('ready');
