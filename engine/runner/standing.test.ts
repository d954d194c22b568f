import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countersign } from '../../test/support/command-line.ts';
import { approvedFlow } from '../core/testing/flows.ts';
import { INA, OLGA } from '../core/testing/people.ts';
import { contextOf } from '../core/testing/play.ts';
import { z } from '../flow/zod.ts';
import { backUp } from '../journal/backup.ts';
import { restore } from '../journal/restore.ts';
import { restoringPathOf } from '../journal/restoring.ts';
import type { Runner } from './runner.ts';
import { engineAt, serveRunner } from './serve.ts';
import { RESTORED, standingRules } from './standing.ts';
import { statusAtRest, statusOf } from './status.ts';
import { systemRandom } from './system-random.ts';
import { FLOW, Office } from './testing/office.ts';
import { caseView } from './views.ts';

/* P32 what somebody holds is held on: over a restore, and seen wherever cases are listed. */

let office: Office;
let runner: Runner;
let to = '';
beforeEach(() => {
  office = new Office();
  runner = office.start();
  runner.accept(office.manifest(approvedFlow('read order')));
  to = join(office.folder, 'backup');
});
afterEach(() => office.close());

const begin = async (): Promise<string> => {
  const { program, release, manifest } = runner.current();
  const on = { program, release: String(release), manifest: manifest.digest };
  const input = contextOf({ order: '7', amount: 5 });
  return (await runner.engine.start({ ...on, key: null, initiator: INA, input })).run;
};
const restored = async (...more: string[]) => {
  const told = await countersign('restore', to, '--runner', office.runner, '--basis', 'a drill', ...more);
  expect(told).toMatchObject({ code: 0 });
  return told.out;
};
const held = () => runner.stops.map(({ flow, reason, by }) => [flow, reason, by.subject]);

describe('P32 a restore', () => {
  test('P32 lets nothing go on that was stopped or suspended after the backup, and says so', async () => {
    const [one, other] = [await begin(), await begin()];
    backUp(office.runner, to, Date.now());
    runner.stop(FLOW, OLGA, 'wrong prices');
    await runner.engine.suspend(one, OLGA, 'the customer called');
    const unknown = await begin().catch(() => null);
    expect(unknown).toBeNull();
    await office.stop(runner);

    const said = await restored();
    expect(said).toContain(`still stopped: ${FLOW}, wrong prices`);
    expect(said).toContain(`countersign stop lift --flow ${FLOW} --runner ${office.runner}`);
    expect(said).toContain(`still suspended: ${one}`);
    runner = office.start();
    expect(held()).toEqual([[FLOW, 'wrong prices', 'olga']]);
    expect(caseView(runner, one).suspended).toMatchObject({ by: OLGA, reason: 'the customer called' });
    expect(caseView(runner, other).suspended).toBeNull();
    await expect(begin()).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
    runner.goOn(FLOW, OLGA, 'put right');
    expect(await begin()).toBeTruthy();
  });

  test('P32 says nothing twice: what the backup holds itself, and what was let go on before it', async () => {
    const run = await begin();
    runner.stop(FLOW, OLGA, 'wrong prices');
    runner.stop(null, OLGA, 'all of it');
    runner.goOn(null, OLGA, 'not all of it');
    await runner.engine.suspend(run, OLGA, 'the customer called');
    backUp(office.runner, to, Date.now());
    await office.stop(runner);
    expect(await restored()).not.toContain('still');
    runner = office.start();
    expect(held()).toEqual([[FLOW, 'wrong prices', 'olga']]);
    expect(runner.suspended).toHaveLength(1);
    const types = runner.engine
      .reader()
      .events('runner')
      .map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('stop.'))).toEqual(['stop.set', 'stop.set', 'stop.lifted']);
  });

  test.each([
    ['cannot be read', (path: string) => writeFileSync(path, Buffer.alloc(8192, 7))],
    ['is gone', (path: string) => rmSync(path)],
    [
      'is shorter than its checkpoint',
      (path: string) => {
        writeFileSync(path, readFileSync(join(to, 'journal.sqlite')));
      },
    ],
  ])('P32 stops everything where what is replaced %s', async (_, harm) => {
    await begin();
    backUp(office.runner, to, Date.now());
    runner.stop(FLOW, OLGA, 'wrong prices');
    await office.stop(runner);
    for (const name of ['journal.sqlite-wal', 'journal.sqlite-shm']) rmSync(join(office.runner, name), { force: true });
    harm(runner.paths.journal);
    const said = await restored();
    expect(said).toContain(`still stopped: everything, ${RESTORED}`);
    expect(said).toContain(`with: countersign stop lift --runner ${office.runner}`);
    runner = office.start();
    expect(held().map(([flow, reason]) => [flow, reason])).toEqual([[null, RESTORED]]);
    await expect(begin()).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
  });

  test('P32 that is cut off and done again holds what it was to hold', async () => {
    backUp(office.runner, to, Date.now());
    runner.stop(FLOW, OLGA, 'wrong prices');
    await office.stop(runner);
    const options = {
      actor: OLGA,
      now: () => Date.now(),
      random: systemRandom(),
      basis: 'a drill',
      standing: standingRules(OLGA, Date.now()),
    };
    const cut = () => {
      throw new Error('the power went');
    };
    // As late as can be: all is in its place but for what goes on record.
    expect(() => restore(to, office.runner, { ...options, standing: { ...options.standing, lacking: cut } })).toThrow(
      'the power went',
    );
    expect(existsSync(restoringPathOf(runner.paths.journal))).toBe(true);
    expect(() => office.start()).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }));
    expect(restore(to, office.runner, options).standing).toMatchObject([{ type: 'stop.set', open: { flow: FLOW } }]);
    runner = office.start();
    expect(held()).toEqual([[FLOW, 'wrong prices', 'olga']]);
  });

  test('control: a restore without these rules lets it go on', async () => {
    backUp(office.runner, to, Date.now());
    runner.stop(FLOW, OLGA, 'wrong prices');
    await office.stop(runner);
    restore(to, office.runner, { actor: OLGA, now: () => Date.now(), random: systemRandom(), basis: 'a drill' });
    runner = office.start();
    expect(held()).toEqual([]);
  });
});

describe('P32 cases that are suspended', () => {
  const listSchema = z.object({
    cases: z.array(z.object({ id: z.string(), status: z.string(), suspended: z.looseObject({}).nullable() })),
  });

  test('P32 are listed by command and over REST, and counted in the status, until they go on or end', async () => {
    const [one, other, ended] = [await begin(), await begin(), await begin()];
    // Asked before, so that what is suspended since is told.
    expect(statusOf(runner).suspended).toBe(0);
    for (const run of [one, other, ended]) await runner.engine.suspend(run, OLGA, 'to look');
    await runner.engine.resume(other, OLGA, 'looked at');
    await runner.engine.cancel(ended, OLGA, 'not wanted', false);
    const serving = await serveRunner(runner, 0);
    const rest = engineAt(serving.url, serving.token);
    try {
      const over = async (query: string) => listSchema.parse(await rest.get(`/cases${query}`)).cases;
      const by = async (...argv: string[]) =>
        listSchema.parse(
          JSON.parse((await countersign('runs', 'list', ...argv, '--runner', office.runner, '--json')).out),
        ).cases;
      for (const cases of [await over('?status=suspended'), await by('--status', 'suspended')])
        expect(cases).toMatchObject([{ id: one, status: 'waiting', suspended: { reason: 'to look' } }]);
      for (const cases of [await over(''), await by()])
        expect(cases.map(({ id, suspended }) => [id, suspended !== null])).toEqual([
          [ended, false],
          [other, false],
          [one, true],
        ]);
      expect((await over('?status=cancelled')).map(({ id }) => id)).toEqual([ended]);
      await expect(over('?status=held')).rejects.toMatchObject({ code: 'USAGE' });
      expect(statusOf(runner).suspended).toBe(1);
      expect((await countersign('runner', 'status', '--runner', office.runner)).out).toContain('1 case is suspended');
    } finally {
      await serving.close();
    }
    await office.stop(runner);
    expect(statusAtRest(office.runner).suspended).toBe(1);
    runner = office.start();
    await runner.engine.resume(one, OLGA, 'looked at');
    expect(statusOf(runner).suspended).toBe(0);
  });
});
