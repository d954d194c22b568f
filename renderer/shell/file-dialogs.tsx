import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ErrorShape } from '../../engine/flow/error.ts';
import { closeFlow, createFlow, saveFlow } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words/index.ts';

const close = () => transit((state) => present(state, { dialog: null }));

/** A new flow, by its title. */
export function CreateFlowDialog() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'create flow');
  return (
    <Dialog opened={opened} onClose={close} title={words().create.title} size={440}>
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
        label={words().create.name}
        description={words().create.help}
        placeholder={words().create.example}
        maxLength={120}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      {error === null ? null : <ErrorNote error={error} />}
      <Button type="submit" loading={busy} disabled={title.trim() === ''}>
        {words().create.act}
      </Button>
    </form>
  );
}

/** A flow with changes that are not saved is to be closed. */
export function CloseDraftDialog() {
  const dialog = useStudio((state) => state.presence.dialog);
  const path = dialog?.dialog === 'close draft' ? dialog.path : null;
  const title = useStudio((state) => state.document?.history.present.about.title ?? '');
  const go = async (save: boolean) => {
    close();
    if (path !== null && (!save || (await saveFlow()))) closeFlow(path);
  };
  return (
    <Dialog opened={path !== null} onClose={close} title={words().tabs.closeDraft.title} size={480}>
      <div className="stack loose">
        <p>{words().tabs.closeDraft.text(title)}</p>
        <div className="row wrap">
          <Button data-autofocus onClick={() => void go(true)}>
            {words().tabs.closeDraft.save}
          </Button>
          <Button variant="default" color="red" onClick={() => void go(false)}>
            {words().tabs.closeDraft.drop}
          </Button>
          <Button variant="subtle" onClick={close}>
            {words().tabs.closeDraft.cancel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
