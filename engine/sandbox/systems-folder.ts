import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectionSchema, type Connection } from '../connections/contract.ts';
import { CountersignError } from '../flow/error.ts';
import { parseStrict } from '../flow/json.ts';
import type { z } from '../flow/zod.ts';
import { systemSchema, type SystemDocument } from './system-document.ts';

/** Connections and simulated systems of a workspace, each by the name of its connection. */
export interface SystemFiles {
  connections: Record<string, Connection>;
  documents: Record<string, SystemDocument>;
}

/**
 * Reads `*.connection.json` and `*.system.json`. Errors: FILE_UNREADABLE, JSON_INVALID, DOCUMENT_INVALID with the path,
 * also for a system whose connection has no contract, or that does what its contract does not name.
 */
export async function readSystemFiles(connectionsFolder: string, systemsFolder: string): Promise<SystemFiles> {
  const connections = await readAll(connectionsFolder, '.connection.json', connectionSchema, (c) => c.name);
  const documents = await readAll(systemsFolder, '.system.json', systemSchema, (s) => s.connection);
  for (const [name, system] of Object.entries(documents)) {
    const contract = connections[name];
    if (contract === undefined)
      throw invalid(join(systemsFolder, `${name}.system.json`), ['connection'], `there is no contract for “${name}”`);
    for (const action of Object.keys(system.actions))
      if (!Object.hasOwn(contract.actions, action))
        throw invalid(
          join(systemsFolder, `${name}.system.json`),
          ['actions', action],
          `the contract of “${name}” has no such action`,
        );
  }
  return { connections, documents };
}

async function readAll<T>(
  folder: string,
  ending: string,
  schema: z.ZodType<T>,
  nameOf: (one: T) => string,
): Promise<Record<string, T>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const found: Record<string, T> = {};
  for (const file of names.filter((n) => n.endsWith(ending)).sort()) {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw unreadable(path, error);
    });
    const parsed = schema.safeParse(parseFile(path, text));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw invalid(
        path,
        (issue?.path ?? []).map((p) => (typeof p === 'number' ? p : String(p))),
        issue?.message ?? 'it does not fit its format',
      );
    }
    found[nameOf(parsed.data)] = parsed.data;
  }
  return found;
}

function parseFile(file: string, text: string): unknown {
  try {
    return parseStrict(text);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    const { code, message, hint } = error;
    throw new CountersignError({
      code,
      message: `${file}: ${message}`,
      where: { ...error.where, file },
      hint,
      cause: error,
    });
  }
}

function unreadable(file: string, cause: unknown): CountersignError {
  return new CountersignError({
    code: 'FILE_UNREADABLE',
    message: `${file} cannot be read.`,
    where: { file },
    hint: 'Check that it exists and that you may read it.',
    cause,
  });
}

function invalid(file: string, path: (string | number)[], what: string): CountersignError {
  return new CountersignError({
    code: 'DOCUMENT_INVALID',
    message: `${file} is not valid at ${path.join('.') || 'its root'}: ${what}.`,
    where: { file, path },
    hint: 'Correct that place and try again.',
  });
}
