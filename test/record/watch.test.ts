import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyConsistency, verifyInclusion } from '../../engine/audit/merkle.ts';
import { leafHash } from '../../engine/journal/event-codec.ts';
import { z } from '../../engine/flow/zod.ts';
import { answerOf, countersign, holds, refusalOf } from '../support/command-line.ts';
import { shopRunner, type ShopRunner } from '../support/shop-runner.ts';

/* `audit watch`, `audit prove` and `runner status`, on a runner folder that works, and on one that was put back. */

let shop: ShopRunner;
const state = (): string => shop.file('watch.json');
const watch = (...more: string[]) => countersign('audit', 'watch', '--state', state(), '--once', ...more);
const ofRunner = (): string[] => ['--runner', shop.runner];
const logKey = (): string => shop.file('log.pub.json');

beforeAll(async () => {
  shop = await shopRunner('watch');
  await shop.runOrders(2);
  writeFileSync(logKey(), readFileSync(join(shop.runner, 'log.pub.json')));
}, 120_000);
afterAll(async () => shop.remove());

test('prove prints proofs that hold: of inclusion, and that the newest checkpoint continues the oldest', async () => {
  const { cases } = await answerOf(
    z.object({ cases: z.array(z.object({ id: z.string() })) }),
    'runs',
    'list',
    ...ofRunner(),
  );
  const run = cases[0]?.id ?? '';
  await shop.runOrders(1);
  const text = await holds('audit', 'prove', run, ...ofRunner());
  expect(text).toContain('it continues the checkpoint of');
  const event = z.object({ header: z.string(), inner: z.string(), leafIndex: z.int(), proof: z.array(z.string()) });
  const consistent = z.object({
    from: z.int(),
    to: z.int(),
    fromRoot: z.string(),
    toRoot: z.string(),
    proof: z.array(z.string()),
  });
  const schema = z.object({
    events: z.array(event),
    checkpoint: z.object({ size: z.int(), root: z.string() }),
    consistency: consistent,
  });
  const { events, checkpoint, consistency } = await answerOf(schema, 'audit', 'prove', run, ...ofRunner());
  const bytes = (base64: string): Uint8Array => Buffer.from(base64, 'base64');
  for (const { header, inner, leafIndex, proof } of events) {
    const claim = { leaf: leafHash(Buffer.from(header), bytes(inner)), index: leafIndex, size: checkpoint.size };
    expect(verifyInclusion({ ...claim, proof: proof.map(bytes), root: bytes(checkpoint.root) })).toBe(true);
  }
  const { from, to, fromRoot, toRoot, proof } = consistency;
  expect(from).toBeLessThan(to);
  expect(
    verifyConsistency({ from, to, fromRoot: bytes(fromRoot), toRoot: bytes(toRoot), proof: proof.map(bytes) }),
  ).toBe(true);
});

test('P26 watch follows a runner that works, hands its checkpoints on, and finds at once that it was put back', async () => {
  const published = shop.file('published');
  const kept = shop.file('kept');
  expect(await watch(...ofRunner(), '--publish', published)).toMatchObject({ code: 0 });
  cpSync(shop.runner, kept, { recursive: true });
  await shop.runOrders(1);
  expect(await watch(...ofRunner(), '--publish', published)).toMatchObject({ code: 0 });

  // Somewhere else: checkpoints alone, with the log’s key from before.
  const away = ['audit', 'watch', '--state', shop.file('away.json'), '--once', '--checkpoints', published] as const;
  expect(await countersign(...away, '--key', logKey())).toMatchObject({ code: 0 });
  expect(await refusalOf(...away)).toMatchObject({ code: 'USAGE' });

  rmSync(shop.runner, { recursive: true });
  cpSync(kept, shop.runner, { recursive: true });
  const told = await watch(...ofRunner());
  expect(told.code).toBe(1);
  expect(told.out).toContain('TRUNCATED');
  // It goes on from there: another history. What was seen stays in the state file, so that it is found at every look.
  await shop.runOrders(3);
  const forked = await watch(...ofRunner());
  expect(forked.code).toBe(1);
  expect(forked.out).toContain('FORK');
  rmSync(join(shop.runner, 'journal.sqlite'));
  expect((await watch(...ofRunner())).out).toContain('UNREADABLE');
});

test('P27 runner status tells how far checkpoints are, and that they do not leave the machine unless a sink is named', async () => {
  rmSync(shop.runner, { recursive: true });
  cpSync(shop.file('kept'), shop.runner, { recursive: true });
  const schema = z.object({
    engine: z.string(),
    checkpoint: z.object({ behind: z.int() }),
    troubles: z.array(z.string()),
  });
  const rest = await answerOf(schema, 'runner', 'status', ...ofRunner());
  const noSink =
    'Checkpoints do not leave this machine: no place outside of it is named that keeps them (sinks.json in the runner folder).';
  expect(rest).toMatchObject({ code: 1, engine: 'not running', troubles: [noSink] });
  expect((await countersign('runner', 'status', ...ofRunner())).out).toContain('engine not running');
  const sinks = [{ name: 'other room', url: 'https://sink.example/notes' }];
  const document = { format: 'countersign.sinks', version: 1, sinks };
  writeFileSync(join(shop.runner, 'sinks.json'), JSON.stringify(document));
  expect(await answerOf(schema, 'runner', 'status', ...ofRunner())).toMatchObject({ code: 0, troubles: [] });
  expect(await holds('runner', 'status', ...ofRunner())).toContain('sink other room: how far it has checkpoints');
});
