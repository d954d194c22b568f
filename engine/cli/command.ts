import type { Command, CommanderError } from 'commander';
import { type CountersignError, toErrorShape, type ErrorCode, type ErrorShape } from '../flow/error.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { missing } from './missing.ts';
import { usage } from './usage.ts';

export { usage };

/** What a command says: as plain data for `--json`, as lines for people, and whether what was asked holds. */
export interface Answer {
  holds: boolean;
  json: unknown;
  lines: readonly string[];
}

/** Where a command talks to a person while it works; silent with `--json`. */
export interface Talk {
  say(line: string): void;
  /** A progress bar where there is a terminal, a line now and then where there is none. */
  progress(label: string, done: number, all: number): void;
  endProgress(): void;
}

export interface Io {
  out(text: string): void;
  err(text: string): void;
  isTerminal: boolean;
  nowMs(): number;
}

/** Exit codes: what was asked holds; it does not hold; wrong use; the environment failed. */
export const EXIT = { holds: 0, fails: 1, usage: 2, environment: 3 } as const;

const ENVIRONMENT_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FILE_UNREADABLE',
  'DISK_FULL',
  'JOURNAL_WRITE',
  'JOURNAL_LOCKED',
  'JOURNAL_FENCED',
  'JOURNAL_SETTINGS',
  'JOURNAL_SCHEMA',
  'PORT_IN_USE',
  'ENVIRONMENT',
  'STOPPED',
  'OVERLOADED',
  'INTERNAL',
]);

export function exitCodeOf(error: ErrorShape): number {
  if (error.code === 'USAGE') return EXIT.usage;
  return ENVIRONMENT_CODES.has(error.code) ? EXIT.environment : EXIT.fails;
}

/** An error as a person reads it on the command line. */
export function errorLines(error: ErrorShape): string[] {
  return [
    error.message,
    ...(error.meaning === undefined ? [] : [`  What it means: ${error.meaning}`]),
    `  What to do: ${error.hint}`,
    `  (${error.code}${placeOf(error)})`,
  ];
}

function placeOf({ where }: ErrorShape): string {
  if (where === undefined) return '';
  const parts = [
    where.file,
    where.path === undefined || where.path.length === 0 ? undefined : where.path.join('.'),
    where.node === undefined ? undefined : `step ${where.node}`,
    where.record === undefined ? undefined : `record ${where.record}`,
    where.line === undefined ? undefined : `line ${where.line}`,
    where.column === undefined ? undefined : `column ${where.column}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

/** The one wrapper: runs a command, prints its answer or its error, and gives the exit code. */
export async function answerWith(
  io: Io,
  json: boolean,
  command: (talk: Talk) => Promise<Answer> | Answer,
): Promise<number> {
  try {
    const answer = await command(talkTo(io, json));
    io.out(json ? prettyJson(asJson(plain(answer.json))) : answer.lines.map((line) => `${line}\n`).join(''));
    return answer.holds ? EXIT.holds : EXIT.fails;
  } catch (error) {
    const shape = toErrorShape(error);
    io.err(json ? prettyJson(asJson(plain({ error: shape }))) : `${errorLines(shape).join('\n')}\n`);
    return exitCodeOf(shape);
  }
}

/** Plain data without what JSON cannot say. */
function plain(value: unknown): unknown {
  const json: unknown = JSON.parse(JSON.stringify(value));
  return json;
}

const BAR = 28;

function talkTo(io: Io, json: boolean): Talk {
  let last = '';
  let lastAt = 0;
  return {
    say: (line) => {
      if (!json) io.err(`${line}\n`);
    },
    progress: (label, done, all) => {
      if (json) return;
      const now = io.nowMs();
      const gap = io.isTerminal ? 80 : 5000;
      if (done < all && now - lastAt < gap) return;
      lastAt = now;
      const filled = all === 0 ? BAR : Math.floor((done / all) * BAR);
      const line = `${label} ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${done} of ${all}`;
      if (line === last) return;
      last = line;
      io.err(io.isTerminal ? `\r${line}` : `${line}\n`);
    },
    endProgress: () => {
      if (!json && io.isTerminal && last !== '') io.err('\n');
      last = '';
    },
  };
}

/** A whole number from 1 that was given to an option. */
export function countOf(text: string, option: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw usage(`${option} is a whole number from 1, and is ${text}.`);
  return count;
}

export function usageOf(error: CommanderError): CountersignError {
  if (error.code === 'commander.help')
    return usage('The command is not complete.', 'Add --help to see what can follow.');
  const plainly = error.message.replace(/^error: /, '');
  const lacking = missing(plainly);
  if (lacking !== null) return lacking;
  const said = plainly.replace(/\.?$/, '.');
  return usage(`${said.charAt(0).toUpperCase()}${said.slice(1)}`);
}

/** Text in columns, as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Registers a command whose body gives an {@link Answer}. The exit code is left in `exit.code`. */
export interface Wiring {
  io: Io;
  exit: { code: number };
}

/** A command's action: its arguments as it declared them, `--json`, and the wrapper. */
export function body<A extends unknown[]>(wiring: Wiring, run: (talk: Talk, ...args: A) => Promise<Answer> | Answer) {
  return async function act(this: Command, ...args: A): Promise<void> {
    const json = this.optsWithGlobals()['json'] === true;
    wiring.exit.code = await answerWith(wiring.io, json, (talk) => run(talk, ...args));
  };
}
