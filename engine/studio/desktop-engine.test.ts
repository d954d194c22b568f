import { MessageChannel } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { createDesktopEngine, type EnginePort } from './desktop-engine.ts';
import { makeWorkspace } from './testing/tiny-workspace.ts';

/** A real channel whose engine's end speaks as Electron's ports do. */
function channel() {
  const { port1, port2 } = new MessageChannel();
  const engineEnd: EnginePort = {
    on: (name: 'message' | 'close', listener: (event: { data: unknown }) => void) =>
      port1.on(name, (data: unknown) => listener({ data })),
    postMessage: (message) => port1.postMessage(message),
    start: () => port1.start(),
    close: () => port1.close(),
  };
  const replies: unknown[] = [];
  port2.on('message', (message) => replies.push(message));
  // The other end is a port and has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  const say = (message: unknown): void => port2.postMessage(message);
  return { engineEnd, pageEnd: port2, say, replies };
}

test('the shell opens a workspace, a window’s calls are answered over its port, and closing ends the process', async () => {
  const { root, remove } = makeWorkspace();
  const exit = vi.fn<(failure: string | null) => void>();
  const engine = createDesktopEngine(exit);
  await engine.take({ message: 'open', workspace: root, version: '1', person: 'ada', passphrase: null }, []);
  const window = channel();
  await engine.take({ message: 'window' }, [window.engineEnd]);
  window.say({ id: 1, method: 'hello', request: {} });
  window.say('not of the contract');
  await expect
    .poll(() => window.replies)
    .toMatchObject([
      { id: 1, answer: { workspace: 'tiny', host: 'desktop' } },
      { id: 0, error: { code: 'REQUEST_REFUSED' } },
    ]);
  await engine.take({ message: 'close' }, []);
  expect(exit.mock.calls).toEqual([[null]]);
  window.pageEnd.close();
  remove();
});

test('a folder that is no workspace ends it with what to do', async () => {
  const exit = vi.fn<(failure: string | null) => void>();
  const engine = createDesktopEngine(exit);
  await engine.take({ message: 'open', workspace: '/', version: '1', person: 'ada', passphrase: null }, []);
  expect(exit.mock.calls[0]?.[0]).toContain('is not a workspace');
});

test('a window that comes before a workspace is closed, so that it asks again', async () => {
  const engine = createDesktopEngine(() => undefined);
  const window = channel();
  const closed = vi.fn<() => void>();
  window.pageEnd.once('close', closed);
  await engine.take({ message: 'window' }, [window.engineEnd]);
  await expect.poll(() => closed.mock.calls.length).toBe(1);
});

test('a message that is not the shell’s is refused', async () => {
  const engine = createDesktopEngine(() => undefined);
  await expect(engine.take({ message: 'run', command: 'x' }, [])).rejects.toThrow('Invalid');
});
