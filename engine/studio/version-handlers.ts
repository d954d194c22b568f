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

export function versionHandlers({ options: { root, person }, now, workspace }: Room): Pick<Handlers, VersionMethod> {
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
    keepDraft: (draft) => {
      const at = now();
      keepDraft(root, { ...draft, at, by: person });
      return { at };
    },
    drafts: () => ({ drafts: keptDrafts(root) }),
    dropDraft: ({ path }) => {
      dropDraft(root, path);
      return {};
    },
  };
}
