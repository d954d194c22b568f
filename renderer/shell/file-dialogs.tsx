import { Button } from '@mantine/core';
import { closeFlow, saveFlow } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words/index.ts';

const close = () => transit((state) => present(state, { dialog: null }));

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
