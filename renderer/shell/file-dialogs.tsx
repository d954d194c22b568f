import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { closeFlow, saveFlow } from '../state/files.ts';
import { showCase } from '../state/making.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { unsavedIn } from '../state/unsaved.ts';
import { Dialog } from '../ui/dialog.tsx';
import { focusWithin } from '../ui/focus-back.ts';
import { words } from '../words/index.ts';

const close = () => transit((state) => present(state, { dialog: null }));

/** A flow is to be closed of which something is only here: changes to it, a case that is being made, or both. */
export function CloseDraftDialog() {
  const dialog = useStudio((state) => state.presence.dialog);
  const path = dialog?.dialog === 'close draft' ? dialog.path : null;
  const unkept = useStudio((state) => path !== null && unsavedIn(state, path).unkept);
  const said = unkept ? words().tabs.closeCase : words().tabs.closeDraft;
  return (
    <Dialog opened={path !== null} onClose={close} title={said.title} size={unkept ? 560 : 480}>
      {path === null ? null : unkept ? <WithCase path={path} /> : <WithDraft path={path} />}
    </Dialog>
  );
}

async function leave(path: string, save: boolean): Promise<void> {
  close();
  if (!save || (await saveFlow())) closeFlow(path);
}

const useTitle = (): string => useStudio((state) => state.document?.history.present.about.title ?? '');

interface WaysProps {
  path: string;
  text: string;
  drop: string;
  cancel: string;
  /** What comes before leaving without it. */
  children: ReactNode;
}

function Ways({ path, text, drop, cancel, children }: WaysProps) {
  return (
    <div className="stack loose">
      <p>{text}</p>
      <div className="row wrap">
        {children}
        <Button variant="default" color="red" onClick={() => void leave(path, false)}>
          {drop}
        </Button>
        <Button variant="subtle" onClick={close}>
          {cancel}
        </Button>
      </div>
    </div>
  );
}

function WithDraft({ path }: { path: string }) {
  const title = useTitle();
  const { text, save, drop, cancel } = words().tabs.closeDraft;
  return (
    <Ways path={path} text={text(title)} drop={drop} cancel={cancel}>
      <Button data-autofocus onClick={() => void leave(path, true)}>
        {save}
      </Button>
    </Ways>
  );
}

function WithCase({ path }: { path: string }) {
  const title = useTitle();
  const draft = useStudio((state) => unsavedIn(state, path).draft);
  const said = words().tabs.closeCase;
  return (
    <Ways
      path={path}
      text={draft ? said.both(title) : said.text(title)}
      drop={draft ? said.dropBoth : said.drop}
      cancel={said.cancel}
    >
      <Button data-autofocus onClick={goToCase}>
        {said.show}
      </Button>
      {draft ? (
        <Button variant="default" onClick={() => void leave(path, true)}>
          {said.save}
        </Button>
      ) : null}
    </Ways>
  );
}

function goToCase(): void {
  close();
  showCase();
  setTimeout(() => {
    const form = document.querySelector<HTMLElement>('.case-form');
    if (form !== null) focusWithin(form);
  });
}
