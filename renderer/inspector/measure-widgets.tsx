import { NumberInput, Select, Slider, Switch } from '@mantine/core';
import { useState } from 'react';
import { own } from '../document/describe.ts';
import { percent } from '../ui/format.ts';
import { NumberField } from '../ui/number-field.tsx';
import { words } from '../words/index.ts';
import { durationParts, durationText, UNITS, type Unit } from './duration-parts.ts';
import { FieldFrame } from './field-frame.tsx';
import { textOf, useField, type WidgetProps } from './use-field.ts';

/** How long, as a number of one unit, and whether there is a limit at all. */
export function DurationWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  /** The unit that a person is writing in. */
  const [chosen, setChosen] = useState<Unit | null>(null);
  const parts = durationParts(textOf(field.value), chosen) ?? { count: 0, unit: chosen ?? 'h' };
  const set = (count: number, unit: Unit) => {
    setChosen(unit);
    field.set(durationText(count, unit));
  };
  // A limit that nobody set may be missing as well as null.
  const given = typeof field.value === 'string';
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      refused={field.fault}
      aside={
        spec.nullable ? (
          <Switch
            aria-label={words().inspector.limited(spec.label)}
            checked={given}
            aria-readonly={field.form.readOnly}
            onChange={(event) => field.set(event.currentTarget.checked ? (spec.example ?? 'P1D') : null)}
          />
        ) : null
      }
    >
      {given ? (
        <div className="row">
          <NumberInput
            aria-label={spec.label}
            className="grow"
            min={0}
            allowDecimal={false}
            value={parts.count}
            readOnly={field.form.readOnly}
            onChange={(next) => set(Number(next), parts.unit)}
            onBlur={field.form.done}
          />
          <Select
            aria-label={words().inspector.unit(spec.label)}
            className="grow"
            data={UNITS.map(({ unit }) => ({ value: unit, label: words().units[unit] }))}
            value={parts.unit}
            readOnly={field.form.readOnly}
            onChange={(next) => set(parts.count, UNITS.find((one) => one.unit === next)?.unit ?? parts.unit)}
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
        spec.nullable ? (
          <Switch
            aria-label={words().inspector.ownShare(spec.label)}
            checked={given}
            aria-readonly={readOnly}
            onChange={(event) => field.set(event.currentTarget.checked ? (bar ?? 0.8) : null)}
          />
        ) : null
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
