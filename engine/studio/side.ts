import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import type { Flow } from '../flow/document.ts';
import type { Whole } from '../flow/pinned.ts';
import { readFlow } from '../flow/read.ts';
import { wholeOf } from '../program/pinned.ts';
import { KINDS } from '../../nodes/index.ts';
import { invalid } from './export.ts';
import { wholeOfRelease } from './past-flow.ts';
import { readText } from './text-file.ts';
import { readVersionFile, versionFile, wholeOfVersion } from './versions.ts';
import { openWorkspace } from './workspace.ts';

/** One side of a comparison. */
export interface Side {
  flow: Flow;
  /** With what it leans on; null for a flow file that lies in no workspace. */
  whole: () => Whole | null;
  /** What it leans on was written down with it, so that it is worth comparing. */
  pinned: boolean;
}

/**
 * What a comparison names: a flow file, one of its versions (`refunds.flow.json@7`), the file of a version, or the
 * manifest of a release. A flow is taken as it stands, sound or not; what a newer Countersign wrote is refused.
 * Throws USAGE, FILE_UNREADABLE, FLOW_INVALID, and what reading versions and releases throws.
 */
export function readSide(named: string): Side {
  const [, file = '', number = ''] = /^(.*\.flow\.json)@([1-9]\d{0,5})$/.exec(named) ?? [];
  if (file !== '') {
    const root = workspaceOf(file);
    if (root === null) throw unknown(`“${file}” is in no workspace, which is where versions are.`);
    return kept(wholeOfVersion(readVersionFile(join(root, versionFile(file, Number(number))))));
  }
  if (named.endsWith('.version.json')) return kept(wholeOfVersion(readVersionFile(named)));
  if (named.endsWith('.manifest.json')) return kept(wholeOfRelease(named));
  if (!named.endsWith('.flow.json')) throw unknown(`“${named}” is no flow, version or release.`);
  const read = readFlow(readText(named).text, KINDS);
  const { flow } = read;
  if (flow === null || read.newer) throw invalid(named, read.problems);
  return {
    flow,
    pinned: false,
    whole: () => {
      const root = workspaceOf(named);
      if (root === null) return null;
      const { surroundings, policy } = openWorkspace(root);
      return wholeOf(flow, KINDS, surroundings, policy);
    },
  };
}

const kept = (whole: Whole): Side => ({ flow: whole.flow, pinned: true, whole: () => whole });

/** The workspace that a flow file lies in: the folder above `flows`. */
function workspaceOf(file: string): string | null {
  const root = dirname(dirname(resolve(file)));
  return existsSync(join(root, 'countersign.json')) ? root : null;
}

const unknown = (message: string): CountersignError =>
  new CountersignError({
    code: 'USAGE',
    message,
    hint: 'Name two of: a file that ends in .flow.json, one of its versions as in refunds.flow.json@7, a .version.json, a .manifest.json.',
  });
