import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asJson, prettyJson } from '../../engine/flow/json.ts';
import { z } from '../../engine/flow/zod.ts';
import { answerOf, holds, refusalOf } from '../support/command-line.ts';
import { listing } from '../support/folder.ts';
import { shopRunner, type ShopRunner } from '../support/shop-runner.ts';

let shop: ShopRunner;
let manifest: string;
let data: string;
beforeAll(async () => {
  shop = await shopRunner('manifest');
  data = shop.file('orders.csv');
  writeFileSync(data, 'order,way\n1,refund\n');
});
afterAll(() => shop.remove());

let times = 0;
beforeEach(() => {
  times += 1;
  const folder = shop.file(`releases-${times}`);
  cpSync(join(shop.root, 'releases'), folder, { recursive: true });
  manifest = join(folder, 'orders-1.manifest.json');
});

const envelopeSchema = z.object({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
});
type Envelope = z.infer<typeof envelopeSchema>;

function change(how: (envelope: Envelope) => void): void {
  const envelope = envelopeSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')));
  how(envelope);
  writeFileSync(manifest, prettyJson(asJson(envelope)));
}

/** Verifies and runs what is to be refused, and makes sure that the runner accepted nothing. Gives the one error. */
async function refused() {
  const before = listing(shop.root);
  const verified = await refusalOf('verify', manifest, '--trust', join(shop.runner, 'trust.json'));
  const run = await refusalOf('run', manifest, '--runner', shop.runner, '--data', data);
  expect(run).toEqual(verified);
  expect(verified).toMatchObject({ exit: 1, where: { file: manifest } });
  expect(verified.hint.length).toBeGreaterThan(20);
  expect(readdirSync(join(shop.runner, 'releases'))).toEqual([]);
  const cases = await answerOf(z.object({ cases: z.array(z.unknown()) }), 'runs', '--runner', shop.runner);
  expect(cases.cases).toEqual([]);
  expect(listing(shop.root)).toEqual(before);
  return verified;
}

test('P16 a manifest whose content was changed after it was signed is refused', async () => {
  change((envelope) => {
    const statement = Buffer.from(envelope.payload, 'base64').toString();
    envelope.payload = Buffer.from(statement.replace('"author":"Ada"', '"author":"Eve"')).toString('base64');
  });
  const error = await refused();
  expect(error.code).toBe('MANIFEST_TAMPERED');
  expect(error.message).toContain('does not fit this manifest');
});

test('P16 a signature of which one bit was changed is refused', async () => {
  change(({ signatures: [first] }) => {
    if (first === undefined) throw new Error('it is signed');
    const bytes = Buffer.from(first.sig, 'base64');
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    first.sig = bytes.toString('base64');
  });
  expect((await refused()).code).toBe('MANIFEST_TAMPERED');
});

test('P21 a pinned file of which one byte was changed is refused by its name', async () => {
  const blobs = join(manifest, '..', 'blobs');
  const blob = readdirSync(blobs)
    .map((name) => join(blobs, name))
    .find((path) => readFileSync(path, 'utf8').includes('countersign.flow'));
  if (blob === undefined) throw new Error('the flow is pinned');
  writeFileSync(blob, readFileSync(blob, 'utf8').replace('"0.5"', '"9.5"'));
  const error = await refused();
  expect(error.code).toBe('MANIFEST_BLOB');
  expect(error.message).toContain('flows/orders.flow.json');
  rmSync(blob);
  expect((await refused()).code).toBe('MANIFEST_BLOB');
});

test('P18 a manifest that nobody signed is refused with the roles that are missing', async () => {
  change((envelope) => void envelope.signatures.splice(0));
  const error = await refused();
  expect(error.code).toBe('MANIFEST_UNSIGNED');
  expect(error.message).toContain('1 of role author; 1 of role release');
  expect(error.hint).toContain('countersign sign');
});

test('P18 a manifest signed by strangers is refused', async () => {
  change((envelope) => void envelope.signatures.splice(0));
  for (const purpose of ['author', 'release']) {
    const path = shop.file(`stranger-${purpose}`);
    await holds('keys', 'new', purpose, path, '--name', 'Eve');
    await holds('sign', manifest, '--key', `${path}.key.json`);
  }
  const error = await refused();
  expect(error.code).toBe('MANIFEST_UNSIGNED');
  expect(error.message).toContain('by no key that counts here');
});

test('P22 a manifest that asks for what the runner’s bindings do not grant is refused by the action', async () => {
  const binding = join(shop.runner, 'bindings', 'shop.binding.json');
  const granted = readFileSync(binding, 'utf8');
  writeFileSync(binding, granted.replace(/\n *"post letter",?/, ''));
  const error = await refusalOf('run', manifest, '--runner', shop.runner, '--data', data);
  writeFileSync(binding, granted);
  expect(error).toMatchObject({ exit: 1, code: 'MANIFEST_GRANTS', where: { file: manifest } });
  expect(error.message).toContain('“shop.post letter”');
  expect(readdirSync(join(shop.runner, 'releases'))).toEqual([]);
});

test('a manifest cut off in the middle, and one that is not there, are refused', async () => {
  writeFileSync(manifest, readFileSync(manifest, 'utf8').slice(0, 400));
  expect((await refused()).code).toBe('MANIFEST_INVALID');
  rmSync(manifest);
  const error = await refusalOf('verify', manifest, '--trust', join(shop.runner, 'trust.json'));
  expect(error).toMatchObject({ exit: 3, code: 'FILE_UNREADABLE', where: { file: manifest } });
});

test('P19 exported again it stays as it was signed, and that is said; other content under its number is refused', async () => {
  const signed = join(shop.root, 'releases', 'orders-1.manifest.json');
  const bytes = readFileSync(signed, 'utf8');
  const again = ['export', shop.root, '--release', '1', '--author', 'Ada', '--not-after'];
  const told = await holds(...again, '2099-01-01T00:00:00Z');
  expect(told).toContain('is there with 2 signatures, which stay');
  expect(told).not.toContain('not signed yet');
  expect(readFileSync(signed, 'utf8')).toBe(bytes);
  const key = shop.file('of-the-public.json');
  for (const file of readdirSync(join(shop.root, 'keys')).filter((name) => name.startsWith('ada.pub')))
    cpSync(join(shop.root, 'keys', file), key);
  expect(await refusalOf('sign', signed, '--key', key)).toMatchObject({
    code: 'KEY_INVALID',
    message: expect.stringContaining('public half') as unknown,
    where: { file: key },
  });
  expect(await refusalOf(...again, '2098-01-01T00:00:00Z')).toMatchObject({
    code: 'FILE_EXISTS',
    where: { file: signed },
    message: expect.stringContaining('exported before, with other content') as unknown,
  });
  expect(readFileSync(signed, 'utf8')).toBe(bytes);
});

test('control: the manifest as it was signed verifies and runs', async () => {
  await holds('verify', manifest, '--trust', join(shop.runner, 'trust.json'));
  await holds('run', manifest, '--runner', shop.runner, '--data', data);
  expect(readdirSync(join(shop.runner, 'releases')).filter((name) => name.endsWith('.manifest.json'))).toHaveLength(1);
});
