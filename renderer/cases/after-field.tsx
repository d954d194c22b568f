import { NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { durationParts, durationText, UNITS, type Unit } from '../inspector/duration-parts.ts';
import { words } from '../words/index.ts';

interface AfterFieldProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** How much time passes first; none where it is empty. */
export function AfterField({ value, onChange }: AfterFieldProps) {
  const said = words().making;
  /** The unit that a person is writing in. */
  const [chosen, setChosen] = useState<Unit | null>(null);
  const parts = value === undefined ? null : durationParts(value, chosen);
  const unit: Unit = parts?.unit ?? chosen ?? 'h';
  const set = (count: number, to: Unit) => {
    setChosen(to);
    onChange(durationText(count, to));
  };
  return (
    <div className="row after-field">
      <NumberInput
        label={said.after}
        w={76}
        min={0}
        allowDecimal={false}
        placeholder="0"
        value={parts?.count ?? ''}
        onChange={(next) => (next === '' || Number(next) === 0 ? onChange(undefined) : set(Number(next), unit))}
      />
      <Select
        aria-label={said.afterUnit}
        w={96}
        data={UNITS.map((one) => ({ value: one.unit, label: words().units[one.unit] }))}
        value={unit}
        disabled={parts === null}
        allowDeselect={false}
        onChange={(next) => {
          const to = UNITS.find((one) => one.unit === next)?.unit;
          if (to !== undefined && parts !== null) set(parts.count, to);
        }}
      />
    </div>
  );
}
