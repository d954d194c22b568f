import { Button, Textarea, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import type { VersionEntry } from '../../engine/studio/contract-versions.ts';
import { useStudio } from '../state/store.ts';
import { isDraft } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { exactTime, fromNow } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { look, restore, saveVersion, startComparison } from './acts.ts';
import { stateOf, tell, useVersions, versionsFor } from './store.ts';
import { words } from '../words/index.ts';

const close = () => tell({ dialog: null, error: null });

/** The versions of the open flow, and the form that sets down the next. */
export function VersionsDialog() {
  const opened = useVersions((state) => state.dialog === 'versions');
  const title = useStudio((state) => state.document?.history.present.about.title ?? '');
  return (
    <Dialog opened={opened} onClose={close} title={words().versions.list.title(title)} size={640}>
      {opened ? <Versions /> : null}
    </Dialog>
  );
}

function Versions() {
  const document = useStudio((state) => state.document);
  const versions = useVersions((state) => versionsFor(state, document?.path));
  const damaged = useVersions((state) => (document === null ? undefined : state.lists[document.path]?.errors)) ?? [];
  const error = useVersions((state) => state.error);
  const { draft, version } = stateOf(versions, document, isDraft(document));
  return (
    <div className="stack loose">
      {document?.readOnly === null ? <SaveForm newest={versions[0] ?? null} same={draft ? null : version} /> : null}
      {error === null ? null : <ErrorNote error={error} />}
      {versions.length === 0 && damaged.length === 0 ? <p className="quiet">{words().versions.list.none}</p> : null}
      <ul className="version-list">
        {versions.map((one) => (
          <VersionRow key={one.number} version={one} current={!draft && one === version} />
        ))}
      </ul>
      {damaged.map((one) => (
        <div key={one.where?.file ?? one.message}>
          <p className="small quiet">
            {words().versions.list.damaged}: {one.where?.file}
          </p>
          <ErrorNote error={one} />
        </div>
      ))}
    </div>
  );
}

function SaveForm({ newest, same }: { newest: VersionEntry | null; same: VersionEntry | null }) {
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const saving = useRef(false);
  /** The form goes once it has done its work: the keyboard, which was in it, stays in the dialog. */
  const takeOver = (said: HTMLElement | null): void => {
    if (said === null || !saving.current) return;
    saving.current = false;
    said.focus();
  };
  if (same !== null)
    return (
      <p className="quiet" tabIndex={-1} ref={takeOver}>
        {words().versions.list.save.same(same.number)}
      </p>
    );
  const act = async () => {
    setBusy(true);
    saving.current = true;
    const done = await saveVersion(name.trim(), note.trim());
    setBusy(false);
    if (!done) {
      saving.current = false;
      return;
    }
    setName('');
    setNote('');
  };
  return (
    <form
      className="stack version-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && !busy) void act();
      }}
    >
      <h3>{words().versions.list.save.title((newest?.number ?? 0) + 1)}</h3>
      <TextInput
        data-autofocus
        label={words().versions.list.save.name}
        placeholder={words().versions.list.save.example}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Textarea
        label={words().versions.list.save.note}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <div className="row">
        <Button type="submit" loading={busy} disabled={name.trim() === ''}>
          {words().versions.list.save.act}
        </Button>
        <span className="small quiet">{words().versions.list.save.saving}</span>
      </div>
    </form>
  );
}

function VersionRow({ version, current }: { version: VersionEntry; current: boolean }) {
  const now = useNow();
  const ref = { side: 'version', number: version.number } as const;
  const label = words().versions.versionNamed(version.number, version.name);
  return (
    <li className="version-row">
      <span className="version-number">{words().versions.version(version.number)}</span>
      <div className="grow version-text">
        <p>
          <span className="strong">{version.name}</span>
          {current ? <span className="chip">{words().versions.list.current}</span> : null}
        </p>
        <p className="small quiet" title={`${exactTime(version.at)} · ${version.digest}`}>
          {words().versions.list.by(version.by, fromNow(version.at, now))}
        </p>
        {version.note === '' ? null : <p className="version-note">{version.note}</p>}
      </div>
      <div className="row version-acts">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={words().versions.list.compareWith(label)}
          onClick={() => void startComparison(ref, { side: 'draft' })}
        >
          {words().versions.list.compare}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={words().versions.list.openLabel(label)}
          onClick={() => void look(ref)}
        >
          {words().versions.list.open}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={words().versions.list.restoreLabel(label)}
          disabled={current}
          onClick={() => void restore(ref)}
        >
          {words().versions.list.restore}
        </Button>
      </div>
    </li>
  );
}
