import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FLOW_FORMAT, FLOW_VERSION, type About, type Flow } from '../flow/document.ts';
import { CountersignError } from '../flow/error.ts';
import { sha256Hex } from '../flow/json.ts';
import { readFlow, writeFlow } from '../flow/read.ts';
import { writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { KINDS } from '../../nodes/index.ts';
import { fileStem } from './file-stem.ts';
import { flowPath, onDisk } from './paths.ts';
import { MAX_DOCUMENT_BYTES, readText } from './text-file.ts';

/** A flow document as it is on disk; `digest` is `sha256-…` of its bytes. */
export interface FlowText {
  path: string;
  text: string;
  digest: string;
}

/** Reads a flow of the workspace, whatever it holds. Throws REQUEST_REFUSED, FILE_UNREADABLE, DOCUMENT_INVALID. */
export function openFlowFile(root: string, path: string): FlowText {
  const file = onDisk(root, flowPath(path));
  if (!existsSync(file))
    throw new CountersignError({
      code: 'FILE_UNREADABLE',
      message: `${path} is not on disk.`,
      meaning: 'It was deleted, moved or given another name since the workspace was read.',
      where: { file: path },
      hint: 'Put the file back where it was, from your version control for instance, or open another flow.',
    });
  const { text, bytes } = readText(file);
  return { path, text, digest: digestOfBytes(bytes) };
}

/** Makes a flow for this purpose and nothing on its canvas, under a file name of its own. */
export function createFlowFile(root: string, title: string, about: Omit<About, 'title'> = UNSAID): FlowText {
  const path = freePath(root, title);
  const text = writeFlow(emptyFlow({ ...about, title }));
  const file = onDisk(root, path);
  makeFolder(join(root, 'flows'));
  writeFileAtomic(file, text, { exclusive: true });
  return { path, text, digest: digestOfBytes(new TextEncoder().encode(text)) };
}

/** Writes a flow under a free file name for its title. Refused with DOCUMENT_INVALID or DOCUMENT_NEWER as saving is. */
export function saveFlowCopy(root: string, title: string, text: string): FlowText {
  const path = freePath(root, title);
  checkText({ path, text });
  makeFolder(join(root, 'flows'));
  writeFileAtomic(onDisk(root, path), text, { exclusive: true });
  return { path, text, digest: digestOfBytes(new TextEncoder().encode(text)) };
}

export interface SaveRequest {
  path: string;
  text: string;
  /** Digest of the file that the text began from; {@link NO_FILE} for one that is not there and must not be. */
  base: string;
  overwrite: boolean;
}

/**
 * Writes a flow, whole or not at all. Refused with FILE_CHANGED when the file is no longer the one with digest `base`
 * (or is gone), unless `overwrite`; with DOCUMENT_INVALID or DOCUMENT_NEWER for what is no flow document of this version.
 * A flow with problems can be saved. Gives the new digest.
 */
export function saveFlowFile(root: string, request: SaveRequest): string {
  const file = checkSave(root, request);
  makeFolder(join(root, 'flows'));
  writeFileAtomic(file, request.text);
  return digestOfBytes(new TextEncoder().encode(request.text));
}

/** Refuses what {@link saveFlowFile} would refuse, and writes nothing; gives where the flow lies. */
export function checkSave(root: string, request: SaveRequest): string {
  const file = onDisk(root, flowPath(request.path));
  checkText(request);
  if (!request.overwrite)
    checkBase(file, request, 'Open it again to see what is there now, or save anyway to replace it.');
  return file;
}

export const digestOfBytes = (bytes: Uint8Array): string => `sha256-${sha256Hex(bytes)}`;

function checkText({ path, text }: Pick<SaveRequest, 'path' | 'text'>): void {
  const { flow, newer, problems } = text.length > MAX_DOCUMENT_BYTES ? TOO_LARGE : readFlow(text, KINDS);
  if (flow !== null && !newer) return;
  const [first] = problems;
  throw new CountersignError({
    code: newer ? 'DOCUMENT_NEWER' : 'DOCUMENT_INVALID',
    message: `${path} was not saved: ${first?.message ?? 'the text is no flow document.'}`,
    meaning: 'The file on disk is as it was.',
    where: { file: path, ...(first === undefined ? {} : { path: first.path }) },
    hint: first?.hint ?? 'Undo the last change and save again.',
  });
}

const TOO_LARGE = { flow: null, newer: false, problems: [] };

/** Stands for the digest of a file that is not there. */
export const NO_FILE = 'none';

/** FILE_CHANGED where a file is not what whoever writes it began from; `hint` says what to do then. */
export function checkBase(file: string, { path, base }: { path: string; base: string }, hint: string): void {
  const now = existsSync(file) ? digestOfBytes(readText(file).bytes) : null;
  if ((now ?? NO_FILE) === base) return;
  throw new CountersignError({
    code: 'FILE_CHANGED',
    message:
      now === null
        ? `${path} is no longer on disk.`
        : `${path} was changed on disk by another program since it was opened.`,
    meaning: 'Nothing was written, and nothing was overwritten.',
    where: { file: path },
    hint,
  });
}

/** `flows/<title in small letters>.flow.json`, with a number where that, or otherwise its stem, is taken. */
export function freePath(root: string, title: string, taken: (stem: string) => boolean = () => false): string {
  const name = fileStem(title, 'flow');
  for (let number = 1; ; number += 1) {
    const numbered = `${name}${number === 1 ? '' : `-${number}`}`;
    const path = flowPath(`flows/${numbered}.flow.json`);
    if (!existsSync(join(root, path)) && !taken(numbered)) return path;
  }
}

const UNSAID: Omit<About, 'title'> = {
  purpose: '',
  businessOwner: '',
  flowOwner: '',
  objective: { text: '', baseline: '', target: '' },
};

const emptyFlow = (about: About): Flow => ({
  format: FLOW_FORMAT,
  version: FLOW_VERSION,
  about,
  input: {},
  nodes: {},
  edges: {},
  layout: {},
});
