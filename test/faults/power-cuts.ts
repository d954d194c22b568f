import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { verifyJournal } from '../../engine/audit/verify.ts';
import { readCheckpoints } from '../../engine/audit/checkpoint-sink.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { openJournal } from '../../engine/journal/sqlite-journal.ts';
import { systemRandom } from '../../engine/runner/system-random.ts';
import { Clients } from './clients.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { cutImages } from './image-cuts.ts';
import { readRecord, RecordedDisk, someSurvival, type Entry } from './recorded-disk.ts';
import { serveFolder } from './serving.ts';
import { underShim } from './shim.ts';
import type { World } from './world.ts';

/*
 * The engine works under the shim, which records the order of its writes, syncs and sends. For many places in that order
 * the disk is worked out as a power cut there would have left it, and the journal on it is opened: whatever had left the
 * process by then as an acknowledgement has to be there, and the intent of every call that had left.
 */

const AT_ONCE = 8;

interface Recorded {
  entries: Entry[];
  /** Where the runner folder was, and a copy of it from before. */
  runner: string;
  before: string;
}

/** How much is acknowledged while it is recorded, and how many cuts are worked out. */
interface Extent {
  acknowledged: number;
  cuts: number;
}

/** Enough on the slowest machine. */
const WORK_WITHIN_MS = 30_000;

async function recordWork(world: World, enough: number, env: Record<string, string>): Promise<Recorded> {
  const at = world.fresh(0);
  const before = world.path('before');
  cpSync(at.runner, before, { recursive: true });
  const control = world.control();
  const record = world.path('record');
  const engine = await serveFolder({
    ...at,
    env: { ...world.env, ...env, ...underShim(world.shim, at.runner, control, record) },
  });
  const clients = new Clients(world, at);
  const until = performance.now() + WORK_WITHIN_MS;
  await clients.load(engine, AT_ONCE, () => clients.acknowledged >= enough || performance.now() > until);
  await engine.end('SIGKILL');
  control.close();
  const entries = readRecord(world.read(record));
  world.remove(record, at.runner, at.data);
  return { entries, runner: at.runner, before };
}

/** What had left the process, by what was sent. */
class Sent {
  readonly runs = new Set<string>();
  readonly tasks = new Set<string>();
  readonly keys = new Set<string>();

  take({ what, content }: Entry): void {
    if (what !== 's') return;
    const text = content.toString('latin1');
    for (const [, run = ''] of text.matchAll(/"run":"([^"]+)","again":/g)) this.runs.add(run);
    for (const [, task = ''] of text.matchAll(/"run":"[^"]+","task":"([^"]+)"\}/g)) this.tasks.add(task);
    for (const [, key = ''] of text.matchAll(/(?<![0-9a-f])([0-9a-f]{40})(?![0-9a-f])/g)) this.keys.add(key);
  }

  get acknowledged(): number {
    return this.runs.size + this.tasks.size;
  }
}

interface Cut {
  lost: string[];
  broken: string[];
  acknowledged: number;
  cuts: number;
}

async function cutMany(world: World, { acknowledged, cuts }: Extent, env: Record<string, string>): Promise<Cut> {
  const recorded = await recordWork(world, acknowledged, env);
  const { entries } = recorded;
  const places = new Set(Array.from({ length: cuts }, () => Math.floor(world.random() * entries.length)));
  const disk = new RecordedDisk();
  const sent = new Sent();
  const all: Cut = { lost: [], broken: [], acknowledged: 0, cuts: 0 };
  entries.forEach((entry, i) => {
    disk.apply(entry);
    sent.take(entry);
    if (!places.has(i)) return;
    const folder = world.path('cut');
    cpSync(recorded.before, folder, { recursive: true });
    const place = (path: string): string => join(folder, path.slice(recorded.runner.length));
    disk.leave(
      someSurvival(() => world.random()),
      place,
    );
    const { lost, broken } = lookAt(folder, sent);
    all.cuts += 1;
    all.lost.push(...lost.map((what) => `cut ${i} of ${entries.length}: ${what}`));
    all.broken.push(...broken.map((what) => `cut ${i} of ${entries.length}: ${what}`));
    world.remove(folder);
  });
  all.acknowledged = sent.acknowledged;
  world.remove(recorded.before);
  return all;
}

/** Opens the journal as an engine does, and looks for everything that had left. */
function lookAt(folder: string, sent: Sent): { lost: string[]; broken: string[] } {
  const path = join(folder, 'journal.sqlite');
  if (!existsSync(path)) return { lost: [...sent.runs, ...sent.keys], broken: [] };
  try {
    const now = (): number => Date.now();
    openJournal({ path, now, random: systemRandom() }).close();
  } catch (error) {
    return { lost: [...sent.runs], broken: [`the journal does not open: ${String(error)}`] };
  }
  const { findings } = verifyJournal(path, { checkpoints: readCheckpoints(join(folder, 'checkpoints')) });
  const journal = openJournalReader(path);
  try {
    const effects = new Set(journal.effects({}).map(({ key }) => key));
    return {
      lost: [
        ...[...sent.runs].filter((id) => journal.run(id) === null).map((id) => `case ${id} was acknowledged`),
        ...[...sent.tasks]
          .filter((id) => journal.task(id)?.decision !== 'approved')
          .map((id) => `the decision of ${id} was acknowledged`),
        ...[...sent.keys].filter((key) => !effects.has(key)).map((key) => `effect ${key} had left without its intent`),
      ],
      broken: findings.map(({ message }) => message),
    };
  } finally {
    journal.close();
  }
}

export const powerCuts: Fault = {
  name: 'P2 the power goes (recorded writes; a drive’s own cache is not shown)',
  run: async (world) => {
    const extent = { acknowledged: world.many(80, 800), cuts: world.many(30, 1000) };
    const outcome = nothingYet();
    const sound = await cutMany(world, extent, {});
    outcome.tried = `${sound.cuts} cuts`;
    outcome.acknowledged = sound.acknowledged;
    outcome.lost = sound.lost;
    outcome.broken = sound.broken;
    const normal = { NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'normal-sync.ts')).href}` };
    const weak = await cutMany(world, { ...extent, cuts: 12 }, normal);
    const cutsThatLost = new Set(weak.lost.map((line) => line.split(':')[0])).size;
    if (cutsThatLost > 0) outcome.control = `synchronous=NORMAL: ${cutsThatLost} of ${weak.cuts} cuts lost something`;
    if (!world.quick) await alsoOnImages(world, normal, outcome);
    outcome.remarks.push('what a drive keeps in a cache of its own, no program can see');
    return outcome;
  },
};

/** The same under a real file system, where one may be mounted. */
async function alsoOnImages(world: World, normal: Record<string, string>, outcome: Outcome): Promise<void> {
  const sound = await cutImages(world, world.many(0, 16), {});
  const weak = await cutImages(world, world.many(0, 4), normal);
  if (sound === null || weak === null) {
    outcome.remarks.push('NOT TRIED on a real file system: mounting one in a file needs root and loop devices');
    return;
  }
  outcome.tried += `, ${sound.cuts} of an ext4 image`;
  outcome.acknowledged += sound.acknowledged;
  outcome.lost.push(...sound.lost);
  outcome.remarks.push(`on images with synchronous=NORMAL: ${weak.lost[0] ?? 'nothing was lost'}`);
  if (weak.lost.length === 0) outcome.control = null;
}
