import { Button, TextInput } from '@mantine/core';
import { ShieldAlert, Sparkles } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { About } from '../../engine/flow/document.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import type { Template } from '../../engine/studio/contract-templates.ts';
import { createFlow, service } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAnswer } from '../ui/use-answer.ts';
import { words } from '../words/index.ts';
import { AboutFields } from './about-fields.tsx';
import { openTemplate } from './acts.ts';

const close = () => transit((state) => present(state, { dialog: null }));

const NOTHING: About = {
  title: '',
  purpose: '',
  businessOwner: '',
  flowOwner: '',
  objective: { text: '', baseline: '', target: '' },
};

/** A new flow: what is decided and what for; with nothing on its canvas, or as a copy of a template. */
export function NewFlowDialog() {
  const dialog = useStudio((state) => state.presence.dialog);
  const empty = dialog?.dialog === 'create flow';
  const template = dialog?.dialog === 'template' ? dialog.name : null;
  return (
    <>
      <Dialog opened={empty} onClose={close} title={words().create.title} size={520}>
        {empty ? <Ask begin={NOTHING} act={words().create.act} make={makeEmpty} /> : null}
      </Dialog>
      {template === null ? null : <FromTemplate name={template} />}
    </>
  );
}

async function makeEmpty({ title, ...about }: About): Promise<ErrorShape | null> {
  const failed = await createFlow(title, about);
  if (failed === null) transit((state) => arranged(state, { view: 'flows' }));
  return failed;
}

function FromTemplate({ name }: { name: string }) {
  const { answer, error } = useAnswer(useCallback(() => service().call('templates', {}), []));
  const template = answer?.templates.find((one) => one.name === name);
  if (template === undefined && error === null) return null;
  return (
    <Dialog opened onClose={close} title={words().newFlow.fromTemplate(template?.about.title ?? name)} size={520}>
      {error === null ? null : <ErrorNote error={error} />}
      {template === undefined ? null : (
        <Ask begin={template.about} act={words().newFlow.act} make={(about) => openTemplate(name, about)}>
          <Comes template={template} />
        </Ask>
      )}
    </Dialog>
  );
}

/** What comes with a template that has to be known: its model's limits, and what may then happen without a person. */
function Comes({ template: { models, alone } }: { template: Template }) {
  return (
    <div className="stack">
      {models.map(({ name, limits }) => (
        <p key={name} className="row top small">
          <Sparkles size={14} className="mark ai" aria-hidden />
          <span>{limits}</span>
        </p>
      ))}
      {alone.length === 0 ? null : (
        <p className="row top small">
          <ShieldAlert size={14} className="mark wait" aria-hidden />
          <span>
            {words().newFlow.policy(alone.map(({ action, field, max }) => words().start.aloneUpTo(action, field, max)))}
          </span>
        </p>
      )}
    </div>
  );
}

interface AskProps {
  begin: About;
  act: string;
  make: (about: About) => Promise<ErrorShape | null>;
  children?: React.ReactNode;
}

/** Asks what a flow is called and what it is for; only the title has to be given. */
function Ask({ begin, act, make, children }: AskProps) {
  const [about, setAbout] = useState(begin);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const title = about.title.trim();
  const go = async () => {
    setBusy(true);
    setError(null);
    const failed = await make({ ...about, title });
    setBusy(false);
    setError(failed);
    if (failed === null) close();
  };
  return (
    <form
      className="stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        if (title !== '') void go();
      }}
    >
      <TextInput
        data-autofocus
        label={words().create.name}
        description={words().create.help}
        placeholder={words().create.example}
        maxLength={120}
        value={about.title}
        onChange={(event) => setAbout({ ...about, title: event.target.value })}
      />
      <fieldset className="about-ask">
        <legend>{words().newFlow.about}</legend>
        <p className="small quiet">{words().newFlow.aboutHelp}</p>
        <AboutFields about={about} onChange={setAbout} />
      </fieldset>
      {children}
      {error === null ? null : <ErrorNote error={error} />}
      <div className="dialog-foot">
        <Button type="submit" fullWidth loading={busy} disabled={title === ''}>
          {act}
        </Button>
      </div>
    </form>
  );
}
