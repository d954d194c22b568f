import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { approvedFlow, callFlow, end, shopFlow } from '../core/testing/flows.ts';
import { INA } from '../core/testing/people.ts';
import { contextOf } from '../core/testing/play.ts';
import { refusal, utf8, keyOf } from '../manifest/testing/manifest-kit.ts';
import { policySchema } from '../connections/contract.ts';
import { readBytes } from '../manifest/atomic.ts';
import { readPeople, type PeopleFile } from '../manifest/people.ts';
import { signPolicy } from '../manifest/sign-policy.ts';
import { readDocument } from '../manifest/read-document.ts';
import type { PinnedFile } from '../manifest/build.ts';
import { Office, FLOW, LATER } from './testing/office.ts';
import { currentPeople, runnerPaths } from './folder.ts';
import { Runner } from './runner.ts';

let office: Office;
beforeEach(() => (office = new Office()));
afterEach(async () => office.close());

const plain = (note = 'one') =>
  shopFlow()
    .node('Note', 'transform', { fields: { note: `"${note}"` } })
    .node('Done', 'end', end('done', { note: 'Note.note' }))
    .chain('Start', 'Note', 'Done')
    .build();
const approved = approvedFlow('refund');
const input = contextOf({ order: '7', amount: 12 });
const codeOf = (act: () => unknown): string => refusal(act).code;

describe('accepting a release', () => {
  it('P19 an older one, and the same one with other content, are refused; the highest seen survives a restart', async () => {
    const first = office.manifest(plain('one'), { release: 1 });
    const second = office.manifest(plain('two'), { release: 2 });
    const conflict = office.manifest(plain('three'), { release: 2 });
    let runner = office.start();
    runner.accept(first);
    runner.accept(second);
    for (let life = 0; life < 2; life++) {
      expect(codeOf(() => runner.accept(first))).toBe('MANIFEST_OLDER');
      expect(codeOf(() => runner.accept(conflict))).toBe('MANIFEST_CONFLICT');
      expect(runner.current(FLOW).release).toBe(2);
      await office.stop(runner);
      runner = office.start();
    }
  });

  it('P19 one that is past its date is refused, and one that was accepted starts nothing once it is', () => {
    const runner = office.start();
    expect(codeOf(() => runner.accept(office.manifest(plain(), { notAfter: '2020-01-01T00:00:00Z' })))).toBe(
      'MANIFEST_EXPIRED',
    );
    expect(codeOf(() => runner.current())).toBe('NOT_FOUND');
    runner.accept(office.manifest(plain()));
    expect(runner.current().release).toBe(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(LATER) + 1 });
    try {
      expect(codeOf(() => runner.current())).toBe('MANIFEST_EXPIRED');
    } finally {
      vi.useRealTimers();
    }
  });

  it('accepting it again changes nothing; accepting is on record', () => {
    const runner = office.start();
    const path = office.manifest(plain());
    runner.accept(path);
    const { size } = runner.engine.reader().head();
    runner.accept(path);
    expect(runner.engine.reader().head().size).toBe(size);
    const events = runner.engine.reader().events(`release:${FLOW}`);
    expect(events).toMatchObject([{ type: 'release.accepted', open: { release: 1 } }]);
  });

  it('P18 without each signature that trust asks for, or with a stranger’s, it is refused', () => {
    const runner = office.start();
    for (const keys of [
      [],
      [keyOf('author', 'Ada')],
      [keyOf('release', 'Ben')],
      [keyOf('author', 'Ada'), keyOf('release', 'Eve')],
    ])
      expect(codeOf(() => runner.accept(office.manifest(plain(), { keys })))).toBe('MANIFEST_UNSIGNED');
    expect(codeOf(() => runner.current())).toBe('NOT_FOUND');
  });

  it('P21 one changed byte of any pinned file is refused', () => {
    const runner = office.start();
    const path = office.manifest(approved);
    const blobs = join(dirname(path), 'blobs');
    for (const name of readdirSync(blobs)) {
      const bytes = readFileSync(join(blobs, name));
      const changed = Buffer.from(bytes);
      changed[10] = (changed[10] ?? 0) ^ 1;
      writeFileSync(join(blobs, name), changed);
      expect(codeOf(() => runner.accept(path))).toBe('MANIFEST_BLOB');
      writeFileSync(join(blobs, name), bytes);
    }
    expect(runner.accept(path).release).toBe(1);
  });

  it('P23 a signed manifest whose flow is not the program it names, or has extra fields, does not run', () => {
    const runner = office.start();
    const withFlow = (change: (text: string) => string) => (pins: PinnedFile[]) =>
      pins.map((pin) =>
        pin.kind === 'flow' ? { ...pin, bytes: utf8(change(new TextDecoder().decode(pin.bytes))) } : pin,
      );
    const other = withFlow((text) => text.replace('"refunds"', '"more"').replace('May it be done?', 'It may be done'));
    expect(codeOf(() => runner.accept(office.manifest(approved, { tamper: other })))).toBe('MANIFEST_INVALID');
    const extra = withFlow((text) => text.replace('"about": {', '"script": "1",\n  "about": {'));
    expect(codeOf(() => runner.accept(office.manifest(approved, { tamper: extra })))).toBe('MANIFEST_INVALID');
  });

  it('asks for a grant for every action', async () => {
    office.bind(['read order']);
    const path = office.manifest(approved);
    const refused = refusal(() => office.start().accept(path));
    expect(refused.code).toBe('MANIFEST_GRANTS');
    expect(refused.message).toContain('shop.refund');
  });

  it('P22 asks for a grant also where the manifest does not say that it needs one', () => {
    office.bind(['read order']);
    const runner = office.start();
    expect(codeOf(() => runner.accept(office.manifest(approved, { requires: [] })))).toBe('MANIFEST_GRANTS');
  });
});

const own = readDocument(readBytes('examples/support-desk/policy.json'), policySchema, {
  code: 'POLICY_INVALID',
  what: 'the sample’s policy',
  hint: '',
});

describe('P22 the runner’s own policy', () => {
  it('P22 decides, whatever the manifest says was proved', async () => {
    const path = office.sample();
    const strict = office.start();
    expect(codeOf(() => strict.accept(path))).toBe('PROOF_UNSAFE');
    await office.stop(strict);
    const withoutPerson: typeof own.withoutPerson = {};
    for (const [action, { field, max }] of Object.entries(own.withoutPerson))
      withoutPerson[action] = { field, max: max - 1 };
    office.policy({ ...own, withoutPerson });
    const stricter = office.start();
    expect(codeOf(() => stricter.accept(path))).toBe('PROOF_UNSAFE');
    await office.stop(stricter);
    office.policy(own);
    expect(office.start().accept(path).release).toBe(1);
  });
});

describe('a runner over restarts', () => {
  it('P9 one that was replaced learns of it, also with nothing to write, and closes without a word to the record', async () => {
    const first = office.start();
    expect(() => new Runner({ folder: office.runner })).toThrow(expect.objectContaining({ code: 'JOURNAL_LOCKED' }));
    const second = new Runner({ folder: office.runner, takeOver: true });
    const { size } = second.engine.reader().head();
    expect(codeOf(() => first.engine.record([]))).toBe('JOURNAL_FENCED');
    expect(await first.replaced).toMatchObject({ code: 'JOURNAL_FENCED' });
    await office.stop(first);
    second.engine.record([]);
    expect(second.engine.reader().head().size).toBe(size);
    expect(readdirSync(runnerPaths(office.runner).checkpoints)).toEqual([]);
    await second.close();
  });

  it('P14 runs in flight finish on the release they started with', async () => {
    let runner = office.start();
    const old = runner.accept(
      office.manifest(approvedFlow('refund', { approval: { title: 'The old one' } }), { release: 1 }),
    );
    const { run } = await runner.engine.start({ program: old.program, release: '1', key: null, initiator: INA, input });
    runner.accept(office.manifest(plain('new'), { release: 2 }));
    await office.stop(runner);
    runner = office.start();
    const [task] = runner.engine.reader().tasks({ run });
    if (task === undefined) throw new Error('there is a task');
    await runner.engine.decide(run, task.id, office.decide(task, 'rejected'));
    expect(runner.engine.reader().run(run)).toMatchObject({ result: 'rejected', release: '1' });
    const { program } = runner.current();
    const next = await runner.engine.start({ program, release: '2', key: null, initiator: INA, input });
    expect(runner.engine.reader().run(next.run)?.result).toBe('done');
  });

  it('P22 a release that was changed on disk is held and starts nothing; put back, it goes on', async () => {
    const runner = office.start();
    const path = office.manifest(plain());
    runner.accept(path);
    await office.stop(runner);
    const releases = runnerPaths(office.runner).releases;
    const kept = join(releases, readdirSync(releases).find((name) => name.endsWith('.manifest.json')) ?? '');
    const before = readFileSync(kept);
    appendFileSync(kept, ' {}');
    const restrained = office.start();
    expect(restrained.held.map(({ flow, error }) => [flow, error.code])).toEqual([
      [expect.stringContaining('.flow.json'), 'MANIFEST_INVALID'],
    ]);
    expect(codeOf(() => restrained.current())).toBe('MANIFEST_INVALID');
    await office.stop(restrained);
    copyFileSync(path, kept);
    expect(readFileSync(kept)).toEqual(before);
    expect(office.start().current().release).toBe(1);
  });

  it('P32 a person who is not known, or whose key it is not, decides nothing', async () => {
    const runner = office.start();
    const { program } = runner.accept(office.manifest(approved));
    const { run } = await runner.engine.start({ program, release: '1', key: null, initiator: INA, input });
    const [task] = runner.engine.reader().tasks({ run });
    if (task === undefined) throw new Error('there is a task');
    const good = office.decide(task, 'approved');
    const { size } = runner.engine.reader().head();
    for (const [decision, code] of [
      [{ ...good, person: 'eve' }, 'TASK_NOT_PERMITTED'],
      [{ ...good, decision: 'rejected' as const }, 'APPROVAL_SIGNATURE'],
      [{ ...good, comment: 'later' }, 'APPROVAL_SIGNATURE'],
      [{ ...good, shown: 'sha256-x' }, 'APPROVAL_CHANGED'],
    ] as const)
      await expect(runner.engine.decide(run, task.id, decision)).rejects.toMatchObject({ code });
    expect(runner.engine.reader().head().size).toBe(size);
  });
});

const OTHER = 'flows/other.flow.json';
const during = <T>(now: number, act: () => T): T => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  try {
    return act();
  } finally {
    vi.useRealTimers();
  }
};

describe('releases beside each other', () => {
  it('P19 the same program released again with a later date is in force until then, over a restart too', async () => {
    const soon = '2030-01-31T23:59:59Z';
    const past = Date.parse(soon) + 1000;
    let runner = office.start();
    const first = runner.accept(office.manifest(plain(), { release: 1, notAfter: soon }));
    expect(codeOf(() => during(past, () => runner.current(FLOW)))).toBe('MANIFEST_EXPIRED');
    const second = runner.accept(office.manifest(plain(), { release: 2 }));
    expect(second.program.digest).toBe(first.program.digest);
    for (let life = 0; life < 2; life++) {
      expect(during(past, () => runner.current(FLOW).release)).toBe(2);
      await office.stop(runner);
      runner = office.start();
    }
  });

  it('two flows whose manifests have one file name are both there after a restart', async () => {
    let runner = office.start();
    const [one, other] = [office.manifest(plain('one')), office.manifest(plain('other'), { path: OTHER })];
    expect(basename(one)).toBe(basename(other));
    runner.accept(one);
    runner.accept(other);
    for (let life = 0; life < 2; life++) {
      const programs = [FLOW, OTHER].map((path) => runner.current(path).program);
      for (const [i, program] of programs.entries()) {
        const { run } = await runner.engine.start({ program, release: '1', key: null, initiator: INA, input });
        await runner.engine.idle();
        const { state } = runner.engine.look(run);
        expect(state.ended?.value).toEqual(contextOf({ note: i === 0 ? 'one' : 'other' }));
      }
      await office.stop(runner);
      runner = office.start();
    }
    expect(runner.held).toEqual([]);
  });

  it('P22 a grant that is taken away holds the release that needs it: its cases wait, other flows go on', async () => {
    let runner = office.start();
    const path = office.manifest(approved);
    const old = runner.accept(path);
    runner.accept(office.manifest(plain(), { path: OTHER }));
    const { run } = await runner.engine.start({ program: old.program, release: '1', key: null, initiator: INA, input });
    const [task] = runner.engine.reader().tasks({ run });
    if (task === undefined) throw new Error('there is a task');
    await office.stop(runner);
    office.bind(['read order']);
    runner = office.start();
    await runner.engine.idle();
    expect(runner.held.map(({ flow, release, error }) => [flow, release, error.code])).toEqual([
      [FLOW, 1, 'MANIFEST_GRANTS'],
    ]);
    expect(refusal(() => runner.current(FLOW)).message).toContain('shop.refund');
    expect(codeOf(() => runner.accept(path))).toBe('MANIFEST_GRANTS');
    const { size } = runner.engine.reader().head();
    await expect(runner.engine.decide(run, task.id, office.decide(task, 'rejected'))).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
    });
    expect(runner.engine.reader().head().size).toBe(size);
    expect(runner.engine.reader().task(task.id)?.status).toBe('open');
    const { program } = runner.current(OTHER);
    const next = await runner.engine.start({ program, release: '1', key: null, initiator: INA, input });
    await runner.engine.idle();
    expect(runner.engine.reader().run(next.run)?.result).toBe('done');
    await office.stop(runner);
    office.bind(['refund']);
    runner = office.start();
    await runner.engine.decide(run, task.id, office.decide(task, 'rejected'));
    expect(runner.engine.reader().run(run)?.result).toBe('rejected');
    expect(runner.held).toEqual([]);
  });

  it('P22 a release that is held and accepted again is held no more', async () => {
    const runner = office.start();
    const path = office.manifest(plain());
    runner.accept(path);
    await office.stop(runner);
    const releases = runnerPaths(office.runner).releases;
    const blobs = join(releases, 'blobs');
    const kept = join(releases, readdirSync(releases).find((name) => name.endsWith('.manifest.json')) ?? '');
    for (const damaged of [kept, join(blobs, readdirSync(blobs)[0] ?? '')]) {
      appendFileSync(damaged, ' {}');
      const restrained = office.start();
      expect(restrained.held).toHaveLength(1);
      const { size } = restrained.engine.reader().head();
      expect(restrained.accept(path).release).toBe(1);
      expect([restrained.held, restrained.current().release]).toEqual([[], 1]);
      expect(restrained.engine.reader().head().size).toBe(size);
      await office.stop(restrained);
      const next = office.start();
      expect([next.held, next.current().release]).toEqual([[], 1]);
      await office.stop(next);
    }
  });
});

describe('P22 cases of a release that was held', () => {
  /** A case that was in the middle of its call when the runner stopped; its release is held from then on. */
  async function held(hold: () => void) {
    const first = office.start();
    const path = office.manifest(
      callFlow('refund', { retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } }),
    );
    const { program } = first.accept(path);
    const order = contextOf({ order: '7', amount: 1 });
    const { run } = await first.engine.start({ program, release: '1', key: null, initiator: INA, input: order });
    await office.stop(first);
    hold();
    const runner = office.start();
    await runner.engine.idle();
    const status = () => runner.engine.reader().run(run)?.status;
    expect([runner.held.length, status()]).toEqual([1, 'calling']);
    return { runner, path, status };
  }
  const manifestOnDisk = (): string => {
    const { releases } = runnerPaths(office.runner);
    return join(releases, readdirSync(releases).find((name) => name.endsWith('.manifest.json')) ?? '');
  };

  it('P22 go on as soon as it is accepted again, without a restart', async () => {
    const { runner, path, status } = await held(() => rmSync(manifestOnDisk()));
    runner.accept(path);
    await runner.engine.idle();
    // Nobody listens at the shop, and whether the first attempt got through nobody knows: that is for a person.
    expect(status()).toBe('in doubt');
  });

  it('P22 go on once the folder grants again what it needs, without being accepted again', async () => {
    const { runner, status } = await held(() => office.bind(['read order']));
    runner.lookAtHeld();
    await runner.engine.idle();
    // Control: as long as nothing was granted nothing goes on.
    expect([runner.held[0]?.error.code, status()]).toEqual(['MANIFEST_GRANTS', 'calling']);
    office.bind(['refund']);
    runner.lookAtHeld();
    await runner.engine.idle();
    expect([runner.held, status()]).toEqual([[], 'in doubt']);
    expect(runner.current().release).toBe(1);
  });

  it('P22 an older release that is served again starts no cases: the newest does', async () => {
    const first = office.start();
    const path = office.manifest(plain());
    first.accept(path);
    const older = manifestOnDisk();
    first.accept(office.manifest(plain('new'), { release: 2 }));
    await office.stop(first);
    rmSync(older);
    const runner = office.start();
    expect(runner.held.map(({ release }) => release)).toEqual([1]);
    copyFileSync(path, older);
    runner.lookAtHeld();
    expect([runner.held, runner.current().release]).toEqual([[], 2]);
  });
});

describe('P22 what restrains a runner', () => {
  it('P22 a policy that was tightened holds the release that it no longer lets go alone, and no other', async () => {
    const path = office.sample();
    office.policy(own);
    let runner = office.start();
    const sample = runner.accept(path);
    runner.accept(office.manifest(plain(), { path: OTHER }));
    await office.stop(runner);
    office.policy({ ...own, withoutPerson: {} });
    runner = office.start();
    expect(runner.held.map(({ flow, error }) => [flow, error.code])).toEqual([[sample.flowPath, 'PROOF_UNSAFE']]);
    expect(codeOf(() => runner.current(sample.flowPath))).toBe('PROOF_UNSAFE');
    expect(runner.programOf(sample.program.digest)).toBeNull();
    expect(runner.current(OTHER).release).toBe(1);
  });

  it('P22 a policy that is not signed, not by a policy key, or changed since, starts no runner', () => {
    const paths = runnerPaths(office.runner);
    const starts = () => codeOf(() => office.start());
    office.policy(own);
    const signed = readFileSync(paths.policySignature);
    rmSync(paths.policySignature);
    expect(starts()).toBe('POLICY_INVALID');
    const bytes = readFileSync(paths.policy);
    const eve = keyOf('policy', 'Eve');
    for (const signature of [signPolicy(eve, bytes), '{}', '', signed.subarray(0, -20)]) {
      writeFileSync(paths.policySignature, signature);
      expect(starts()).toBe('POLICY_INVALID');
    }
    writeFileSync(paths.policySignature, signed);
    writeFileSync(paths.policy, Buffer.concat([bytes, Buffer.from('\n')]));
    expect(starts()).toBe('POLICY_INVALID');
    writeFileSync(paths.policy, bytes);
    expect(office.start().config.policy).toEqual(own);
  });

  it('P32 a person who is taken out of people.json decides nothing more, without a restart; put back, they do', async () => {
    const runner = office.start();
    const { program } = runner.accept(office.manifest(approved));
    const { run } = await runner.engine.start({ program, release: '1', key: null, initiator: INA, input });
    const [task] = runner.engine.reader().tasks({ run });
    if (task === undefined) throw new Error('there is a task');
    const { people } = runnerPaths(office.runner);
    const before = readFileSync(people, 'utf8');
    const nobody = before.replace('"lea"', '"leo"');
    expect(nobody).not.toBe(before);
    const decide = async () => runner.engine.decide(run, task.id, office.decide(task, 'rejected'));
    for (const content of [nobody, '{', before.replace('"lead"', '"clerk"')]) {
      writeFileSync(people, content);
      await expect(decide()).rejects.toMatchObject({ code: 'TASK_NOT_PERMITTED' });
    }
    rmSync(people);
    await expect(decide()).rejects.toMatchObject({ code: 'TASK_NOT_PERMITTED' });
    writeFileSync(people, before);
    await decide();
    expect(runner.engine.reader().run(run)?.result).toBe('rejected');
  });

  it('P32 the people file is read again however it was changed: before the first look, in place, or as of the same minute', () => {
    const path = runnerPaths(office.runner).people;
    const first = readPeople(readBytes(path));
    const ids = (file: PeopleFile) => file.people.map(({ id }) => id);
    const before = readFileSync(path, 'utf8');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, before.replace('"lea"', '"leo"'));
    const people = currentPeople(path, first);
    expect(ids(people())).toEqual(['leo']);
    const beside = office.file('people.new', before.replace('"lea"', '"liv"'));
    utimesSync(path, atime, mtime);
    expect(ids(people())).toEqual(['leo']);
    utimesSync(beside, atime, mtime);
    renameSync(beside, path);
    expect(ids(people())).toEqual(['liv']);
  });
});

describe('P22 control', () => {
  it('an action that nobody has to approve is accepted when no answer of a model leads to it', () => {
    expect(office.start().accept(office.manifest(callFlow('refund'))).release).toBe(1);
  });
});
