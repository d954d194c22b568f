import { createHash } from 'node:crypto';
import { cpSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signCheckpoint, type Note } from '../../engine/audit/checkpoint.ts';
import { readCheckpoints } from '../../engine/audit/checkpoint-sink.ts';
import { verifyJournal } from '../../engine/audit/verify.ts';
import { canonicalJson } from '../../engine/flow/json.ts';
import { openForReading } from '../../engine/journal/open.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { JOURNAL_SCHEMA, KEYS_SCHEMA } from '../../engine/journal/schema.ts';
import { openJournal } from '../../engine/journal/sqlite-journal.ts';
import { verifyKeys } from '../../engine/journal/verify-keys.ts';
import { loadLogKey, signCheckpoint as signBytes } from '../../engine/manifest/log-key.ts';
import { readRunnerConfig } from '../../engine/runner/folder.ts';
import { logKeysOf, rawOf } from '../../engine/runner/log-keys.ts';
import { loadRelease } from '../../engine/runner/release.ts';
import { systemRandom } from '../../engine/runner/system-random.ts';
import { Clients } from './clients.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { serveFolder } from './serving.ts';
import type { Fresh, World } from './world.ts';

/*
 * One bit of one file of a runner folder is flipped: the journal and its keys as an engine leaves them when it is stopped,
 * their write-ahead logs as it leaves them when it is killed, the manifest and what it pins, checkpoints. The checks that an operator has are run against a
 * checkpoint held elsewhere. Each flip is reported, or changes nothing that can be read: then it fell on room that is not
 * in use.
 */

/** Enough on the slowest machine. */
const WORK_WITHIN_MS = 30_000;

type Verdict = 'reported' | 'nothing read differs' | 'silently used';

interface Folder {
  world: World;
  runner: string;
  /** Covers all that is in the journal; held elsewhere. */
  note: Note;
  keys: Uint8Array[];
  contents: Map<string, string | null>;
}

interface Target {
  what: string;
  /** One of them is chosen for each flip. */
  files: string[];
  /** In the folder of an engine that was stopped; otherwise of one that was killed. */
  stopped?: boolean;
  /** Whether the checks report it, in a copy of the runner folder. */
  reports: (folder: Folder, copy: string) => boolean;
  /** Database whose rows are compared where nothing was reported. */
  database?: 'journal.sqlite' | 'keys.sqlite';
}

export const bitFlips: Fault = {
  name: 'P7 P26 a bit is flipped in database, log, manifest or checkpoint',
  run: async (world) => {
    const outcome = nothingYet();
    const { stopped, killed } = await twoFolders(world, outcome);
    const each = world.many(8, 400);
    const totals = new Map<string, Record<Verdict, number>>();
    const opened = { refused: 0, tried: 0 };
    let missed = 0;
    for (const target of targetsIn(killed.runner)) {
      const folder = target.stopped === true ? stopped : killed;
      const total = { reported: 0, 'nothing read differs': 0, 'silently used': 0 };
      totals.set(target.what, total);
      if (reportsWhole(folder, target)) outcome.broken.push(`${target.what}: reported where nothing was flipped`);
      for (let i = 0; i < each; i++) {
        const copy = flipOne(folder, target);
        const verdict = judge(folder, target, copy.runner);
        total[verdict] += 1;
        if (verdict === 'silently used') outcome.lost.push(copy.where);
        if (verdict === 'reported' && target.database === 'journal.sqlite' && seemsSound(copy.runner)) missed += 1;
        if (target.what === 'its log') countOpening(copy.runner, opened);
        world.remove(copy.runner);
      }
    }
    const all = [...totals.values()].reduce((sum, one) => sum + one.reported + one['nothing read differs'], 0);
    outcome.tried = `${all + outcome.lost.length} flips`;
    for (const [what, { reported, 'nothing read differs': idle }] of totals)
      outcome.remarks.push(`${what}: ${reported} reported, ${idle} where nothing read differs`);
    outcome.remarks.push(
      `an engine that is started refuses ${opened.refused} of ${opened.tried} damaged logs; what it takes is cut off in the last transaction`,
    );
    if (missed > 0) outcome.control = `SQLite’s own integrity_check alone: ${missed} of them not noticed`;
    world.remove(killed.runner, stopped.runner);
    return outcome;
  },
};

/** A runner folder as it is stopped, all in its databases, and as it is killed later on, with write-ahead logs. */
async function twoFolders(world: World, outcome: Outcome): Promise<{ stopped: Folder; killed: Folder }> {
  const at: Fresh = world.fresh(0);
  const clients = new Clients(world, at);
  const stopped = world.path('stopped');
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const engine = await serveFolder({ ...at, env: world.env });
    const enough = clients.acknowledged + 40;
    const until = performance.now() + WORK_WITHIN_MS;
    await clients.load(engine, 8, () => clients.acknowledged >= enough || performance.now() > until);
    await clients.settle();
    await engine.end(signal);
    // Zeros behind the last frame of a log are nothing to anybody: flips are tried in what is something.
    if (signal === 'SIGKILL') for (const log of LOGS) withoutRoom(world, join(at.runner, log));
    if (signal === 'SIGTERM') cpSync(at.runner, stopped, { recursive: true });
  }
  outcome.acknowledged = clients.acknowledged;
  return { stopped: folderAt(world, stopped), killed: folderAt(world, at.runner) };
}

const LOGS = ['journal.sqlite-wal', 'keys.sqlite-wal'] as const;

function withoutRoom(world: World, log: string): void {
  const bytes = world.read(log);
  truncateSync(log, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

function folderAt(world: World, runner: string): Folder {
  const key = loadLogKey(join(runner, 'log.key.json'), null);
  const keys = logKeysOf(runner).map(rawOf);
  const [publicKey = new Uint8Array(0)] = keys;
  // Read from a copy: the last reader to close a journal empties its log.
  const copy = world.path('read');
  cpSync(runner, copy, { recursive: true });
  const journal = openJournalReader(join(copy, 'journal.sqlite'));
  const signer = { name: key.name, publicKey, sign: (bytes: Uint8Array) => signBytes(key, bytes) };
  const note = signCheckpoint({ origin: journal.origin, ...journal.head() }, signer);
  journal.close();
  const contents = new Map([
    ['journal.sqlite', contentOf(copy, 'journal.sqlite')],
    ['keys.sqlite', contentOf(copy, 'keys.sqlite')],
  ]);
  world.remove(copy);
  return { world, runner, note, keys, contents };
}

function targetsIn(runner: string): Target[] {
  const journal = { reports: reportsJournal, database: 'journal.sqlite' } as const;
  const keys = { reports: reportsKeys, database: 'keys.sqlite' } as const;
  const releases = readdirSync(join(runner, 'releases'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(runner.length + 1));
  const notes = readdirSync(join(runner, 'checkpoints')).filter((name) => name.endsWith('.note'));
  return [
    { what: 'journal', files: ['journal.sqlite'], stopped: true, ...journal },
    { what: 'its log', files: ['journal.sqlite-wal'], ...journal },
    { what: 'keys', files: ['keys.sqlite'], stopped: true, ...keys },
    { what: 'their log', files: ['keys.sqlite-wal'], ...keys },
    { what: 'manifest and what it pins', files: releases, reports: reportsRelease },
    { what: 'checkpoints', files: notes.map((name) => join('checkpoints', name)), reports: reportsCheckpoint },
  ];
}

function flipOne({ world, runner }: Folder, { files }: Target): { runner: string; where: string } {
  const file = files[Math.floor(world.random() * files.length)] ?? '';
  const copy = world.path('flipped');
  cpSync(runner, copy, { recursive: true });
  const bytes = world.read(join(runner, file));
  const at = Math.floor(world.random() * bytes.length);
  const bit = Math.floor(world.random() * 8);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(join(copy, file), bytes);
  return { runner: copy, where: `${file}: bit ${bit} of byte ${at}` };
}

/** The control: a check that reports what is whole would find every flip. */
function reportsWhole(folder: Folder, target: Target): boolean {
  const copy = folder.world.path('whole');
  cpSync(folder.runner, copy, { recursive: true });
  const reported = target.reports(folder, copy);
  folder.world.remove(copy);
  return reported;
}

function judge(folder: Folder, target: Target, copy: string): Verdict {
  if (target.reports(folder, copy)) return 'reported';
  const { database } = target;
  const same = database !== undefined && contentOf(copy, database) === folder.contents.get(database);
  return same ? 'nothing read differs' : 'silently used';
}

function reportsJournal({ note, keys }: Folder, copy: string): boolean {
  return refused(() => verifyJournal(join(copy, 'journal.sqlite'), { checkpoints: [note], publicKey: keys }).ok);
}

function reportsKeys(_folder: Folder, copy: string): boolean {
  return refused(() => verifyKeys(join(copy, 'journal.sqlite')).ok);
}

/**
 * Every manifest of the folder is verified as a runner does before it serves one. A signature that holds and names another
 * key than its own, which decides nothing, is told of in a warning.
 */
function reportsRelease(_folder: Folder, copy: string): boolean {
  const releases = join(copy, 'releases');
  return refused(() => {
    const config = readRunnerConfig(copy, Date.now());
    return readdirSync(releases)
      .filter((one) => one.endsWith('.json'))
      .map((name) => loadRelease(join(releases, name), config, { now: Date.now(), highestSeen: () => null }))
      .every(({ manifest }) => manifest.warnings.length === 0);
  });
}

function reportsCheckpoint({ keys }: Folder, copy: string): boolean {
  return refused(() => {
    const checkpoints = readCheckpoints(join(copy, 'checkpoints'));
    return verifyJournal(join(copy, 'journal.sqlite'), { checkpoints, publicKey: keys, only: 'record' }).ok;
  });
}

/** Whether a check does not hold, or refuses. */
function refused(holds: () => boolean): boolean {
  try {
    return !holds();
  } catch {
    return true;
  }
}

/** A digest of all rows; null where they cannot be read. */
function contentOf(runner: string, name: 'journal.sqlite' | 'keys.sqlite'): string | null {
  try {
    const db = openForReading(join(runner, name), name === 'journal.sqlite' ? JOURNAL_SCHEMA : KEYS_SCHEMA);
    try {
      const hash = createHash('sha256');
      const tables = db
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .pluck();
      for (const table of tables.all())
        for (const row of db.prepare<[], object>(`SELECT * FROM "${table}"`).iterate())
          hash.update(
            canonicalJson(
              Object.values(row).map((value: unknown) =>
                Buffer.isBuffer(value) ? value.toString('hex') : String(value),
              ),
            ),
          );
      return hash.digest('hex');
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

/** What the check of SQLite alone makes of it. */
function seemsSound(runner: string): boolean {
  return !refused(() => {
    const db = openForReading(join(runner, 'journal.sqlite'), JOURNAL_SCHEMA);
    try {
      return db.pragma('integrity_check', { simple: true }) === 'ok';
    } finally {
      db.close();
    }
  });
}

function countOpening(runner: string, opened: { refused: number; tried: number }): void {
  const path = join(runner, 'journal.sqlite');
  opened.tried += 1;
  try {
    openJournal({ path, now: () => Date.now(), random: systemRandom() }).close();
  } catch {
    opened.refused += 1;
  }
}
