import { NumberInput, Select } from '@mantine/core';
import { UNITS } from '../inspector/duration-parts.ts';
import { useDuration } from '../inspector/use-duration.ts';
import { words } from '../words/index.ts';

interface AfterFieldProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** How much time passes first; none where it is empty. */
export function AfterField({ value, onChange }: AfterFieldProps) {
  const said = words().making;
  const { parts, unit, set } = useDuration(value ?? '', onChange);
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
