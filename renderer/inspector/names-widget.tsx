import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldsSchema } from '../../engine/flow/document.ts';
import { splitValues } from '../document/split-values.ts';
import { FieldFrame } from './field-frame.tsx';
import { FieldsEditor } from './fields-editor.tsx';
import { useField, type WidgetProps } from './use-field.ts';

/** A few names in one line, with commas between. They are taken when the line is left. */
export function NamesWidget(props: WidgetProps) {
  const names = Array.isArray(props.value) ? props.value.filter((name) => typeof name === 'string') : [];
  return <NamesLine key={names.join()} {...props} names={names} />;
}

function NamesLine({ spec, path, value, names }: WidgetProps & { names: readonly string[] }) {
  const field = useField({ path, value });
  const [text, setText] = useState(names.join(', '));
  const keep = () => {
    const next = splitValues(text);
    if (next.join() !== names.join()) field.set(next);
    field.form.done();
  };
  return (
    <TextInput
      label={spec.label}
      description={spec.help}
      placeholder={spec.example ?? ''}
      value={text}
      error={field.fault}
      readOnly={field.form.readOnly}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur();
      }}
    />
  );
}

/** Declared fields, such as those of a message. */
export function FieldsWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const fields = fieldsSchema.safeParse(value);
  return (
    <FieldFrame label={spec.label} help={spec.help} refused={field.fault}>
      <FieldsEditor fields={fields.data ?? {}} readOnly={field.form.readOnly} onChange={field.set} />
    </FieldFrame>
  );
}
