import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorShape } from '../flow/error.ts';
import { secret } from './access.ts';
import { restarts } from './restarts.ts';
import { superviseHost, type Supervised } from './supervise.ts';
import { makeWorkspace } from './testing/tiny-workspace.ts';

let root: string;
let remove: () => void;
beforeEach(() => ({ root, remove } = makeWorkspace()));
afterEach(() => remove());

function supervise(workspace: string, restarted: () => void): Promise<Supervised> {
  const renderer = join(root, 'renderer');
  mkdirSync(renderer, { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Studio</title>');
  return superviseHost({
    open: { workspace, renderer, version: '0.1.0', person: 'ada', port: 0, session: secret() },
    mayRestart: restarts(() => 0, { most: 1 }),
    restarted,
  });
}

describe('the browser host is watched over', () => {
  test('killed, it comes back on the same port and knows its windows; killed once more, it is given up', async () => {
    const back = Promise.withResolvers<void>();
    const studio = await supervise(root, () => back.resolve());
    try {
      const opened = await fetch(studio.link, { redirect: 'manual' });
      const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
      const ask = () => fetch(`http://127.0.0.1:${studio.port}/`, { headers: { cookie } });
      expect((await ask()).status).toBe(200);
      const first = studio.pid();
      if (first === undefined) throw new Error('the host runs');
      process.kill(first, 'SIGKILL');
      await back.promise;
      await expect
        .poll(
          () =>
            ask().then(
              ({ status }) => status,
              () => 0,
            ),
          { timeout: 10_000 },
        )
        .toBe(200);
      const second = studio.pid();
      expect(second).not.toBe(first);
      process.kill(second ?? 0, 'SIGKILL');
      await expect(studio.ended).rejects.toMatchObject({ code: 'STOPPED' });
    } finally {
      await studio.close();
    }
  }, 30_000);

  test('what keeps it from opening is told, and nothing is started again', async () => {
    let restarted = 0;
    const refusal = await supervise(join(root, 'nowhere'), () => (restarted += 1)).catch(toErrorShape);
    expect(refusal).toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(restarted).toBe(0);
  });

  test('so often within a while, and again after it', () => {
    let now = 0;
    const may = restarts(() => now, { most: 2, withinMs: 1000 });
    expect([may(), may(), may()]).toEqual([true, true, false]);
    now = 5000;
    expect(may()).toBe(true);
  });
});
