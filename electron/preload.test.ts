import { createContext, runInContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { CONNECT_CHANNEL, PORT_CHANNEL } from '../engine/studio/contract-names.ts';

type Listener = (event: { ports: unknown[] }, message: unknown) => void;
type Ask = (id: string) => Promise<void>;

/** What the preload gives to Electron. */
const given = vi.hoisted(() => ({
  listeners: new Map<string, (event: { ports: unknown[] }, message: unknown) => void>(),
  invoked: [] as unknown[][],
  refuse: null as Error | null,
  script: null as { func: unknown; args: unknown[] } | null,
}));

vi.mock('electron', () => ({
  ipcRenderer: {
    on: (channel: string, listener: Listener) => given.listeners.set(channel, listener),
    invoke: async (...call: unknown[]) => {
      given.invoked.push(call);
      if (given.refuse !== null) throw given.refuse;
    },
  },
  contextBridge: {
    executeInMainWorld: (script: { func: unknown; args: unknown[] }) => (given.script = script),
  },
}));

const posted = vi.fn<(message: unknown, origin: string, ports: unknown[]) => void>();
vi.stubGlobal('window', { postMessage: posted, location: { origin: 'countersign://app' } });
await import('./preload.ts');

/** Runs the script as Electron does: by its text alone, in a world that has nothing of the preload's. */
function mainWorld() {
  const listeners = new Set<(event: unknown) => void>();
  const window: Record<string, unknown> = {
    addEventListener: (_name: string, listener: (event: unknown) => void) => listeners.add(listener),
    removeEventListener: (_name: string, listener: (event: unknown) => void) => listeners.delete(listener),
  };
  const world = createContext({ window, crypto: { randomUUID: () => 'id-1' }, args: given.script?.args });
  runInContext(`(${String(given.script?.func)})(...args)`, world);
  // What the script under test leaves there, as the page's own code declares it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const door = window['countersign'] as { connect(): Promise<unknown> };
  const hear = (data: unknown, ports: unknown[], source: unknown = window): void => {
    for (const listener of listeners) listener({ data, ports, source });
  };
  return { door, hear, listeners, window };
}

const message = (id: string) => ({ channel: PORT_CHANNEL, message: { id } });

test('the page gets one function, and cannot replace it', () => {
  const { door, window } = mainWorld();
  expect(Object.keys(door)).toEqual(['connect']);
  expect(Object.isFrozen(door)).toBe(true);
  expect(Object.getOwnPropertyDescriptor(window, 'countersign')).toMatchObject({
    writable: false,
    configurable: false,
  });
});

test('connect asks the shell and resolves with the port that comes under its id', async () => {
  const { door, hear, listeners } = mainWorld();
  const port = door.connect();
  expect(given.invoked.at(-1)).toEqual([CONNECT_CHANNEL, { id: 'id-1' }]);
  hear(message('another'), ['wrong']);
  hear(message('id-1'), []);
  hear({ channel: 'other', message: { id: 'id-1' } }, ['wrong']);
  hear(message('id-1'), ['wrong'], {});
  hear('id-1', ['wrong']);
  hear(message('id-1'), ['right']);
  expect(await port).toBe('right');
  expect(listeners.size).toBe(0);
});

test('what the shell refuses is a rejection', async () => {
  given.refuse = new Error('REQUEST_REFUSED: no');
  const { door, listeners } = mainWorld();
  await expect(door.connect()).rejects.toThrow('REQUEST_REFUSED');
  expect(listeners.size).toBe(0);
  given.refuse = null;
});

test('a port from the shell is posted on to the page, and to no other origin', () => {
  given.listeners.get(PORT_CHANNEL)?.({ ports: ['port'] }, { id: 'id-1' });
  expect(posted.mock.calls).toEqual([[message('id-1'), 'countersign://app', ['port']]]);
  expect([...given.listeners.keys()]).toEqual([PORT_CHANNEL]);
});

test('the shell is asked for nothing but a port', async () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const ask = given.script?.args[1] as Ask;
  await ask('id-2');
  expect(given.invoked.at(-1)).toEqual([CONNECT_CHANNEL, { id: 'id-2' }]);
});
