import { Textarea, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { aboutSchema, type About, type Fields, type Flow } from '../../engine/flow/document.ts';
import { setAbout, setInput } from '../document/commands.ts';
import { edit, endGesture, renameInputTo } from '../state/edit.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { FieldsEditor } from './fields-editor.tsx';

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
      <AboutForm about={flow.about} readOnly={readOnly} />
      <section className="panel-part">
        <h3>{words().flow.input}</h3>
        <p className="field-help">{words().flow.inputHelp}</p>
        <FieldsEditor fields={flow.input} readOnly={readOnly} onChange={put} onRename={renameInputTo} />
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
  const objective = (key: 'text' | 'baseline' | 'target', value: string) =>
    put({ ...about, objective: { ...about.objective, [key]: value } }, key);
  const common = { disabled: readOnly, onBlur: endGesture };
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
      <Textarea
        id="about-purpose"
        label={words().flow.purpose}
        placeholder={words().flow.examples.purpose}
        description={words().flow.purposeHelp}
        autosize
        minRows={2}
        maxLength={2000}
        value={about.purpose}
        {...common}
        onChange={(event) => put({ ...about, purpose: event.target.value }, 'purpose')}
      />
      <div className="two">
        <Textarea
          autosize
          minRows={1}
          id="about-businessOwner"
          label={words().flow.businessOwner}
          placeholder={words().flow.examples.businessOwner}
          value={about.businessOwner}
          maxLength={120}
          {...common}
          onChange={(event) => put({ ...about, businessOwner: event.target.value }, 'businessOwner')}
        />
        <Textarea
          autosize
          minRows={1}
          id="about-flowOwner"
          label={words().flow.flowOwner}
          placeholder={words().flow.examples.flowOwner}
          value={about.flowOwner}
          maxLength={120}
          {...common}
          onChange={(event) => put({ ...about, flowOwner: event.target.value }, 'flowOwner')}
        />
      </div>
      <Textarea
        autosize
        minRows={1}
        id="about-objective-text"
        label={words().flow.objective}
        placeholder={words().flow.examples.objective}
        description={words().flow.objectiveHelp}
        value={about.objective.text}
        maxLength={500}
        {...common}
        onChange={(event) => objective('text', event.target.value)}
      />
      <div className="two">
        <Textarea
          autosize
          minRows={1}
          id="about-objective-baseline"
          label={words().flow.baseline}
          placeholder={words().flow.examples.baseline}
          value={about.objective.baseline}
          maxLength={120}
          {...common}
          onChange={(event) => objective('baseline', event.target.value)}
        />
        <Textarea
          autosize
          minRows={1}
          id="about-objective-target"
          label={words().flow.target}
          placeholder={words().flow.examples.target}
          value={about.objective.target}
          maxLength={120}
          {...common}
          onChange={(event) => objective('target', event.target.value)}
        />
      </div>
    </div>
  );
}

const put = (input: Fields) => edit(words().did.input, (flow) => setInput(flow, input));
