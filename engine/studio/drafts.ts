import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asJson, prettyJson } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { readBytes, writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { readDocument } from '../manifest/read-document.ts';
import { keptDraftSchema, type KeptDraft } from './contract-versions.ts';
import { localHome } from './local-home.ts';
import { flowPath } from './paths.ts';

/**
 * What is drawn and not saved, in the workspace's `.countersign/drafts`: outside of the flows, and ignored by git. A flow
 * has as many as windows drew on it.
 */
const fileSchema = keptDraftSchema.extend({ format: z.literal('countersign.draft'), version: z.literal(1) });

const ENDING = '.draft.json';
const folderOf = (root: string): string => join(root, '.countersign', 'drafts');

/** Flows may have long names, and the id makes it longer still: a beginning is enough for whoever looks into the folder. */
const BEGINNING = /^.{0,40}/su;

function nameOf({ path, id }: Pick<KeptDraft, 'path' | 'id'>): string {
  const stem = basename(flowPath(path), '.flow.json');
  return id === null ? `${stem}${ENDING}` : `${BEGINNING.exec(stem)?.[0] ?? ''}.${id}${ENDING}`;
}

/** Keeps a draft in the place of the one with its id; gives whether there was one. Throws REQUEST_REFUSED, ENVIRONMENT, DISK_FULL. */
export function keepDraft(root: string, draft: KeptDraft): boolean {
  const name = nameOf(draft);
  localHome(root);
  const folder = folderOf(root);
  makeFolder(folder, 0o700);
  const file = { format: 'countersign.draft', version: 1, ...draft };
  const place = join(folder, name);
  const before = existsSync(place);
  writeFileAtomic(place, prettyJson(asJson(file)), { mode: 0o600 });
  return before;
}

/** The drafts that are kept, by path. One that cannot be read stays where it is and is not offered. */
export function keptDrafts(root: string): KeptDraft[] {
  const folder = folderOf(root);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ENDING) && !name.startsWith('.'))
    .sort()
    .flatMap((name) => {
      try {
        const { format: _, version: __, ...draft } = readDocument(readBytes(join(folder, name)), fileSchema, ERRORS);
        return name === nameOf(draft) ? [draft] : [];
      } catch {
        return [];
      }
    });
}

const ERRORS = { code: 'DOCUMENT_INVALID', what: 'the draft', hint: 'Remove it.' } as const;

/** Lets a draft go; one that is not there is gone already. */
export function dropDraft(root: string, draft: Pick<KeptDraft, 'path' | 'id'>): void {
  rmSync(join(folderOf(root), nameOf(draft)), { force: true });
}
