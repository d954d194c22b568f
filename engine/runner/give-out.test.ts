import { createServer } from 'node:http';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countersign } from '../../test/support/command-line.ts';
import { isSignedBy, parseNote } from '../audit/checkpoint.ts';
import { latestCheckpoint } from '../audit/checkpoint-sink.ts';
import { approvedFlow } from '../core/testing/flows.ts';
import { INA } from '../core/testing/people.ts';
import { contextOf } from '../core/testing/play.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import { SINKS_FORMAT } from './checkpoint-outbox.ts';
import { runnerPaths } from './folder.ts';
import { logSigner } from './log-signer.ts';
import { statusAtRest } from './status.ts';
import { systemRandom } from './system-random.ts';
import { Office } from './testing/office.ts';

/*
 * P27 for what writes to the record where no engine runs: each command leaves a checkpoint over it, which leaves the
 * machine as well, here to a server of somebody else's.
 */

let office: Office;
let got: { type: string; body: string }[];
let status: number;
let run: string;
let close: () => Promise<void>;
beforeEach(async () => {
  office = new Office();
  got = [];
  status = 200;
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      got.push({ type: request.headers['content-type'] ?? '', body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => new Promise((resolve) => server.close(() => resolve()));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/notes`;
  const sinks = [{ name: 'witness', url, private: true }];
  const runner = office.start();
  const flow = approvedFlow('refund');
  const input = { ...flow.input, order: { type: 'string' as const, personal: true } };
  const { program } = runner.accept(office.manifest({ ...flow, input }));
  const started = { program, release: '1', key: null, initiator: INA, input: contextOf({ order: '7', amount: 5 }) };
  ({ run } = await runner.engine.start(started));
  await office.stop(runner);
  writeFileSync(runnerPaths(office.runner).sinks, JSON.stringify({ format: SINKS_FORMAT, version: 1, sinks }));
});
afterEach(async () => {
  await close();
  await office.close();
});

/** How many events there are, and how many the newest checkpoint covers that is here and that was sent. */
function standing(): { events: number; covered: number; sent: number; troubles: string[] } {
  const { events, checkpoint, troubles } = statusAtRest(office.runner);
  const notes = got.filter(({ type }) => type.startsWith('text/plain')).map(({ body }) => parseNote(body));
  return { events, covered: checkpoint.covered, sent: notes.at(-1)?.checkpoint.size ?? 0, troubles };
}
const command = async (...argv: string[]) => {
  const told = await countersign(...argv, '--runner', office.runner);
  expect(told).toMatchObject({ code: 0 });
  return told;
};

test('P27 P29 backup, prune, erase and restore without an engine leave a signed checkpoint over what they wrote, here and elsewhere', async () => {
  const to = join(office.folder, 'backup');
  const commands = [
    () => command('backup', to),
    () => command('prune', '--older-than', '200d'),
    () => command('erase', '--run', run, '--basis', 'request 12', '--end'),
    () => command('restore', to, '--basis', 'a drill'),
    () => command('stop', 'set', '--as', 'olga', '--reason', 'to look'),
  ];
  const before = standing().events;
  for (const give of commands) {
    // One after the other: each writes to the same record.
    // oxlint-disable-next-line no-await-in-loop
    await give();
    const now = standing();
    expect(now).toEqual({ events: now.events, covered: now.events, sent: now.events, troubles: [] });
  }
  expect(standing().events).toBeGreaterThan(before);
  // What was erased left before the checkpoint that covers it.
  expect(got.some(({ type }) => type.startsWith('application/jsonl'))).toBe(true);
  const { publicKey } = logSigner(runnerPaths(office.runner), null);
  const last = parseNote(got.at(-1)?.body ?? '');
  expect(isSignedBy(last, publicKey)).toBe(true);
  expect(last.text).toBe(readFileSync(join(runnerPaths(office.runner).checkpoints, 'latest'), 'utf8'));
});

test('P27 a sink that is out is told of and stops nothing', async () => {
  status = 500;
  const told = await command('backup', join(office.folder, 'two'));
  expect(told.err).toContain('The sink “witness” did not take it');
  expect(latestCheckpoint(runnerPaths(office.runner).checkpoints)?.checkpoint.size).toBe(standing().events);
});

test('P27 control: events that no checkpoint covers are shown as trouble where no engine runs', () => {
  const journal = openJournal({
    path: runnerPaths(office.runner).journal,
    now: () => Date.now(),
    random: systemRandom(),
  });
  const actor = { issuer: 'test', subject: 'olga', role: 'operator', method: 'none' };
  journal.append([{ subject: 'runner', type: 'backup.made', v: 1, at: 1, actor, open: {} }]);
  journal.close();
  const { events, covered, troubles } = standing();
  expect(events).toBeGreaterThan(covered);
  expect(troubles).toEqual([
    `${events - covered} events no checkpoint covers, and no engine is running that would write one.`,
  ]);
  rmSync(runnerPaths(office.runner).checkpoints, { recursive: true });
  expect(standing().covered).toBe(0);
});

test('P26 P27 what a witness was sent by a runner at work shows a journal that was rolled back with all that lies beside it', async () => {
  const work = async (): Promise<void> => {
    const runner = office.start();
    const program = runner.current().program;
    const input = contextOf({ order: '8', amount: 5 });
    await runner.engine.start({ program, release: '1', key: null, initiator: INA, input });
    await office.stop(runner);
  };
  const held = (): string => {
    const { body } = got.findLast(({ type }) => type.startsWith('text/plain')) ?? { body: '' };
    expect(parseNote(body).checkpoint.size).toBe(standing().events);
    const file = join(office.folder, 'held.note');
    writeFileSync(file, body);
    return file;
  };
  const verify = async (...more: string[]) =>
    (await countersign('audit', 'verify', '--runner', office.runner, ...more)).code;
  await work();
  const copy = join(office.folder, 'copy');
  cpSync(office.runner, copy, { recursive: true });
  await work();
  const file = held();
  // Control: of the journal that it was given out for, it holds.
  expect(await verify('--checkpoint', file)).toBe(0);
  rmSync(office.runner, { recursive: true });
  cpSync(copy, office.runner, { recursive: true });
  expect(await verify()).toBe(0);
  expect(await verify('--checkpoint', file)).toBe(1);
});
