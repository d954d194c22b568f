import { useStudio } from '../state/store.ts';
import { isDraft } from '../state/transitions.ts';
import { stateOf, tell, useVersions, versionsFor } from './store.ts';
import { labelOf } from './acts.ts';
import { words } from '../words/index.ts';

/** Which version is drawn, `v7`, `v7 draft`, or what is looked at; with a dot for what is not saved. Opens the list. */
export function VersionChip() {
  const document = useStudio((state) => state.document);
  const versions = useVersions((state) => versionsFor(state, document?.path));
  const look = useVersions((state) => (document === null ? undefined : state.looks[document.path]));
  if (document === null) return null;
  const unsaved = isDraft(document);
  const { version, draft } = stateOf(versions, document, unsaved);
  const label =
    look === undefined
      ? [version === null ? null : words().versions.version(version.number), draft ? words().versions.draft : null]
          .filter((part) => part !== null)
          .join(' ')
      : labelOf(look.ref);
  return (
    <button
      type="button"
      className="plain version-chip"
      aria-label={words().versions.chip.label(label, unsaved)}
      aria-haspopup="dialog"
      title={unsaved ? words().versions.chip.unsaved : words().versions.chip.hint}
      onClick={() => tell({ dialog: 'versions' })}
    >
      {label}
      {unsaved ? <span className="draft-dot" aria-hidden /> : null}
    </button>
  );
}
