import { createServer, type Server } from 'node:http';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { approvedFlow, callFlow } from '../core/testing/flows.ts';
import { INA } from '../core/testing/people.ts';
import { contextOf } from '../core/testing/play.ts';
import type { Flow } from '../flow/document.ts';
import { Office } from '../runner/testing/office.ts';
import { makeRunnerFolders, runnerPaths } from '../runner/folder.ts';
import { main } from './main.ts';

let office: Office;
beforeEach(() => (office = new Office()));
afterEach(async () => office.close());

/** What a command says and ends with. */
async function said(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    isTerminal: false,
    nowMs: () => 0,
  };
  const code = await main([...argv, '--runner', office.runner], { io, exit: { code: 0 } });
  return { code, out, err };
}

/** Runs as many cases of a flow as there are orders, and ends the engine; gives their ids. */
async function casesOf(flow: Flow, orders: number): Promise<string[]> {
  const runner = office.start();
  const { program } = runner.accept(office.manifest(flow));
  const runs: string[] = [];
  for (let order = 1; order <= orders; order++) {
    const input = contextOf({ order: String(order), amount: 1 });
    // One after the other, so that their order is known.
    // oxlint-disable-next-line no-await-in-loop
    const { run } = await runner.engine.start({ program, release: '1', key: null, initiator: INA, input });
    runs.push(run);
  }
  await runner.engine.idle();
  await office.stop(runner);
  return runs;
}

describe('the inbox', () => {
  test('says that there is more than it shows', async () => {
    await casesOf(approvedFlow('refund'), 3);
    const two = await said('approvals', '--limit', '2');
    expect(two.out.match(/^t_/gm)).toHaveLength(2);
    expect(two.out).toContain('There are more than these 2: add --limit');
    // Control: all of them are all.
    const three = await said('approvals', '--limit', '3');
    expect(three.out.match(/^t_/gm)).toHaveLength(3);
    expect(three.out).not.toContain('more');
    expect((await said('approvals', '--role', 'nobody')).out).toBe('Nothing waits for a person.\n');
  });

  test('as do the cases', async () => {
    const runs = await casesOf(approvedFlow('refund'), 3);
    const two = await said('runs', '--limit', '2');
    expect(runs.filter((id) => two.out.includes(id))).toEqual(runs.slice(1));
    expect(two.out).toContain('There are more than these 2: add --limit');
    expect((await said('runs', '--limit', '2', '--json')).out).toMatch(/"more": ?true/);
    // Control: all of them are all.
    expect((await said('runs', '--limit', '3')).out).not.toContain('more');
    expect((await said('runs', '--limit', '3', '--json')).out).toMatch(/"more": ?false/);
  });

  describe('an action in doubt', () => {
    let shop: Server;
    beforeEach(async () => {
      shop = createServer((_, response) => response.writeHead(500).end());
      await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
      const address = shop.address();
      if (address === null || typeof address === 'string') throw new Error('the shop listens at a port');
      office.bind(['refund'], 'shop', { baseUrl: `http://127.0.0.1:${address.port}` });
    });
    afterEach(() => shop.close());

    test('is shown with its case, its key and how it is settled, and cannot be approved', async () => {
      const once = { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' };
      const [run = ''] = await casesOf(callFlow('refund', { retry: once }), 1);
      const task = /^t_\S+/.exec((await said('approvals')).out)?.[0] ?? '';
      const { out } = await said('approvals', 'show', task);
      expect(out).toContain('answered with status 500');
      expect(out).toMatch(new RegExp(`under the key [0-9a-f]{40}, in the case ${run}`));
      expect(out).toContain(`countersign runs show ${run} --runner ${office.runner}`);
      for (const way of ['--happened', '--did-not-happen', '--look-again'])
        expect(out).toContain(`approvals settle ${task} --runner ${office.runner} --as … --key … ${way}\n`);
      expect(out).not.toContain('shown as');
      const refused = await said('approvals', 'approve', task, '--as', 'lea', '--key', 'lea.key.json');
      expect([refused.code, refused.out]).toEqual([2, '']);
      expect(refused.err).toContain('asks whether an action happened');
      expect(refused.err).toContain('countersign approvals settle');
    });
  });

  test('control: an approval is shown as what is signed, and is not settled', async () => {
    await casesOf(approvedFlow('refund'), 1);
    const task = /^t_\S+/.exec((await said('approvals')).out)?.[0] ?? '';
    const { out } = await said('approvals', 'show', task);
    expect(out).toContain('shown as sha256-');
    expect(out).not.toContain('settle');
    const refused = await said('approvals', 'settle', task, '--happened', '--as', 'lea', '--key', 'lea.key.json');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('approve, reject or answer');
  });
});

describe('erasing somebody of whom nothing is found', () => {
  test('says that nothing was erased, and how to look further', async () => {
    await casesOf(approvedFlow('refund'), 1);
    const { code, out } = await said('erase', '--person', 'c-40331', '--basis', 'request 12');
    expect(code).toBe(0);
    expect(out).toContain('nothing was erased. No case is linked to them.');
    expect(out).toContain('--search');
    expect(out).not.toContain('c-40331');
  });
});

describe('a runner folder', () => {
  test('on which nothing ran yet says so', async () => {
    await office.stop(office.start());
    expect((await said('runs')).out).toBe('No case was started here yet.\n');
    await casesOf(approvedFlow('refund'), 1);
    expect((await said('runs')).out).not.toContain('No case');
  });

  test('that cannot be looked into is not said to be none', async () => {
    const { trust, journal } = runnerPaths(office.runner);
    for (const path of [trust, journal]) {
      rmSync(path, { force: true });
      symlinkSync(path, path);
    }
    for (const command of ['serve', 'runs']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as both are about one folder
      const { code, err } = await said(command);
      expect(code).toBe(3);
      expect(err).toContain('cannot be read');
      expect(err).not.toMatch(/runner init|on which an engine has run/);
    }
    // Control: where nothing is, that is what is said.
    for (const path of [trust, journal]) rmSync(path);
    expect((await said('serve')).err).toContain('runner init');
    expect((await said('runs')).err).toContain('on which an engine has run');
  });

  test('that cannot be made is the environment’s failure, or a file in the way, and no defect', () => {
    const file = join(office.folder, 'file');
    writeFileSync(file, '');
    expect(() => makeRunnerFolders(runnerPaths(file))).toThrow(expect.objectContaining({ code: 'ENVIRONMENT' }));
    const inTheWay = join(office.folder, 'in-the-way');
    mkdirSync(inTheWay);
    writeFileSync(runnerPaths(inTheWay).releases, '');
    expect(() => makeRunnerFolders(runnerPaths(inTheWay))).toThrow(expect.objectContaining({ code: 'FILE_EXISTS' }));
  });
});
