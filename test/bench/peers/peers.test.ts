import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { z } from '../../../engine/flow/zod.ts';
import { inFolder } from '../in-folder.ts';
import { caseOf, resultOf } from '../w2/workload.ts';
import { overHttp } from './over-http.ts';
import { startProcesses } from './processes.ts';

/** A server that remembers which cases it was asked, and says this of case 20. */
async function peerSaying(of20: string) {
  const asked: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { id } = z.object({ id: z.string() }).parse(await json(request));
    asked.push(`${request.url} ${id}`);
    response.end(JSON.stringify(id === 'r20' ? of20 : resultOf(caseOf(Number(id.slice(1))))));
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const peer = overHttp(
    'Peer',
    (workload) => `http://127.0.0.1:${port}/${workload}`,
    () => Promise.resolve(),
  );
  onTestFinished(() => peer.stop());
  return { peer, asked };
}

test('callers over HTTP ask for each case once, and go on with the next cases', async () => {
  const { peer, asked } = await peerSaying(resultOf(caseOf(20)));
  expect((await peer.run('W1', 20, 8)).p50).toBeGreaterThan(0);
  await peer.run('W2', 20, 1);
  const expected = Array.from({ length: 40 }, (_, i) => `/${i < 20 ? 'W1' : 'W2'} r${i}`);
  expect(asked.toSorted()).toEqual(expected.toSorted());
});

test('a peer that comes to another result is not measured', async () => {
  const { peer } = await peerSaying('neither');
  await peer.run('W2', 20, 4);
  await expect(peer.run('W2', 20, 4)).rejects.toThrow('Peer came to "neither" for r20');
});

test('processes of a peer that does not start are ended, and what they printed is told', async () => {
  const seen: ChildProcess[] = [];
  const starting = inFolder((folder) =>
    startProcesses('Peer', folder, async (children, out) => {
      const script = 'console.log("no room"); process.send("printed"); setInterval(() => {}, 1000);';
      const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', out, out, 'ipc'] });
      children.push(child);
      seen.push(child);
      await once(child, 'message');
      throw new Error('not ready');
    }),
  );
  await expect(starting).rejects.toThrow(/^Peer did not start; it said:\nno room/);
  expect(seen.map((child) => child.signalCode)).toEqual(['SIGTERM']);
});
