import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { errorShapeSchema } from '../../engine/flow/error-schema.ts';
import { z } from '../../engine/flow/zod.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { listing, scratch } from '../support/folder.ts';
import { endedWell, live, wasKilled } from './lives.ts';

const MESSAGES = fileURLToPath(new URL('../../examples/support-desk/data/new-messages.csv', import.meta.url));
const DEMO = fileURLToPath(new URL('../../engine/cli/demo/main.ts', import.meta.url));
const ROWS = 40;

const figuresSchema = z.object({
  runs: z.int(),
  byThemselves: z.int(),
  counts: z.array(z.unknown()),
  waiting: z.array(z.unknown()),
  effects: z.array(z.unknown()),
  audit: z.object({ ok: z.boolean(), scope: z.string(), size: z.int() }),
});

const folder = scratch('demo');
afterAll(() => folder.remove());

const data = join(folder.path, 'messages.csv');
writeFileSync(
  data,
  `${readFileSync(MESSAGES, 'utf8')
    .split('\n')
    .slice(0, ROWS + 1)
    .join('\n')}\n`,
);

const command = (at: string) => [DEMO, '--folder', at, '--data', data, '--json'];

/** The figures that do not depend on how long it took. */
async function figures(at: string) {
  const life = await live(command(at));
  endedWell(life);
  expect(life.err).toBe('');
  const { audit, ...rest } = figuresSchema.parse(JSON.parse(life.out));
  expect(audit).toMatchObject({ ok: true, scope: `against checkpoint of size ${audit.size}` });
  return rest;
}

/** How many cases the demo's journal has; none while there is no journal to be read. */
function casesIn(at: string): number {
  try {
    const journal = openJournalReader(join(at, 'runner', 'journal.sqlite'));
    try {
      return journal.runs({}).length;
    } finally {
      journal.close();
    }
  } catch {
    return 0;
  }
}

async function killedOnce(at: string, reached: () => boolean): Promise<void> {
  const until = async (_heard: () => string, ended: AbortSignal): Promise<void> => {
    while (!reached() && !ended.aborted) await sleep(3);
  };
  wasKilled(await live(command(at), until));
}

test('the demo killed while it prepares, while rows run and in the live case ends with the same figures', async () => {
  const undisturbed = await figures(join(folder.path, 'undisturbed'));
  expect(undisturbed.runs).toBe(ROWS + 1);
  const at = join(folder.path, 'killed');
  await killedOnce(at, () => existsSync(join(at, 'keys', 'release.key.json')));
  await killedOnce(at, () => casesIn(at) > 0);
  await killedOnce(at, () => casesIn(at) > ROWS);
  expect(await figures(at)).toEqual(undisturbed);
}, 60_000);

test('a folder that is not the demo’s own is refused and left as it is', async () => {
  const at = join(folder.path, 'undisturbed', 'runner');
  const before = listing(at);
  const life = await live(command(at));
  expect(life).toMatchObject({ code: 1, out: '' });
  const { error } = z.strictObject({ error: errorShapeSchema }).parse(JSON.parse(life.err));
  expect(error).toMatchObject({ code: 'FILE_EXISTS', where: { file: at } });
  expect(readdirSync(at).length).toBeGreaterThan(0);
  expect(listing(at)).toEqual(before);
});
