import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ErrorShape } from '../../engine/flow/error.ts';
import { createFlow, openFlow, saveFlow } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words.ts';

const close = () => transit((state) => present(state, { dialog: null }));

/** A new flow, by its title. */
export function CreateFlowDialog() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'create flow');
  return (
    <Dialog opened={opened} onClose={close} title={words.create.title} size={440}>
      {opened ? <Create /> : null}
    </Dialog>
  );
}

function Create() {
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const act = async () => {
    setBusy(true);
    const failed = await createFlow(title.trim());
    setBusy(false);
    setError(failed);
    if (failed === null) close();
  };
  return (
    <form
      className="stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== '') void act();
      }}
    >
      <TextInput
        data-autofocus
        label={words.create.name}
        description={words.create.help}
        placeholder={words.create.example}
        maxLength={120}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      {error === null ? null : <ErrorNote error={error} />}
      <Button type="submit" loading={busy} disabled={title.trim() === ''}>
        {words.create.act}
      </Button>
    </form>
  );
}

/** The file changed on disk while it was changed here: nothing is overwritten without a word. */
export function FileChangedDialog() {
  const dialog = useStudio((state) => state.presence.dialog);
  const path = dialog?.dialog === 'file changed' ? dialog.path : null;
  return (
    <Dialog opened={path !== null} onClose={close} title={words.fileChanged.title} size={480}>
      <div className="stack loose">
        <p>{words.fileChanged.text(path ?? '')}</p>
        <div className="row wrap">
          <Button
            onClick={() => {
              close();
              void saveFlow(true);
            }}
          >
            {words.fileChanged.mine}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              close();
              if (path !== null) void openFlow(path);
            }}
          >
            {words.fileChanged.theirs}
          </Button>
          <Button variant="subtle" onClick={close}>
            {words.fileChanged.cancel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Another flow is to be opened while this one has changes that are not saved. */
export function LeaveDraftDialog() {
  const dialog = useStudio((state) => state.presence.dialog);
  const title = useStudio((state) => state.document?.history.present.about.title ?? '');
  const to = dialog?.dialog === 'leave draft' ? dialog.to : null;
  const go = async (save: boolean) => {
    close();
    if (to !== null && (!save || (await saveFlow()))) await openFlow(to);
  };
  return (
    <Dialog opened={to !== null} onClose={close} title={words.leave.title} size={480}>
      <div className="stack loose">
        <p>{words.leave.text(title)}</p>
        <div className="row wrap">
          <Button onClick={() => void go(true)}>{words.leave.save}</Button>
          <Button variant="default" color="red" onClick={() => void go(false)}>
            {words.leave.drop}
          </Button>
          <Button variant="subtle" onClick={close}>
            {words.leave.cancel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
