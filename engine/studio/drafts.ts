import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asJson, prettyJson } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { readBytes, writeFileAtomic } from '../manifest/atomic.ts';
import { readDocument } from '../manifest/read-document.ts';
import { keptDraftSchema, type KeptDraft } from './contract-versions.ts';
import { localHome } from './local-home.ts';
import { flowPath } from './paths.ts';

/**
 * What is drawn and not saved, in the workspace's `.countersign/drafts`: outside of the flows, and ignored by git. There
 * is one for each flow.
 */
const fileSchema = keptDraftSchema.extend({ format: z.literal('countersign.draft'), version: z.literal(1) });

const ENDING = '.draft.json';
const folderOf = (root: string): string => join(root, '.countersign', 'drafts');
const nameOf = (path: string): string => `${basename(flowPath(path), '.flow.json')}${ENDING}`;

/** Keeps a draft in the place of the one before. Throws REQUEST_REFUSED, ENVIRONMENT, DISK_FULL. */
export function keepDraft(root: string, draft: KeptDraft): void {
  const name = nameOf(draft.path);
  localHome(root);
  const folder = folderOf(root);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = { format: 'countersign.draft', version: 1, ...draft };
  writeFileAtomic(join(folder, name), prettyJson(asJson(file)), { mode: 0o600 });
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
        return name === nameOf(draft.path) ? [draft] : [];
      } catch {
        return [];
      }
    });
}

const ERRORS = { code: 'DOCUMENT_INVALID', what: 'the draft', hint: 'Remove it.' } as const;

/** Lets a draft go; one that is not there is gone already. */
export function dropDraft(root: string, path: string): void {
  rmSync(join(folderOf(root), nameOf(path)), { force: true });
}
