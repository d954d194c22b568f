import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { aboutSchema, type About, type Fields, type Flow } from '../../engine/flow/document.ts';
import { setAbout, setInput } from '../document/commands.ts';
import { edit, endGesture, renameInputTo } from '../state/edit.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { AboutFields } from '../start/about-fields.tsx';
import { AboutNotice } from '../start/about-notice.tsx';
import { FieldsEditor } from './fields-editor.tsx';
import { PendingRenames } from './pending-renames.tsx';

/** The inspector of the flow itself: what it is for, and what a case brings with it. */
export function FlowPanel({ flow }: { flow: Flow }) {
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const pointedAt = useStudio((state) => state.presence.pointedAt);
  useEffect(() => {
    if (pointedAt !== null) document.getElementById(pointedAt.join('-'))?.focus();
  }, [pointedAt]);
  return (
    <>
      <header className="panel-head">
        <h2 className="grow">{words().flow.title}</h2>
      </header>
      <AboutNotice about={flow.about} />
      <AboutForm about={flow.about} readOnly={readOnly} />
      <section className="panel-part">
        <h3>{words().flow.input}</h3>
        <p className="field-help">{words().flow.inputHelp}</p>
        <FieldsEditor fields={flow.input} readOnly={readOnly} onChange={put} onRename={renameInputTo} />
        <PendingRenames />
      </section>
    </>
  );
}

function AboutForm({ about, readOnly }: { about: About; readOnly: boolean }) {
  const [untitled, setUntitled] = useState(false);
  const put = (next: About, field: string) => {
    const valid = aboutSchema.safeParse(next).success;
    setUntitled(next.title === '');
    if (valid) edit(words().did.about, (flow) => setAbout(flow, next), `about ${field}`);
  };
  const common = { readOnly, onBlur: endGesture };
  return (
    <div className="form">
      <TextInput
        id="about-title"
        label={words().flow.name}
        value={untitled ? '' : about.title}
        error={untitled ? words().flow.nameMissing : undefined}
        maxLength={120}
        {...common}
        onChange={(event) => put({ ...about, title: event.target.value }, 'title')}
      />
      <AboutFields about={about} disabled={readOnly} onBlur={endGesture} onChange={put} />
    </div>
  );
}

const put = (input: Fields) => edit(words().did.input, (flow) => setInput(flow, input));
