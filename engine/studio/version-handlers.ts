import { readFlow } from '../flow/read.ts';
import { wholeOf } from '../program/pinned.ts';
import { KINDS } from '../../nodes/index.ts';
import { dropDraft, keepDraft, keptDrafts } from './drafts.ts';
import { invalid } from './export.ts';
import { saveAndCarry } from './carry.ts';
import { saveFlowCopy } from './flow-files.ts';
import type { Handlers, Room } from './handlers.ts';
import { wholeOfRelease } from './past-flow.ts';
import { flowPath, manifestPath, onDisk } from './paths.ts';
import { readVersion, versionsOf, wholeOfVersion, writeVersion } from './versions.ts';

type VersionMethod = 'versions' | 'saveVersion' | 'pastFlow' | 'saveCopy' | 'keepDraft' | 'drafts' | 'dropDraft';

export function versionHandlers({
  options: { root, person },
  now,
  workspace,
  windows,
  tell,
}: Room): Pick<Handlers, VersionMethod> {
  return {
    versions: ({ path }) => versionsOf(root, flowPath(path)),
    saveVersion: ({ path, text, base, name, note, renamedFields, callers }) => {
      const { flow, newer, problems } = readFlow(text, KINDS);
      if (flow === null || newer) throw invalid(path, problems);
      const asked = { path, text, base, overwrite: false, renamedFields, callers };
      const { digest, carried } = saveAndCarry({ root, flows: workspace().surroundings.flows ?? {} }, asked);
      const at = now();
      const { surroundings, policy } = workspace();
      const whole = wholeOf(flow, KINDS, surroundings, policy);
      return {
        digest,
        savedAt: at,
        carried,
        version: writeVersion(root, { ...whole, path, name, note, at, by: person }),
      };
    },
    pastFlow: ({ path, of }) =>
      'version' in of
        ? wholeOfVersion(readVersion(root, flowPath(path), of.version))
        : wholeOfRelease(onDisk(root, manifestPath(of.release))),
    saveCopy: ({ title, text }) => saveFlowCopy(root, title, text),
    keepDraft: (draft, window) => {
      const at = now();
      const before = keepDraft(root, { ...draft, at, by: person });
      const isNew = window !== null && !window.keeps.has(draft.id);
      window?.keeps.add(draft.id);
      // Its window is back: it is lost no more.
      if (isNew && before) tell({ event: 'drafts changed' });
      return { at };
    },
    drafts: (_, window) => ({
      drafts: keptDrafts(root).filter(({ id }) => id === null || !windows.isKeptElsewhere(id, window)),
    }),
    dropDraft: ({ id, path }, window) => {
      if (id !== null && windows.isKeptElsewhere(id, window)) return {};
      dropDraft(root, { id, path });
      const wasOwn = id !== null && window?.keeps.delete(id) === true;
      if (!wasOwn) tell({ event: 'drafts changed' });
      return {};
    },
  };
}
