import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { X } from 'lucide-react';
import { askToClose } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { isDraft } from '../state/transitions.ts';
import { readFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { clockTime, exactTime } from '../ui/format.ts';
import { caseOf } from './keep.ts';
import { words } from '../words/index.ts';
import { backToDraft, labelOf, restore } from './acts.ts';
import { keepMine } from './disk.ts';
import { tell, useVersions } from './store.ts';

/** What has to be known before one draws on: that this is not the draft, that the file is another, that a draft was lost. */
export function VersionBanners() {
  const onFlow = useStudio((state) => state.session.view === 'flows' && state.document !== null);
  return (
    <>
      <LostDrafts />
      {onFlow ? (
        <>
          <Looking />
          <ReadOnly />
          <DiskChanged />
        </>
      ) : null}
      <Failed />
    </>
  );
}

function Banner({ children, acts, tone = '' }: { children: ReactNode; acts?: ReactNode; tone?: string }) {
  return (
    <div className={`version-banner ${tone}`} role="status">
      <p className="grow">{children}</p>
      {acts}
    </div>
  );
}

function Looking() {
  const path = useStudio((state) => state.document?.path ?? '');
  const look = useVersions((state) => state.looks[path]);
  if (look === undefined) return null;
  return (
    <Banner
      acts={
        <>
          <Button size="compact-sm" variant="default" onClick={() => void restore(look.ref)}>
            {words().versions.look.restore}
          </Button>
          <Button size="compact-sm" onClick={backToDraft}>
            {words().versions.look.back}
          </Button>
        </>
      }
    >
      {words().versions.look.banner(labelOf(look.ref))}
    </Banner>
  );
}

/** A document of a newer format is shown as far as it is understood. */
function ReadOnly() {
  const path = useStudio((state) => state.document?.path ?? '');
  const reason = useStudio((state) => state.document?.readOnly ?? null);
  const looking = useVersions((state) => Object.hasOwn(state.looks, path));
  return reason === null || looking ? null : <Banner tone="wait">{words().versions.readOnly(reason)}</Banner>;
}

function DiskChanged() {
  const path = useStudio((state) => state.document?.path ?? '');
  const conflict = useVersions((state) => state.conflicts[path]);
  const draft = useStudio((state) => isDraft(state.document));
  if (conflict === undefined) return null;
  if (conflict.gone)
    return (
      <Banner
        tone="wait"
        acts={
          <>
            <Button size="compact-sm" onClick={() => void keepMine(path)}>
              {words().versions.conflict.again}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => void askToClose(path)}>
              {words().versions.conflict.close}
            </Button>
          </>
        }
      >
        {words().versions.conflict.gone(path, draft)}
      </Banner>
    );
  return (
    <Banner
      tone="wait"
      acts={
        <Button size="compact-sm" onClick={() => tell({ dialog: 'conflict' })}>
          {words().versions.conflict.decide}
        </Button>
      }
    >
      {words().versions.conflict.banner(path)}
    </Banner>
  );
}

function LostDrafts() {
  const lost = useVersions((state) => state.lost);
  const [first] = lost;
  if (first === undefined) return null;
  const title = readFlow(first.text, KINDS).flow?.about.title ?? first.path;
  const when = clockTime(first.at);
  const said = words().versions.lost;
  const isCase = lost.length === 1 && caseOf(first)?.drawn === false;
  return (
    <Banner
      tone="wait"
      acts={
        <Button size="compact-sm" onClick={() => tell({ dialog: 'lost' })}>
          {said.look}
        </Button>
      }
    >
      <span title={exactTime(first.at)}>
        {isCase ? said.caseBanner(title, when) : said.banner(lost.length, title, when)}
      </span>
    </Banner>
  );
}

/** Shown where no dialog and no panel of this room shows it. */
function Failed() {
  const error = useVersions((state) => (state.dialog === null ? state.error : null));
  const folded = useStudio((state) => !(state.session.foldOpen && state.session.foldTab === 'diff'));
  if (error === null || !folded) return null;
  return (
    <div className="banner-error">
      <ErrorNote error={error} />
      <button
        type="button"
        className="plain icon"
        aria-label={words().shell.dismiss}
        onClick={() => tell({ error: null })}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}
