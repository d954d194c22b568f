import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CONNECT_CHANNEL, DESKTOP_ORIGIN, PORT_CHANNEL } from '../engine/studio/contract-names.ts';

/** What the shell registers with Electron, so that the handler under test is the one that ships. */
const registered = vi.hoisted(() => new Map<string, (event: unknown, ...payload: unknown[]) => unknown>());
const made = vi.hoisted(() => ({ channels: 0 }));

vi.mock('electron', () => ({
  ipcMain: {
    handle: (channel: string, handler: (event: unknown, ...payload: unknown[]) => unknown) =>
      registered.set(channel, handler),
  },
  MessageChannelMain: class {
    port1 = 'the engine’s end';
    port2 = 'the page’s end';
    constructor() {
      made.channels += 1;
    }
  },
}));

const { openDoor } = await import('./ipc.ts');

const ID = '7f0a2a3e-0a3c-4d5e-8f6a-1b2c3d4e5f60';
const toEngine = vi.fn<(port: unknown) => void>();
const posted = vi.fn<(channel: string, message: unknown, ports: unknown[]) => void>();
const page = { origin: DESKTOP_ORIGIN, parent: null, postMessage: posted };

beforeEach(() => {
  registered.clear();
  made.channels = 0;
  toEngine.mockReset();
  posted.mockReset();
  openDoor(toEngine);
});

/** As Electron does: an error is a rejection in the page, and what is returned is the answer. */
const invoke = async (senderFrame: unknown, payload: unknown): Promise<unknown> =>
  registered.get(CONNECT_CHANNEL)?.({ senderFrame }, payload);

test('there is one channel', () => {
  expect([...registered.keys()]).toEqual([CONNECT_CHANNEL]);
});

test('our page gets a port under the id it asked with, and the engine its other end', async () => {
  await invoke(page, { id: ID });
  expect(toEngine.mock.calls).toEqual([['the engine’s end']]);
  expect(posted.mock.calls).toEqual([[PORT_CHANNEL, { id: ID }, ['the page’s end']]]);
});

describe('P38 a wrong sender is refused with an error, and no channel is made', () => {
  test.each([
    ['a page of the web', { ...page, origin: 'https://evil.example' }],
    ['a file', { ...page, origin: 'file://' }],
    ['a page without an origin', { ...page, origin: 'null' }],
    ['another host of our scheme', { ...page, origin: 'countersign://other' }],
    ['an origin that begins like ours', { ...page, origin: `${DESKTOP_ORIGIN}.evil.example` }],
    ['a frame within our page', { ...page, parent: page }],
    ['a frame that is gone', null],
  ])('%s', async (_who, frame) => {
    await expect(invoke(frame, { id: ID })).rejects.toThrow('REQUEST_REFUSED');
    expect(made.channels).toBe(0);
    expect(toEngine).not.toHaveBeenCalled();
    expect(posted).not.toHaveBeenCalled();
  });
});

describe('P38 a bad payload is refused with an error, and no channel is made', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', ID],
    ['no id', {}],
    ['an id that is none', { id: '1' }],
    ['an id that is a list', { id: [ID] }],
    ['more than asked for', { id: ID, path: '/etc/passwd' }],
  ])('%s', async (_what, payload) => {
    await expect(invoke(page, payload)).rejects.toThrow('REQUEST_REFUSED');
    expect(made.channels).toBe(0);
    expect(toEngine).not.toHaveBeenCalled();
  });
});

test('without an engine the page is told so', async () => {
  toEngine.mockImplementation(() => {
    throw new Error('STOPPED: no workspace is open.');
  });
  await expect(invoke(page, { id: ID })).rejects.toThrow('STOPPED');
  expect(posted).not.toHaveBeenCalled();
});
