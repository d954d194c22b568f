import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import { writeFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { extractSteps, type Extraction } from '../document/extract.ts';
import { placesOf } from '../document/tidy.ts';
import { edit, freshId, selectNodes } from '../state/edit.ts';
import { loadWorkspace, service } from '../state/files.ts';
import { flowOf, surroundingsOf, transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { tell } from '../ui/notice.ts';
import { focusNode } from './viewport.ts';
import { words } from '../words/index.ts';

const leave = (): void => transit((state) => present(state, { dialog: null }));

/** The selected steps become a flow of their own: its name is asked for, or it is said why they cannot. */
export function ExtractDialog() {
  const opened = useStudio(({ presence, document }) => presence.dialog?.dialog === 'extract' && document !== null);
  return (
    <Dialog opened={opened} onClose={leave} title={words().canvas.extract.title} size={480}>
      {opened ? <Form /> : null}
    </Dialog>
  );
}

/** What extracting what is selected now comes to. */
function extracted(title: string): Extraction | null {
  const state = useStudio.getState();
  const flow = flowOf(state);
  if (flow === null) return null;
  const policy = state.service.workspace?.policy ?? STRICT_POLICY;
  const options = { title, kinds: KINDS, surroundings: surroundingsOf(state), policy, freshId };
  return extractSteps({ ...flow, layout: placesOf(flow) }, state.presence.selection.nodes, options);
}

function Form() {
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const count = useStudio((state) => state.presence.selection.nodes.length);
  const trial = useMemo(() => extracted(words().canvas.extract.title), []);
  if (trial === null) return null;
  if (!trial.ok)
    return (
      <div className="stack">
        <p className="strong">{words().canvas.extract.cannot}</p>
        <p>{trial.why}</p>
      </div>
    );
  const make = async (): Promise<void> => {
    setBusy(true);
    const problem = await extractTo(title.trim());
    setBusy(false);
    setError(problem);
  };
  return (
    <form
      className="stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== '') void make();
      }}
    >
      <p className="quiet">{words().canvas.extract.help(count)}</p>
      <TextInput
        data-autofocus
        label={words().canvas.extract.name}
        value={title}
        maxLength={120}
        onChange={(event) => setTitle(event.target.value)}
      />
      <p className="small quiet">{words().canvas.extract.tests}</p>
      {error === null ? null : <ErrorNote error={error} />}
      <div className="row">
        <Button type="submit" loading={busy} disabled={title.trim() === ''}>
          {words().canvas.extract.make}
        </Button>
      </div>
    </form>
  );
}

/** Writes the new flow, then puts the step that stands for it in place: one step for undo, which leaves the file. */
async function extractTo(title: string): Promise<ErrorShape | null> {
  try {
    const extraction = extracted(title);
    if (extraction === null || !extraction.ok) return null;
    const before = flowOf(useStudio.getState());
    const made = await service().call('createFlow', { title });
    await service().call('saveFlow', { path: made.path, text: writeFlow(extraction.inner), base: made.digest });
    await loadWorkspace();
    leave();
    // The dialog holds the window, so that nobody has drawn meanwhile; if the flow is another all the same, it stays so.
    if (flowOf(useStudio.getState()) !== before) return null;
    edit(words().canvas.extract.did, () => extraction.outer(made.path));
    selectNodes([extraction.step]);
    tell(words().canvas.extract.done(made.path));
    focusNode(extraction.step);
    return null;
  } catch (error) {
    return toErrorShape(error);
  }
}
