import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  aboutSchema,
  fieldSchema,
  nameSchema,
  type About,
  type Field,
  type Fields,
  type Flow,
} from '../../engine/flow/document.ts';
import { setAbout, setInput } from '../document/commands.ts';
import { splitValues } from '../document/table-edits.ts';
import { edit, endGesture } from '../state/edit.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words.ts';

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
        <h2 className="grow">{words.flow.title}</h2>
      </header>
      <AboutForm about={flow.about} readOnly={readOnly} />
      <section className="panel-part">
        <h3>{words.flow.input}</h3>
        <p className="field-help">{words.flow.inputHelp}</p>
        <InputFields input={flow.input} readOnly={readOnly} />
      </section>
    </>
  );
}

function AboutForm({ about, readOnly }: { about: About; readOnly: boolean }) {
  const [untitled, setUntitled] = useState(false);
  const put = (next: About, field: string) => {
    const valid = aboutSchema.safeParse(next).success;
    setUntitled(next.title === '');
    if (valid) edit(words.did.about, (flow) => setAbout(flow, next), `about ${field}`);
  };
  const objective = (key: 'text' | 'baseline' | 'target', value: string) =>
    put({ ...about, objective: { ...about.objective, [key]: value } }, key);
  const common = { disabled: readOnly, onBlur: endGesture };
  return (
    <div className="form">
      <TextInput
        id="about-title"
        label={words.flow.name}
        value={untitled ? '' : about.title}
        error={untitled ? words.flow.nameMissing : undefined}
        maxLength={120}
        {...common}
        onChange={(event) => put({ ...about, title: event.target.value }, 'title')}
      />
      <Textarea
        id="about-purpose"
        label={words.flow.purpose}
        placeholder={words.flow.examples.purpose}
        description={words.flow.purposeHelp}
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
          label={words.flow.businessOwner}
          placeholder={words.flow.examples.businessOwner}
          value={about.businessOwner}
          maxLength={120}
          {...common}
          onChange={(event) => put({ ...about, businessOwner: event.target.value }, 'businessOwner')}
        />
        <Textarea
          autosize
          minRows={1}
          id="about-flowOwner"
          label={words.flow.flowOwner}
          placeholder={words.flow.examples.flowOwner}
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
        label={words.flow.objective}
        placeholder={words.flow.examples.objective}
        description={words.flow.objectiveHelp}
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
          label={words.flow.baseline}
          placeholder={words.flow.examples.baseline}
          value={about.objective.baseline}
          maxLength={120}
          {...common}
          onChange={(event) => objective('baseline', event.target.value)}
        />
        <Textarea
          autosize
          minRows={1}
          id="about-objective-target"
          label={words.flow.target}
          placeholder={words.flow.examples.target}
          value={about.objective.target}
          maxLength={120}
          {...common}
          onChange={(event) => objective('target', event.target.value)}
        />
      </div>
    </div>
  );
}

const TYPES = fieldSchema.options.map((option) => option.shape.type.value);

const put = (input: Fields, gesture?: string) => edit(words.did.input, (flow) => setInput(flow, input), gesture);

function InputFields({ input, readOnly }: { input: Fields; readOnly: boolean }) {
  const entries = Object.entries(input);
  const add = () => {
    let number = entries.length + 1;
    while (Object.hasOwn(input, words.flow.newField(number))) number++;
    put({ ...input, [words.flow.newField(number)]: { type: 'string' } });
  };
  return (
    <>
      {entries.map(([name, field]) => (
        <InputField
          key={name}
          name={name}
          field={field}
          readOnly={readOnly}
          isTaken={(other) => other !== name && Object.hasOwn(input, other)}
          onRename={(to) =>
            put(Object.fromEntries(entries.map((entry) => (entry[0] === name ? [to, entry[1]] : entry))))
          }
          onChange={(next) => put({ ...input, [name]: next })}
          onRemove={() => put(Object.fromEntries(entries.filter(([other]) => other !== name)))}
        />
      ))}
      <button type="button" className="plain add" disabled={readOnly} onClick={add}>
        <Plus size={14} aria-hidden />
        {words.flow.addField}
      </button>
    </>
  );
}

interface InputFieldProps {
  name: string;
  field: Field;
  readOnly: boolean;
  isTaken: (name: string) => boolean;
  onRename: (name: string) => void;
  onChange: (field: Field) => void;
  onRemove: () => void;
}

function InputField({ name, field, readOnly, isTaken, onRename, onChange, onRemove }: InputFieldProps) {
  const [text, setText] = useState(name);
  const wish = text.trim();
  const fault = isTaken(wish) ? words.inspector.taken : nameSchema.safeParse(wish).success ? null : words.flow.badName;
  const flag = (key: 'personal' | 'optional' | 'protected', on: boolean): void => {
    const { [key]: _before, ...rest } = field;
    onChange(fieldSchema.parse(on ? { ...rest, [key]: true } : rest));
  };
  const retype = (type: string | null): void => {
    const { type: _type, values: _values, ...rest } = { values: undefined, ...field };
    const next = fieldSchema.safeParse({ ...rest, type });
    if (next.success) onChange(next.data);
  };
  return (
    <div className="named">
      <div className="row top">
        <TextInput
          className="grow"
          aria-label={words.flow.fieldName(name)}
          value={text}
          error={fault}
          disabled={readOnly}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => (fault === null && wish !== name ? onRename(wish) : fault === null || setText(name))}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur();
          }}
        />
        <Select
          aria-label={words.flow.fieldType(name)}
          w={132}
          data={TYPES.map((type) => ({ value: type, label: words.types[type] }))}
          value={field.type}
          disabled={readOnly}
          onChange={retype}
        />
        <button
          type="button"
          className="plain icon"
          aria-label={words.inspector.remove(name)}
          title={words.inspector.remove(name)}
          disabled={readOnly}
          onClick={onRemove}
        >
          <Trash2 size={14} aria-hidden />
        </button>
      </div>
      {field.type === 'string' ? (
        <FieldValues
          key={(field.values ?? []).join()}
          name={name}
          values={field.values ?? []}
          readOnly={readOnly}
          onKeep={(values) => onChange(values.length === 0 ? withoutValues(field) : { ...field, values })}
        />
      ) : null}
      <div className="row flags">
        {(['personal', 'optional', 'protected'] as const).map((key) => (
          <Switch
            key={key}
            label={words.flow.flags[key]}
            title={words.flow.flagHelp[key]}
            checked={field[key] === true}
            disabled={readOnly}
            onChange={(event) => flag(key, event.currentTarget.checked)}
          />
        ))}
      </div>
    </div>
  );
}

function withoutValues(field: Field): Field {
  const { values: _values, ...rest } = { values: undefined, ...field };
  return rest;
}

function FieldValues({
  name,
  values,
  readOnly,
  onKeep,
}: {
  name: string;
  values: readonly string[];
  readOnly: boolean;
  onKeep: (values: string[]) => void;
}) {
  const [text, setText] = useState(values.join(', '));
  return (
    <TextInput
      aria-label={words.flow.fieldValues(name)}
      placeholder={words.flow.anyText}
      value={text}
      disabled={readOnly}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        const next = splitValues(text);
        if (next.join() !== values.join()) onKeep(next);
      }}
    />
  );
}
