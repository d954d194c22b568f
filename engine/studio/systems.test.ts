import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ENGINE } from '../core/event.ts';
import { Runner } from '../runner/runner.ts';
import type { StudioEvent } from './contract.ts';
import { hostSystems, spawnSystems, type RunningSystems, type StartSystems, type SystemsRequest } from './systems.ts';
import { RELEASE } from './testing/asking.ts';
import { FLOW, makeWorkspace, serve } from './testing/tiny-workspace.ts';

let root: string;
let remove: () => void;
beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  mkdirSync(join(root, '.countersign'));
});
afterEach(() => remove());

const stateOf = async (running: RunningSystems) => {
  const url = new URL(running.connections['shop'] ?? '');
  return (await fetch(`${url.origin}/_/state?connection=shop`)).status;
};

test.each([
  ['a process of their own', spawnSystems],
  ['this process', hostSystems],
])('the simulated systems run in %s until they are closed', async (_where, start) => {
  const ended = vi.fn<SystemsRequest['ended']>();
  const running = await start({ root, data: join(root, '.countersign/systems.sqlite'), ended });
  expect(await stateOf(running)).toBe(200);
  await running.close();
  await expect(stateOf(running)).rejects.toThrow('fetch failed');
  expect(ended).not.toHaveBeenCalled();
});

test('systems that cannot start are an error with the reason', async () => {
  const started = spawnSystems({ root: join(root, 'nowhere'), data: join(root, 'x.sqlite'), ended: () => undefined });
  await expect(started).rejects.toMatchObject({ code: 'ENVIRONMENT' });
  await expect(started).rejects.toThrow('nowhere');
});

test('the window is told which connections have a simulated system, as it is on disk now', async () => {
  const studio = serve(root, { startSystems: hostSystems });
  expect((await studio.call('workspace', {})).simulated).toEqual(['shop']);
  rmSync(join(root, 'systems/shop.system.json'));
  expect((await studio.call('workspace', {})).simulated).toEqual([]);
  await studio.close();
});

test('P9 an engine that another process took over ends, says so in the window, and does not take it back', async () => {
  const studio = serve(root, { startSystems: hostSystems });
  const events: StudioEvent[] = [];
  studio.onEvent((event) => events.push(event));
  await studio.call('exportFlow', RELEASE);
  const start = () => studio.call('startCase', { flow: FLOW, input: { order: 'special', amount: 1 } });
  await start();
  const other = new Runner({ folder: join(root, '.countersign/runner'), takeOver: true });
  // It learns of it by its next write, or within seconds.
  await expect(start()).rejects.toMatchObject({ code: 'JOURNAL_FENCED' });
  await vi.waitFor(() => expect(events).toContainEqual({ event: 'engine', state: 'stopped' }));
  expect(events).toContainEqual({ event: 'workspace changed', paths: [] });
  expect((await studio.call('hello', {})).engine).toBe('stopped');
  const told = (await studio.call('workspace', {})).errors.map(({ message }) => message);
  expect(told).toEqual([expect.stringContaining('Another process took over')]);
  await expect(start()).rejects.toMatchObject({ code: 'JOURNAL_FENCED' });
  // Control: who took over is at work as before.
  const { size } = other.engine.reader().head();
  other.engine.record([{ subject: 'runner', type: 'clock.jumped', v: 1, at: 0, actor: ENGINE, open: {} }]);
  expect(other.engine.reader().head().size).toBe(size + 1);
  await studio.close();
  await other.close();
});

test('when they end by themselves the engine stops, says so, and works again when it is next needed', async () => {
  let request: SystemsRequest | null = null;
  const startSystems: StartSystems = (given) => {
    request = given;
    return hostSystems(given);
  };
  const studio = serve(root, { startSystems });
  const events: StudioEvent[] = [];
  studio.onEvent((event) => events.push(event));
  await studio.call('exportFlow', RELEASE);
  const { CountersignError } = await import('../flow/error.ts');
  const why = new CountersignError({ code: 'ENVIRONMENT', message: 'they fell over', hint: 'none' });
  (request as SystemsRequest | null)?.ended(why);
  await vi.waitFor(() => expect(events).toContainEqual({ event: 'engine', state: 'stopped' }));
  expect((await studio.call('hello', {})).engine).toBe('stopped');
  expect((await studio.call('workspace', {})).errors.map((error) => error.message)).toEqual(['they fell over']);
  await studio.call('startCase', { flow: FLOW, input: { order: 'special', amount: 1 } });
  expect(events.at(-1)).not.toEqual({ event: 'engine', state: 'stopped' });
  expect((await studio.call('hello', {})).engine).toBe('ready');
  await studio.close();
});
