import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { countersign, refusalOf } from '../../test/support/command-line.ts';
import { approvedFlow } from '../core/testing/flows.ts';
import { INA, OLGA } from '../core/testing/people.ts';
import { contextOf } from '../core/testing/play.ts';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { createApi } from './api.ts';
import type { Runner } from './runner.ts';
import { engineAt, engineOn, serveRunner, type Serving } from './serve.ts';
import { statusAtRest } from './status.ts';
import { stopDraft } from './stops.ts';
import { Office } from './testing/office.ts';

/* P34 whom the commands of a folder take for its engine: an address is no proof, and a token is sent to nobody else. */

let office: Office;
let runner: Runner;
let serving: Serving;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  office = new Office();
  runner = office.start();
  runner.accept(office.manifest(approvedFlow('read order')));
  serving = await serveRunner(runner, 0);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await serving.close();
  await office.close();
});

/** Somebody who listens where an engine's address says that one does; gives what it was sent as a token. */
async function stranger(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const tokens: string[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    if (request.headers.authorization !== undefined) tokens.push(request.headers.authorization);
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  writeFileSync(runner.paths.address, JSON.stringify({ url, pid: process.pid }));
  return { tokens, paths, url };
}

const passedOn = async (path: string): Promise<string> => (await fetch(`${serving.url}${path}`)).text();

describe('P34 the engine on a folder', () => {
  test.each(['system', 'operator'] as const)('P34 is found by its own folder: %s', async (as) => {
    expect(await engineOn(office.runner, as)).not.toBeNull();
  });

  test.each([
    ['says that all is well', () => '{"status":"ok"}'],
    ['makes up a proof', () => `{"status":"ok","proofs":{"system":"${'0'.repeat(64)}","operator":""}}`],
    ['passes the question on to the right one', ({ url }: IncomingMessage) => passedOn(url ?? '')],
    ['says again what it once heard', () => passedOn(`/health?nonce=${'a'.repeat(64)}`)],
    ['says no JSON', () => 'hello'],
  ])('P34 is not whoever %s: no token reaches it', async (_, answer) => {
    const { tokens, paths, url } = await stranger(async (request, response) => response.end(await answer(request)));
    for (const as of ['system', 'operator'] as const) expect(await engineOn(office.runner, as)).toBeNull();
    await countersign('runner', 'status', '--runner', office.runner);
    expect(paths).toHaveLength(3);
    expect(tokens).toEqual([]);
    // Control: it would have been seen.
    await engineAt(url, 't')
      .get('/status')
      .catch(() => null);
    expect(tokens).toEqual(['Bearer t']);
  });

  test('P34 is not that of a copy, which has the same token and log: what is stopped there is not stopped here', async () => {
    const copy = join(office.folder, 'copy');
    cpSync(office.runner, copy, { recursive: true });
    expect(await engineOn(copy)).toBeNull();
    const set = await countersign('stop', 'set', '--runner', copy, '--as', 'olga', '--reason', 'try it there');
    expect(set).toMatchObject({ code: 0 });
    expect((await countersign('stop', 'list', '--runner', copy)).out).toContain('try it there');
    expect(runner.stops).toEqual([]);
    // Control: here it is.
    await countersign('stop', 'set', '--runner', office.runner, '--as', 'olga', '--reason', 'here');
    expect(runner.stops).toMatchObject([{ reason: 'here' }]);
  });
});

describe('P32 a stop where no engine runs', () => {
  test.each([
    ['an address that is none', () => writeFileSync(runner.paths.address, '{"url":7}')],
    ['an address that was cut off', () => writeFileSync(runner.paths.address, '{"url":"http')],
    ['a token that cannot be read', leaveToken],
  ])('P32 is set although the last one left %s', async (_, leave) => {
    await serving.close();
    await office.stop(runner);
    leave();
    const set = await countersign('stop', 'set', '--runner', office.runner, '--as', 'olga', '--reason', 'to look');
    expect(set).toMatchObject({ code: 0, err: '' });
    expect(statusAtRest(office.runner).stops).toMatchObject([{ flow: null, reason: 'to look' }]);
  });

  function leaveToken(): void {
    writeFileSync(runner.paths.address, JSON.stringify({ url: 'http://127.0.0.1:9', pid: 1 }));
    rmSync(runner.paths.token);
    mkdirSync(runner.paths.token);
  }

  test('P34 a token that was emptied is made anew: it would let in whoever has none', async () => {
    await serving.close();
    writeFileSync(runner.paths.token, '\n');
    serving = await serveRunner(runner, 0);
    expect(serving.token).toMatch(/^[\w-]{43}$/);
    expect(await engineOn(office.runner)).not.toBeNull();
  });
});

describe('P27 what is handed out beside an engine', () => {
  test('P26 P27 of a long log a checkpoint that is asked for is made in steps, with others in between', async () => {
    const many = Array.from({ length: 3000 }, () => stopDraft('go on', null, OLGA, 'to be many', Date.now()));
    runner.engine.record(many);
    await serving.close();
    await office.stop(runner);
    runner = office.start();
    const engine = createApi(runner, 't', 'o');
    let turns = 0;
    let others = setImmediate(function next() {
      turns += 1;
      others = setImmediate(next);
    });
    const headers = { authorization: 'Bearer o', 'content-type': 'application/json' };
    const answer = await engine.request('/record/checkpoints', { method: 'POST', headers, body: '{}' });
    clearImmediate(others);
    expect(await answer.json()).toMatchObject({ size: runner.engine.reader().head().size, outage: null });
    expect(turns).toBeGreaterThan(2);
  });

  test('P27 what is covered already is shown although no checkpoint can be made, and why none was is said', async () => {
    const { program, release, manifest } = runner.current();
    const on = { program, release: String(release), manifest: manifest.digest };
    const input = contextOf({ order: '7', amount: 5 });
    const { run } = await runner.engine.start({ ...on, key: null, initiator: INA, input });
    await runner.engine.idle();
    const out = join(office.folder, 'evidence.json');
    const show = () => countersign('audit', 'export', run, '--runner', office.runner, '-o', out);
    // Control: as long as one can be made nothing is said.
    expect(await show()).toMatchObject({ code: 0, err: '' });
    const full = new CountersignError({ code: 'DISK_FULL', message: 'The disk is full.', hint: 'Make room.' });
    const making = vi.spyOn(runner, 'checkpoint').mockImplementation(() => {
      throw full;
    });
    const why = 'No checkpoint of now was written: The disk is full. Make room.\n';
    expect(await show()).toMatchObject({ code: 0, err: why });
    making.mockReturnValue({ latest: null, behind: 1, writtenAt: null, outage: full.toShape() });
    expect(await show()).toMatchObject({ code: 0, err: why });
    making.mockRestore();
    // An auditor may read the record, and not what only its operator holds.
    rmSync(runner.paths.operatorToken);
    mkdirSync(runner.paths.operatorToken);
    expect(await show()).toMatchObject({ code: 0, err: '' });
  });
});

describe('P32 who does something and why', () => {
  const blank = ' \u00a0\t';
  test.each([
    ['stop', 'set'],
    ['stop', 'lift'],
    ['runs', 'cancel', 'r1'],
    ['runs', 'again', 'r1'],
    ['runs', 'suspend', 'r1'],
    ['runs', 'resume', 'r1'],
  ])('P32 is said in words: %s %s', async (...argv) => {
    const command = argv.filter((part) => part !== undefined);
    const ask = (as: string, reason: string) =>
      refusalOf(...command, '--runner', office.runner, '--as', as, '--reason', reason);
    expect(await ask('olga', blank)).toMatchObject({ code: 'USAGE', exit: 2, message: '--reason is blank.' });
    expect(await ask(blank, 'so')).toMatchObject({ code: 'USAGE', message: '--as is blank.' });
    const [room, what = '', id = ''] = command;
    const path = room === 'stop' ? (what === 'set' ? '/stops' : '/stops/lift') : `/cases/${id}/${what}`;
    const body = {
      flow: room === 'stop' ? null : undefined,
      undo: what === 'cancel' ? true : undefined,
      again: what === 'again' ? 'start' : undefined,
    };
    const post = (by: string, reason: string) =>
      engineAt(serving.url, serving.token).post(path, { ...body, by, reason });
    await expect(post('olga', blank)).rejects.toMatchObject({ code: 'REQUEST_REFUSED' });
    await expect(post(blank, 'so')).rejects.toMatchObject({ code: 'REQUEST_REFUSED' });
    expect(runner.stops).toEqual([]);
  });

  test('P32 is kept without the blanks around it', async () => {
    const said = { flow: null, by: ' olga ', reason: ' the bank asked for it\n' };
    await engineAt(serving.url, serving.token).post('/stops', said);
    const told = z.object({ stops: z.array(z.unknown()) });
    expect(told.parse(await engineAt(serving.url, serving.token).get('/stops')).stops).toMatchObject([
      { by: { subject: 'olga' }, reason: 'the bank asked for it' },
    ]);
  });
});
