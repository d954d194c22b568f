import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { isSignedBy, parseNote, signCheckpoint, type Note } from '../audit/checkpoint.ts';
import { someRoot, testSigner } from '../audit/testing.ts';
import { realClock } from '../connections/real-clock.fixture.ts';
import type { ErrorShape } from '../flow/error.ts';
import { tempFolder } from '../journal/testing.ts';
import { CheckpointOutbox, erasureListIn, sinksIn, SINKS_FORMAT, type Sink } from './checkpoint-outbox.ts';
import { statusFrom } from './status.ts';

const signer = testSigner();
const noteOf = (size: number): Note => signCheckpoint({ origin: 'a.log', size, root: someRoot(size) }, signer);
const nothingErased = { size: () => 0, text: () => '' };
const outage: ErrorShape = {
  code: 'ACTION_UNREACHABLE',
  message: 'down',
  hint: 'wait',
  retryable: true,
  fault: 'other system',
};

/** A sink that keeps what it was sent, and answers when it is let. */
function slowSink() {
  const taken: number[] = [];
  let answer: (outcome: ErrorShape | null) => void = () => undefined;
  const sink: Sink = {
    name: 'elsewhere',
    post: (note, what) => {
      if (what === 'erasures') return Promise.resolve(null);
      taken.push(parseNote(note).checkpoint.size);
      return new Promise((resolve) => (answer = resolve));
    },
    close: () => Promise.resolve(),
  };
  const answers = async (outcome: ErrorShape | null): Promise<void> => {
    answer(outcome);
    await sleep(1);
  };
  return { taken, sink, answers };
}

const servers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of servers.splice(0)) await close();
});

/** A server of somebody else’s that takes notes. */
async function listening(status: () => number) {
  const got: Record<'body' | 'authorization' | 'method' | 'type', string | undefined>[] = [];
  const read = async (request: IncomingMessage): Promise<string> => Buffer.concat(await request.toArray()).toString();
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      got.push({
        body,
        authorization: request.headers.authorization,
        method: request.method,
        type: request.headers['content-type'],
      });
      response.writeHead(status()).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.address();
  return { got, url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/notes` };
}

function sinksOf(document: object, secrets = {}): Sink[] {
  const { folder, remove } = tempFolder();
  servers.push(() => Promise.resolve(remove()));
  const file = join(folder, 'sinks.json');
  writeFileSync(file, JSON.stringify({ format: SINKS_FORMAT, version: 1, sinks: [document] }));
  return sinksIn(file, secrets, realClock);
}

test('P27 a sink gets the newest checkpoint, one at a time, and at most one a second', async () => {
  const { taken, sink, answers } = slowSink();
  const outbox = new CheckpointOutbox([sink], nothingErased);
  outbox.offer({ note: null }, 0);
  outbox.offer({ note: noteOf(1) }, 0);
  outbox.offer({ note: noteOf(2) }, 5000);
  expect(taken).toEqual([1]);
  await answers(null);
  expect(outbox.state(9)).toEqual([
    { name: 'elsewhere', covered: 1, behind: 8, takenAt: 0, listed: true, outage: null },
  ]);
  outbox.offer({ note: noteOf(3) }, 999);
  expect(taken).toEqual([1]);
  outbox.offer({ note: noteOf(3) }, 1000);
  expect(taken).toEqual([1, 3]);
  await answers(null);
  outbox.offer({ note: noteOf(3) }, 90_000);
  expect(taken).toEqual([1, 3]);
});

test('P27 the outage of a sink and its lag are visible, stop nothing, and end by themselves', async () => {
  const { taken, sink, answers } = slowSink();
  const outbox = new CheckpointOutbox([sink], nothingErased);
  outbox.offer({ note: noteOf(2500) }, 0);
  await answers(outage);
  const checkpoints = { latest: noteOf(2500).checkpoint, behind: 0, writtenAt: 0, outage: null };
  const status = () => statusFrom(2500, { ...checkpoints, sinks: outbox.state(2500) }).troubles;
  expect(outbox.state(2500)).toMatchObject([{ covered: 0, behind: 2500, outage }]);
  expect(status()).toEqual([
    'The sink “elsewhere” did not take the last checkpoint: down',
    '2500 events are not covered at the sink “elsewhere”.',
  ]);
  outbox.offer({ note: noteOf(2500) }, 1000);
  await answers(null);
  expect(taken).toEqual([2500, 2500]);
  expect(status()).toEqual([]);
  expect(statusFrom(1, { ...checkpoints, sinks: [] }).troubles).toEqual([
    'Checkpoints do not leave this machine: no place outside of it is named that keeps them (sinks.json in the runner folder).',
  ]);
});

test('P27 a webhook gets the signed note as a POST, with its secret, and what it refuses is an outage', async () => {
  let status = 204;
  const server = await listening(() => status);
  const secret = { header: 'authorization', from: 'env:SINK', prefix: 'Bearer ' };
  const [sink] = sinksOf({ name: 'archive', url: server.url, private: true, secret }, { SINK: 'sesame' });
  if (sink === undefined) throw new Error('there is a sink');
  const note = noteOf(7);
  expect(await sink.post(note.text, 'checkpoint')).toBeNull();
  expect(server.got).toEqual([
    { body: note.text, authorization: 'Bearer sesame', method: 'POST', type: 'text/plain; charset=utf-8' },
  ]);
  expect(isSignedBy(parseNote(server.got[0]?.body ?? ''), signer.publicKey)).toBe(true);
  status = 500;
  expect(await sink.post(note.text, 'checkpoint')).toMatchObject({ code: 'ACTION_REFUSED' });
  status = 302;
  expect(await sink.post(note.text, 'checkpoint')).toMatchObject({ code: 'ACTION_REFUSED' });
  await sink.close();
});

test('a sink in a private network is one only where the operator says so, and a missing secret sends nothing', async () => {
  const server = await listening(() => 200);
  expect(() => sinksOf({ name: 'archive', url: server.url })).toThrow(
    expect.objectContaining({ code: 'DOCUMENT_INVALID' }),
  );
  const secret = { header: 'authorization', from: 'env:NONE' };
  const [sink] = sinksOf({ name: 'archive', url: server.url, private: true, secret });
  expect(await sink?.post(noteOf(1).text, 'checkpoint')).toMatchObject({ code: 'BINDING_MISSING' });
  expect(server.got).toEqual([]);
  await sink?.close();
});

test('P27 closing hands over the last checkpoint', async () => {
  const server = await listening(() => 200);
  const outbox = new CheckpointOutbox(sinksOf({ name: 'archive', url: server.url, private: true }), nothingErased);
  outbox.offer({ note: noteOf(1) }, 0);
  await outbox.close({ note: noteOf(2) }, 10);
  expect(server.got.map(({ body }) => parseNote(body ?? '').checkpoint.size)).toEqual([1, 2]);
});

test('P29 the list of erasures leaves before the checkpoint, once for each time that it grew, and its lack is told', async () => {
  let status = 500;
  const server = await listening(() => status);
  const { folder, remove } = tempFolder();
  servers.push(() => Promise.resolve(remove()));
  const file = join(folder, 'erasures.jsonl');
  const outbox = new CheckpointOutbox(
    sinksOf({ name: 'archive', url: server.url, private: true }),
    erasureListIn(file),
  );
  writeFileSync(file, '{"erased":1}\n');
  outbox.offer({ note: noteOf(3) }, 0);
  await expect
    .poll(() => outbox.state(3), { interval: 2 })
    .toMatchObject([{ covered: 0, listed: false, outage: { code: 'ACTION_REFUSED' } }]);
  const checkpoints = { latest: noteOf(3).checkpoint, behind: 0, writtenAt: 0, outage: null };
  expect(statusFrom(3, { ...checkpoints, sinks: outbox.state(3) }, []).troubles).toContain(
    'The sink “archive” lacks the newest list of erasures.',
  );
  status = 200;
  outbox.offer({ note: noteOf(3) }, 1000);
  await expect.poll(() => outbox.state(3), { interval: 2 }).toMatchObject([{ covered: 3, listed: true, outage: null }]);
  writeFileSync(file, '{"erased":1}\n{"erased":2}\n');
  await outbox.close({ note: noteOf(3) }, 2000);
  expect(server.got.map(({ body, type }) => [type?.split(';')[0], body])).toEqual([
    ['application/jsonl', '{"erased":1}\n'],
    ['application/jsonl', '{"erased":1}\n'],
    ['text/plain', noteOf(3).text],
    ['application/jsonl', '{"erased":1}\n{"erased":2}\n'],
  ]);
});
