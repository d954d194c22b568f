import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { parseArgs } from 'node:util';
import about from '../../package.json' with { type: 'json' };
import { CountersignError, toErrorShape } from '../flow/error.ts';
import { secret } from './access.ts';
import { build, DESKTOP, isStale, RENDERER } from './build.ts';
import { findElectron, openBrowser, thisMachine, whyNoDesktop } from './machine.ts';
import { realWorkspace } from './real-workspace.ts';
import { restarts } from './restarts.ts';
import { superviseHost, type Supervised } from './supervise.ts';

const USAGE = `Opens a workspace in the studio.

  npm start [-- WORKSPACE] [--browser] [--port N] [--no-open]

  WORKSPACE   folder with a countersign.json; examples/support-desk when none is named
  --browser   in a browser, even where the desktop shell could open
  --port N    in a browser, on this port of this machine; any that is free when not given
  --no-open   print the address only

COUNTERSIGN_PERSON names who sits at this machine (otherwise your login); COUNTERSIGN_PASSPHRASE opens their keys.
`;

const PROJECT = join(import.meta.dirname, '..', '..');

export interface StartOptions {
  workspace: string;
  browser: boolean;
  port: number;
  open: boolean;
}

/** What `npm start` was told. Throws USAGE. */
export function readStartOptions(args: readonly string[]): StartOptions | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) throw usage(`--port ${values.port} is no port.`);
  if (positionals.length > 1) throw usage('The studio opens one workspace at a time.');
  const workspace = positionals[0] ?? join(PROJECT, 'examples', 'support-desk');
  return { workspace: resolvePath(workspace), browser: values.browser || port > 0, port, open: !values['no-open'] };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        browser: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

const usage = (message: string, cause?: unknown): CountersignError =>
  new CountersignError({ code: 'USAGE', message, hint: USAGE, cause });

/** Who is on record for what is done at this machine. */
export function personHere(environment: Readonly<Record<string, string | undefined>>): string {
  const named = environment['COUNTERSIGN_PERSON']?.trim();
  return (named === undefined || named === '' ? userInfo().username : named).slice(0, 120);
}

/**
 * Starts the browser host on a workspace, building the renderer first where it is not up to date. Errors: PORT_IN_USE,
 * FILE_UNREADABLE (no workspace), ENVIRONMENT.
 */
async function startInBrowser({ workspace, port }: StartOptions): Promise<Supervised> {
  if (isStale(PROJECT, RENDERER)) {
    say('Building the studio …');
    await build(PROJECT, RENDERER);
  }
  return superviseHost({
    open: {
      workspace,
      renderer: join(PROJECT, 'dist', 'renderer'),
      version: about.version,
      person: personHere(process.env),
      port,
      session: secret(),
    },
    mayRestart: restarts(() => Date.now()),
    restarted: () => say('The engine ended by itself and is started again. Windows that are open keep what is drawn.'),
  });
}

/** Runs the studio until it is ended; gives the exit code: 0 ended, 2 wrong use, 3 the environment failed. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readStartOptions(args);
    if (options === 'help') {
      process.stdout.write(USAGE);
      return 0;
    }
    const machine = thisMachine();
    const electron = findElectron(PROJECT, machine);
    if (!options.browser && electron !== null && whyNoDesktop(PROJECT, machine) === null)
      return await runDesktop(electron, options);
    return await runBrowser(options);
  } catch (error) {
    const { code, message, hint } = toErrorShape(error);
    process.stderr.write(`${message}\n${hint}\n(${code})\n`);
    return code === 'USAGE' ? 2 : 3;
  }
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function runBrowser(options: StartOptions): Promise<number> {
  const studio = await startInBrowser(options);
  say(`The studio is open at ${studio.link}`);
  if (options.open) openBrowser(studio.link, thisMachine());
  await Promise.race([told(), studio.ended]);
  await studio.close();
  return 0;
}

/** Until the person ends it. */
const told = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

async function runDesktop(electron: string, { workspace }: StartOptions): Promise<number> {
  for (const part of [RENDERER, DESKTOP]) {
    if (!isStale(PROJECT, part)) continue;
    say('Building the studio …');
    // oxlint-disable-next-line no-await-in-loop
    await build(PROJECT, part);
  }
  const child = spawn(electron, [PROJECT, '--workspace', realWorkspace(workspace)], { stdio: 'inherit' });
  // Ctrl+C reaches the shell as well; it ends by itself, and this process after it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 0));
  });
}
