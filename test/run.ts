/**
 * Everything `npm test` checks, ending with one line: `N passed, N failed, N skipped`. A stage that is one
 * check (format, lint, types, build) counts as one; the runners' own tests count one each. A stage's output is shown
 * only when it failed, and each skip is printed with its reason.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.ts';
import { type Counts, readPlaywrightCounts, readVitestCounts } from './counts.ts';

interface Stage {
  readonly name: string;
  /** A script, relative to node_modules, and its arguments; run by this very Node. */
  readonly command: readonly [script: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Where the runner leaves its counts; without it the stage is one check. */
  readonly counts?: () => Counts;
  /** Why the stage cannot run; undefined where it can. */
  readonly skip?: string | undefined;
  readonly before?: () => void;
}

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'countersign-test-'));
const quick = mkdtempSync(join(inMemory('/dev/shm') ? '/dev/shm' : tmpdir(), 'countersign-test-'));
const vitestCounts = join(scratch, 'vitest.json');
const faultsCounts = join(scratch, 'faults.json');
const playwrightReport = join(scratch, 'playwright.json');
const stageLimitMs = 20 * 60_000;

/** Each needs one core for the most part, and none what another makes. */
const checks: readonly Stage[] = [
  { name: 'format', command: ['oxfmt/bin/oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint/bin/oxlint', '--type-aware'] },
  { name: 'types', command: ['typescript/bin/tsc', '-p', '.', '--noEmit'] },
  {
    name: 'build renderer',
    command: ['vite/bin/vite.js', 'build', '--logLevel', 'warn'],
    skip: missing('renderer', 'there is no renderer to build'),
  },
];

/** The faults mostly wait: for processes to start and to end, and for the disk. */
const tests: readonly Stage[] = [
  {
    name: 'unit',
    command: ['vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=./test/vitest-counts.ts'],
    env: { COUNTS_FILE: vitestCounts, TMPDIR: quick },
    counts: () => readVitestCounts(vitestCounts),
  },
  {
    name: 'faults',
    command: ['../test/faults/main.ts', '--quick'],
    env: { COUNTS_FILE: faultsCounts },
    counts: () => readVitestCounts(faultsCounts),
  },
];

const inBrowser: readonly Stage[] = [
  {
    name: 'end to end',
    command: ['@playwright/test/cli.js', 'test', '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport, TMPDIR: quick },
    counts: () => readPlaywrightCounts(playwrightReport),
    before: () => void ensureChromium(),
    skip: missing('test/e2e', 'there are no end-to-end tests'),
  },
];

/**
 * Whether a folder is there that is kept in memory and has room for what tests write. SQLite's files are written, locked
 * and renamed in it as on a disk; only nobody waits for a drive, which three quarters of some tests' time went into.
 * What happens to files when the power goes is tried by the faults, on the disk.
 */
function inMemory(folder: string): boolean {
  const room = 4 * 1024 ** 3;
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= room;
  } catch {
    return false;
  }
}

function missing(path: string, reason: string): string | undefined {
  return existsSync(join(root, path)) ? undefined : reason;
}

async function runStage(stage: Stage): Promise<Counts> {
  if (stage.skip !== undefined) return { passed: 0, failed: 0, skipped: [`${stage.name}: ${stage.skip}`] };
  try {
    stage.before?.();
  } catch (cause) {
    return failedBecause(stage, String(cause));
  }
  const { ok, output } = await runCommand(stage);
  const counts = stage.counts === undefined ? undefined : countsOrUndefined(stage.counts);
  if (ok && counts === undefined && stage.counts !== undefined)
    return failedBecause(stage, `${output}\nIt left no counts behind.`);
  if (ok) return counts ?? { passed: 1, failed: 0, skipped: [] };
  failedBecause(stage, output);
  if (counts === undefined) return { passed: 0, failed: 1, skipped: [] };
  // A runner that ends badly without naming a test (a broken configuration, a crash) has failed all the same.
  return { ...counts, failed: Math.max(counts.failed, 1) };
}

function failedBecause(stage: Stage, output: string): Counts {
  process.stdout.write(`\n--- ${stage.name} failed ---\n${output.trim()}\n---\n`);
  return { passed: 0, failed: 1, skipped: [] };
}

function countsOrUndefined(read: () => Counts): Counts | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

async function runCommand(stage: Stage): Promise<{ ok: boolean; output: string }> {
  const [script, ...args] = stage.command;
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    env: { ...process.env, ...stage.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: stageLimitMs,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ ok: false, output: String(error) }));
    child.on('close', (code, signal) => {
      const output = Buffer.concat(chunks).toString('utf8');
      resolve({ ok: code === 0, output: signal === null ? output : `${output}\nIt was ended by ${signal}.` });
    });
  });
}

async function main(): Promise<void> {
  const total = { passed: 0, failed: 0, skipped: [] as string[] };
  const run = async (stage: Stage): Promise<void> => {
    const startedAt = performance.now();
    const { passed, failed, skipped } = await runStage(stage);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const verdict = failed > 0 ? 'FAILED' : stage.skip === undefined ? 'ok' : 'skipped';
    process.stdout.write(
      `${stage.name.padEnd(16)} ${verdict.padEnd(8)} ${passed} passed, ${failed} failed, ${seconds} s\n`,
    );
    total.passed += passed;
    total.failed += failed;
    total.skipped.push(...skipped);
  };
  // oxlint-disable-next-line no-await-in-loop -- what goes together is there to use two cores
  for (const stages of [checks, tests, inBrowser]) await Promise.all(stages.map(run));
  for (const folder of [scratch, quick]) rmSync(folder, { recursive: true, force: true });
  for (const reason of total.skipped) process.stdout.write(`skipped: ${reason}\n`);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped\n`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

await main();
