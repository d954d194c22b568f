import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NotRun } from './fault.ts';

/** What can go wrong with a point; the numbers are those of `shim.c`. */
const KINDS = {
  nothing: 0,
  kill: 1,
  'half of it and then kill': 2,
  'I/O error': 3,
  'disk full': 4,
  'short write': 5,
  'short write, then disk full': 6,
  'disk full from here': 7,
} as const;
export type Kind = keyof typeof KINDS;

/** Which points count. */
export const WHAT = { write: 1, sync: 2, send: 4, name: 8, all: 15, files: 11 } as const;

/** Where each number lies in the control file. */
const AT = {
  kind: 0,
  whats: 8,
  countdown: 16,
  hits: 24,
  clock: 32,
  writes: 40,
  syncs: 48,
  sends: 56,
  names: 64,
} as const;
const SIZE = 4096;

/** How many points a process has gone by. */
export interface Points {
  writes: number;
  syncs: number;
  sends: number;
  names: number;
}

/** Orders to a process, also while it runs. */
export class Control {
  readonly path: string;
  readonly #file: number;

  constructor(path: string) {
    this.path = path;
    writeFileSync(path, new Uint8Array(SIZE));
    this.#file = openSync(path, 'r+');
  }

  /** From now on the `nth` point of `whats` goes wrong, once; a full disk stays full. */
  order(kind: Kind, nth: number, whats: number = WHAT.all): void {
    this.#write(AT.kind, KINDS.nothing);
    this.#write(AT.whats, whats);
    this.#write(AT.countdown, nth);
    this.#write(AT.kind, KINDS[kind]);
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.#write(AT.kind, KINDS.nothing);
  }

  /** How far ahead of the machine's the clock of the day is, in milliseconds; behind where it is negative. */
  setClockAhead(ms: number): void {
    this.#write(AT.clock, ms * 1_000_000);
  }

  /** How often something went wrong. */
  get hits(): number {
    return this.#read(AT.hits);
  }

  get points(): Points {
    return {
      writes: this.#read(AT.writes),
      syncs: this.#read(AT.syncs),
      sends: this.#read(AT.sends),
      names: this.#read(AT.names),
    };
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.path, { force: true });
  }

  #write(at: number, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    writeSync(this.#file, bytes, 0, 8, at);
  }

  #read(at: number): number {
    const bytes = Buffer.alloc(8);
    readSync(this.#file, bytes, 0, 8, at);
    return Number(bytes.readBigInt64LE());
  }
}

/** The environment of a process that the shim stands below. */
export const underShim = (shim: string, root: string, control: Control, record?: string): Record<string, string> => ({
  LD_PRELOAD: shim,
  FAULTS_ROOT: root,
  FAULTS_CONTROL: control.path,
  ...(record === undefined ? {} : { FAULTS_RECORD: record }),
});

const works = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** Compiles the shim into a folder and gives its path. Installs Debian's gcc where there is none. Throws {@link NotRun}. */
export function compileShim(folder: string): string {
  if (process.platform !== 'linux') throw new NotRun('the shim below the C library is for Linux');
  if (!works('gcc')) installGcc();
  const library = join(folder, 'shim.so');
  const source = join(import.meta.dirname, 'shim.c');
  const options = ['-std=gnu17', '-O1', '-Wall', '-Werror', '-shared', '-fPIC', '-o', library, source];
  const { status, stderr } = spawnSync('gcc', [...options, '-ldl', '-lpthread'], { encoding: 'utf8' });
  if (status !== 0) throw new NotRun(`the shim does not compile: ${stderr}`);
  return library;
}

function installGcc(): void {
  if (process.getuid?.() !== 0 || !works('apt-get'))
    throw new NotRun('gcc is not installed; install it (on Debian: `sudo apt-get install gcc libc6-dev`)');
  const apt = (...args: string[]): boolean => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return spawnSync('apt-get', args, { env, stdio: 'ignore' }).status === 0;
  };
  const install = (): boolean => apt('install', '--yes', '--no-install-recommends', 'gcc', 'libc6-dev');
  // A machine that has never asked for its packages' lists fails at first.
  if (!install() && !(apt('update') && install())) throw new NotRun('gcc is not installed, and apt-get could not');
}
