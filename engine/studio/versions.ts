import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Flow } from '../flow/document.ts';
import { CountersignError, type ErrorShape, toErrorShape } from '../flow/error.ts';
import { asJson, digestOf, prettyJson, sha256Hex } from '../flow/json.ts';
import type { RawDocument } from '../flow/migrate.ts';
import { pinnedSchema, type Whole } from '../flow/pinned.ts';
import { readFlow, writeFlow } from '../flow/read.ts';
import { isRecord } from '../flow/shape.ts';
import { z } from '../flow/zod.ts';
import { readBytes, writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { checkDocument, parseDocument, type DocumentErrors } from '../manifest/read-document.ts';
import { KINDS } from '../../nodes/index.ts';
import { versionNaming, type VersionEntry } from './contract-versions.ts';
import { onDisk, versionPath } from './paths.ts';

export const VERSION_FORMAT = 'countersign.version';

/**
 * `versions/<flow>/<number>.version.json`: a flow as somebody set it down, with what it leaned on. One file for each, so
 * that git adds and never merges. It is never written again; `digest` is over everything else in it.
 */
export const versionSchema = z.strictObject({
  format: z.literal(VERSION_FORMAT),
  version: z.literal(1),
  /** Path of the flow in the workspace. */
  flow: z.string(),
  number: z.number().int().min(1),
  ...versionNaming,
  at: z.iso.datetime(),
  by: z.string().max(120),
  /** The flow document, of the document version it was written with. */
  document: z.record(z.string(), z.json()),
  pinned: pinnedSchema,
  digest: z.string(),
});
export type Version = z.infer<typeof versionSchema>;

const folderOf = (flow: string): string => `versions/${basename(flow, '.flow.json')}`;

/** The path of a version of a flow in its workspace. */
export const versionFile = (flow: string, number: number): string => `${folderOf(flow)}/${number}.version.json`;

/** The versions of a flow, newest first, and why others cannot be read. */
export function versionsOf(root: string, flow: string): { versions: VersionEntry[]; errors: ErrorShape[] } {
  const versions: VersionEntry[] = [];
  const errors: ErrorShape[] = [];
  for (const number of numbersOf(root, flow)) {
    try {
      versions.push(knownEntry(root, flow, number));
    } catch (error) {
      const shape = toErrorShape(error);
      errors.push({ ...shape, where: { file: versionFile(flow, number), ...shape.where } });
    }
  }
  return { versions: versions.toReversed(), errors };
}

function numbersOf(root: string, flow: string): number[] {
  const folder = join(root, folderOf(flow));
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => /^([1-9]\d{0,5})\.version\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

const entries = new Map<string, { state: string; entry: VersionEntry }>();
const MOST_KNOWN = 2000;

/** Versions do not change, so one that was read is not read again until its file is another. */
function knownEntry(root: string, flow: string, number: number): VersionEntry {
  const path = onDisk(root, versionPath(versionFile(flow, number)));
  const { mtimeMs, size, ino } = statSync(path);
  const state = `${mtimeMs} ${size} ${ino}`;
  const known = entries.get(path);
  if (known?.state === state) return known.entry;
  const version = readVersion(root, flow, number);
  const entry = entryOf(version, flowOf(version));
  if (entries.size >= MOST_KNOWN) entries.clear();
  entries.set(path, { state, entry });
  return entry;
}

const entryOf = ({ number, name, note, at, by, digest }: Version, flow: Flow): VersionEntry => ({
  number,
  name,
  note,
  at: Date.parse(at),
  by,
  digest,
  text: `sha256-${sha256Hex(writeFlow(flow))}`,
});

/** A version of a flow. Throws FILE_UNREADABLE, DOCUMENT_INVALID, and FILE_CHANGED for one that was altered. */
export function readVersion(root: string, flow: string, number: number): Version {
  return readVersionFile(onDisk(root, versionPath(versionFile(flow, number))));
}

/** {@link readVersion} for a file wherever it lies. */
export function readVersionFile(path: string): Version {
  const errors: DocumentErrors = { code: 'DOCUMENT_INVALID', what: 'the version', hint: AS_IT_WAS, file: path };
  const raw = parseDocument(readBytes(path), errors);
  const version = checkDocument(raw, versionSchema, errors);
  // Of what the file says, not of what a schema made of it: a later one may fill in what this one did not know.
  if (isRecord(raw) && digestOfVersion(raw) === version.digest) return version;
  throw new CountersignError({
    code: 'FILE_CHANGED',
    message: `Version ${version.number} was altered after it was set down.`,
    meaning: 'What the file says is not what its digest was made of, so that nobody can say what the version was.',
    where: { file: path },
    hint: AS_IT_WAS,
  });
}

const AS_IT_WAS = 'Take the file as it was when the version was set down, from a backup or a repository.';

function digestOfVersion(version: RawDocument): string {
  const { digest: _, ...rest } = version;
  return digestOf(asJson(rest));
}

/** The flow of a version with what it leaned on. Throws DOCUMENT_INVALID. */
export const wholeOfVersion = (version: Version): Whole => ({ flow: flowOf(version), pinned: version.pinned });

function flowOf({ document, number }: Version): Flow {
  const { flow, newer, problems } = readFlow(JSON.stringify(document), KINDS);
  if (flow !== null && !newer) return flow;
  throw new CountersignError({
    code: newer ? 'DOCUMENT_NEWER' : 'DOCUMENT_INVALID',
    message: `The flow of version ${number} cannot be read: ${problems[0]?.message ?? ''}`,
    hint: problems[0]?.hint ?? '',
  });
}

export interface NewVersion extends Whole {
  path: string;
  name: string;
  note: string;
  /** Milliseconds since 1970. */
  at: number;
  by: string;
}

/** Sets a flow down as its next version; files of versions are never replaced. Throws ENVIRONMENT, DISK_FULL, FILE_EXISTS. */
export function writeVersion(root: string, { path, flow, pinned, name, note, at, by }: NewVersion): VersionEntry {
  const number = (numbersOf(root, path).at(-1) ?? 0) + 1;
  const rest = {
    format: VERSION_FORMAT,
    version: 1,
    flow: path,
    number,
    name: name.trim(),
    note,
    at: new Date(at).toISOString(),
    by,
    document: flow,
    pinned,
  };
  const version = { ...rest, digest: digestOf(asJson(rest)) };
  const checked = versionSchema.parse(asJson(version));
  const file = onDisk(root, versionPath(versionFile(path, number)));
  makeFolder(dirname(file));
  writeFileAtomic(file, prettyJson(asJson(version)), { exclusive: true });
  return entryOf(checked, flow);
}
