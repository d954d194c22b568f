import { NumberInput, Select, Slider, Switch } from '@mantine/core';
import { useState } from 'react';
import { own } from '../document/describe.ts';
import { percent } from '../ui/format.ts';
import { NumberField } from '../ui/number-field.tsx';
import { words } from '../words/index.ts';
import { UNITS } from './duration-parts.ts';
import { useDuration } from './use-duration.ts';
import { FieldFrame } from './field-frame.tsx';
import { textOf, useField, type WidgetProps } from './use-field.ts';

/** How long, as a number of one unit, and whether there is a limit at all. */
export function DurationWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const { parts, unit, set } = useDuration(textOf(field.value), field.set);
  const count = parts?.count ?? 0;
  // A limit that nobody set may be missing as well as null.
  const given = typeof field.value === 'string';
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      refused={field.fault}
      aside={
        <Given
          spec={spec}
          field={field}
          label={words().inspector.limited(spec.label)}
          given={given}
          first={spec.example ?? 'P1D'}
        />
      }
    >
      {given ? (
        <div className="row">
          <NumberInput
            aria-label={spec.label}
            className="grow"
            min={0}
            allowDecimal={false}
            value={count}
            readOnly={field.form.readOnly}
            onChange={(next) => set(Number(next), unit)}
            onBlur={field.form.done}
          />
          <Select
            aria-label={words().inspector.unit(spec.label)}
            className="grow"
            data={UNITS.map((one) => ({ value: one.unit, label: words().units[one.unit] }))}
            value={unit}
            readOnly={field.form.readOnly}
            onChange={(next) => set(count, UNITS.find((one) => one.unit === next)?.unit ?? unit)}
          />
        </div>
      ) : (
        <p className="quiet">{words().inspector.noLimit}</p>
      )}
    </FieldFrame>
  );
}

/** A share from 0 to 1, by a slider or as a number; or the model's own. */
export function ShareWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const { config, surroundings, readOnly } = field.form;
  const bar = typeof config['model'] === 'string' ? own(surroundings.models, config['model'])?.bar : undefined;
  const share = typeof field.value === 'number' ? field.value : null;
  /** While it is being written the field stays, also where it is empty for a moment. */
  const [writing, setWriting] = useState(false);
  const given = writing || (field.value !== null && field.value !== undefined);
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      refused={field.fault}
      aside={
        <Given
          spec={spec}
          field={field}
          label={words().inspector.ownShare(spec.label)}
          given={given}
          first={bar ?? 0.8}
        />
      }
    >
      {!given ? (
        <p className="quiet">{bar === undefined ? words().inspector.modelsOwn : words().inspector.modelsOwnBar(bar)}</p>
      ) : (
        <div className="row">
          <Slider
            className="grow"
            thumbLabel={spec.label}
            min={0}
            max={1}
            step={0.01}
            label={percent}
            value={share ?? bar ?? 0}
            disabled={readOnly}
            onChange={(next) => field.set(Math.round(next * 100) / 100)}
            onChangeEnd={field.form.done}
          />
          <NumberField
            aria-label={spec.label}
            w={76}
            min={0}
            max={1}
            step={0.01}
            decimalScale={4}
            value={share}
            readOnly={readOnly}
            onChange={field.set}
            onFocus={() => setWriting(true)}
            onBlur={() => {
              setWriting(false);
              field.form.done();
            }}
          />
        </div>
      )}
    </FieldFrame>
  );
}

interface GivenProps {
  spec: WidgetProps['spec'];
  field: ReturnType<typeof useField>;
  label: string;
  given: boolean;
  /** What it is when it is switched on. */
  first: string | number;
}

/** Switches between a value of its own and none, where there may be none. */
function Given({ spec, field, label, given, first }: GivenProps) {
  if (!spec.nullable) return null;
  return (
    <Switch
      aria-label={label}
      checked={given}
      aria-readonly={field.form.readOnly}
      onChange={(event) => field.set(event.currentTarget.checked ? first : null)}
    />
  );
}
