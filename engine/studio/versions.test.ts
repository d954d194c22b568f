import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diff } from '../cli/commands/diff.ts';
import { diffWholes } from '../flow/diff-pinned.ts';
import { toErrorShape } from '../flow/error.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { writeFlow } from '../flow/read.ts';
import { STRICT_POLICY } from '../connections/contract.ts';
import { shop } from '../connections/shop.fixture.ts';
import type { StudioService } from './service.ts';
import { RELEASE } from './testing/asking.ts';
import { FLOW, makeWorkspace, refundFlow, serve } from './testing/tiny-workspace.ts';
import { versionFile } from './versions.ts';

let root: string;
let remove: () => void;
let service: StudioService;
let clock: number;
beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  clock = Date.UTC(2026, 2, 2, 9);
  service = serve(root, { now: () => clock });
});
afterEach(async () => {
  await service.close();
  remove();
});

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => toErrorShape(error).code,
  );

async function saveVersion(name: string, title = 'Refunds', base?: string) {
  const opened = await service.call('openFlow', { path: FLOW });
  const text = writeFlow(refundFlow(title));
  return service.call('saveVersion', { path: FLOW, text, base: base ?? opened.digest, name, note: 'why' });
}

describe('versions', () => {
  test('each gets the next number, who, when and why, saves the draft, and lists newest first', async () => {
    const first = await saveVersion('First');
    clock += 1000;
    const second = await saveVersion('Second', 'Other');
    expect(second.version).toMatchObject({ number: 2, name: 'Second', note: 'why', by: 'ada', at: clock });
    // The draft on disk is the version: the studio can say “v2” from digests alone.
    const opened = await service.call('openFlow', { path: FLOW });
    expect(opened.digest).toBe(second.digest);
    expect(second.version.text).toBe(opened.digest);
    const { versions, errors } = await service.call('versions', { path: FLOW });
    expect(versions).toEqual([second.version, first.version]);
    expect(errors).toEqual([]);
    expect((await service.call('pastFlow', { path: FLOW, of: { version: 1 } })).flow).toEqual(refundFlow('Refunds'));
    expect(readdirSync(join(root, 'versions', 'refunds')).toSorted()).toEqual(['1.version.json', '2.version.json']);
  });

  test('a version of a file that changed behind it is refused, and neither file is written', async () => {
    const { digest } = await service.call('openFlow', { path: FLOW });
    writeFileSync(join(root, FLOW), writeFlow(refundFlow('Theirs')));
    expect(await codeOf(saveVersion('First', 'Mine', digest))).toBe('FILE_CHANGED');
    expect(readFileSync(join(root, FLOW), 'utf8')).toBe(writeFlow(refundFlow('Theirs')));
    expect((await service.call('versions', { path: FLOW })).versions).toEqual([]);
  });

  test('one that was altered is told, is not given out, and the others are; a number is not given again', async () => {
    await saveVersion('First');
    await saveVersion('Second');
    const file = join(root, versionFile(FLOW, 1));
    writeFileSync(file, readFileSync(file, 'utf8').replace('"why"', '"because"'));
    const { versions, errors } = await service.call('versions', { path: FLOW });
    expect(versions.map(({ number }) => number)).toEqual([2]);
    expect(errors.map(({ code }) => code)).toEqual(['FILE_CHANGED']);
    expect(await codeOf(service.call('pastFlow', { path: FLOW, of: { version: 1 } }))).toBe('FILE_CHANGED');
    expect((await saveVersion('Third')).version.number).toBe(3);
  });

  test('what the flow leans on is pinned: a contract that changed later is told by field', async () => {
    await saveVersion('First');
    const { refund } = shop.actions;
    if (refund === undefined) throw new Error('the shop refunds');
    const request = { ...refund.request, reason: { type: 'string' } };
    const changed = { ...shop, actions: { ...shop.actions, refund: { ...refund, request } } };
    writeFileSync(join(root, 'connections/shop.connection.json'), prettyJson(asJson(changed)));
    await saveVersion('Second');
    const before = await service.call('pastFlow', { path: FLOW, of: { version: 1 } });
    const after = await service.call('pastFlow', { path: FLOW, of: { version: 2 } });
    expect(diffWholes(before, after).map(({ sentence }) => sentence)).toEqual([
      'Connection “shop”: the action “refund” now takes “reason” (string).',
    ]);
  });

  test('the command line compares versions by number or file, releases, and the draft with each', async () => {
    await saveVersion('First');
    await saveVersion('Second', 'Other');
    await service.call('exportFlow', RELEASE);
    const [release] = (await service.call('releases', {})).releases;
    const file = join(root, FLOW);
    const lines = (before: string, after: string) => diff(before, after, false).lines;
    const [sentence] = lines(`${file}@1`, `${file}@2`);
    expect(sentence).toBe('About: “Title” changed from “Refunds” to “Other”.');
    expect(lines(join(root, versionFile(FLOW, 1)), file)).toEqual([sentence]);
    expect(lines(`${file}@1`, join(root, release?.path ?? ''))).toEqual([sentence]);
    expect(lines(`${file}@2`, file)).toEqual(['Nothing changed.']);
    writeFileSync(join(root, 'policy.json'), prettyJson(asJson({ ...STRICT_POLICY, fourEyesOnRelease: true })));
    expect(lines(`${file}@2`, file)).toEqual([
      'Policy: the author of a release may no longer be the one who approves it.',
    ]);
    expect(() => diff(`${file}@9`, file, false)).toThrow('There is no file');
  });

  test('a release is looked at with what it pins, and one with another blob is refused', async () => {
    await service.call('exportFlow', RELEASE);
    const [release] = (await service.call('releases', {})).releases;
    const asked = { path: FLOW, of: { release: release?.path ?? '' } };
    const past = await service.call('pastFlow', asked);
    expect(past.flow).toEqual(refundFlow());
    expect(Object.keys(past.pinned.connections)).toEqual(['shop']);
    const blobs = join(root, 'releases', 'blobs');
    for (const name of readdirSync(blobs)) rmSync(join(blobs, name));
    expect(await codeOf(service.call('pastFlow', asked))).toBe('MANIFEST_BLOB');
  });

  test.each([['../../secrets'], ['releases/../countersign.json']])('%s is no release', async (release) => {
    expect(await codeOf(service.call('pastFlow', { path: FLOW, of: { release } }))).toBe('REQUEST_REFUSED');
  });
});

describe('drafts', () => {
  const draft = (id: string, title: string) => ({
    id,
    path: FLOW,
    text: writeFlow(refundFlow(title)),
    base: 'sha256-0',
  });
  const keep = (title: string) => service.call('keepDraft', draft('d_1', title));

  test('the last one of a flow is kept outside of the flows, survives the service, and goes when it is dropped', async () => {
    await keep('One');
    await keep('Two');
    await service.close();
    service = serve(root);
    const { drafts } = await service.call('drafts', {});
    expect(drafts).toEqual([
      { id: 'd_1', path: FLOW, text: writeFlow(refundFlow('Two')), base: 'sha256-0', at: clock, by: 'ada' },
    ]);
    expect(readdirSync(join(root, 'flows'))).toEqual(['refunds.flow.json']);
    expect(readFileSync(join(root, '.countersign', '.gitignore'), 'utf8')).toBe('*\n');
    await service.call('dropDraft', { id: 'd_1', path: FLOW });
    expect((await service.call('drafts', {})).drafts).toEqual([]);
  });

  test('one that is torn is not offered, and hinders nothing', async () => {
    await keep('One');
    const file = join(root, '.countersign', 'drafts', 'refunds.d_1.draft.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    expect((await service.call('drafts', {})).drafts).toEqual([]);
    await keep('Two');
    expect((await service.call('drafts', {})).drafts).toHaveLength(1);
  });

  const idsOf = async (asks: Pick<StudioService, 'call'>) => (await asks.call('drafts', {})).drafts.map(({ id }) => id);

  test('of two windows on one flow each keeps its own, and lets go no other that is open', async () => {
    const [mine, theirs] = [service.window(), service.window()];
    await mine.call('keepDraft', draft('d_1', 'Mine'));
    await theirs.call('keepDraft', draft('d_2', 'Theirs'));
    await mine.call('keepDraft', draft('d_1', 'Mine, and more'));
    expect([await idsOf(mine), await idsOf(theirs), await idsOf(service.window())]).toEqual([['d_1'], ['d_2'], []]);
    await mine.call('dropDraft', { id: 'd_2', path: FLOW });
    await mine.call('dropDraft', { id: 'd_1', path: FLOW });
    theirs.leave();
    const { drafts } = await mine.call('drafts', {});
    expect(drafts).toMatchObject([{ id: 'd_2', text: writeFlow(refundFlow('Theirs')) }]);
    // The control: nobody keeps it any more, so that it may go.
    await mine.call('dropDraft', { id: 'd_2', path: FLOW });
    expect(await idsOf(mine)).toEqual([]);
  });

  test('windows are told when one is lost with its window, is back with it, or was let go by another', async () => {
    let told = 0;
    service.onEvent(({ event }) => {
      if (event === 'drafts changed') told += 1;
    });
    const [mine, other, bare] = [service.window(), service.window(), service.window()];
    await mine.call('keepDraft', draft('d_1', 'Mine'));
    await mine.call('keepDraft', draft('d_1', 'Mine, and more'));
    bare.leave();
    expect(told).toBe(0);
    mine.leave();
    expect([told, await idsOf(other)]).toEqual([1, ['d_1']]);
    const back = service.window();
    await back.call('keepDraft', draft('d_1', 'Mine, and more'));
    expect([told, await idsOf(other)]).toEqual([2, []]);
    back.leave();
    await other.call('dropDraft', { id: 'd_1', path: FLOW });
    expect([told, await idsOf(service)]).toEqual([4, []]);
  });

  test('two services on one folder keep what is drawn in the windows of each', async () => {
    const second = serve(root);
    const [mine, theirs] = [service.window(), second.window()];
    await mine.call('keepDraft', draft('d_1', 'Mine'));
    await theirs.call('keepDraft', draft('d_2', 'Theirs'));
    await second.close();
    expect(await idsOf(mine)).toEqual(['d_1', 'd_2']);
  });

  test('one that an earlier version kept is offered and let go, and what is drawn now lies beside it', async () => {
    await keep('New');
    const folder = join(root, '.countersign', 'drafts');
    const old = readFileSync(join(folder, 'refunds.d_1.draft.json'), 'utf8').replace('"id": "d_1",', '');
    writeFileSync(join(folder, 'refunds.draft.json'), old);
    expect(await idsOf(service)).toEqual(['d_1', null]);
    await service.call('dropDraft', { id: null, path: FLOW });
    expect(await idsOf(service)).toEqual(['d_1']);
  });

  test('a flow with the longest of names is kept', async () => {
    const path = `flows/${'ö'.repeat(120)}.flow.json`;
    await service.call('keepDraft', { ...draft('d_1', 'Long'), path });
    expect((await service.call('drafts', {})).drafts).toMatchObject([{ path }]);
  });

  test('a copy gets a file of its own', async () => {
    const text = writeFlow(refundFlow('Refunds (copy)'));
    const made = await service.call('saveCopy', { title: 'Refunds', text });
    expect(made).toMatchObject({ path: 'flows/refunds-2.flow.json', text });
    expect(readFileSync(join(root, FLOW), 'utf8')).toBe(writeFlow(refundFlow()));
  });
});
