import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { shownNumber, typedNumber } from './typed-number.ts';

interface NumberFieldProps extends Omit<NumberInputProps, 'value' | 'defaultValue' | 'onChange'> {
  value: number | null;
  /** Null for what is no number yet. */
  onChange: (value: number | null) => void;
}

/** A field for any number. What is on the way to one, such as `12.`, stays as it was typed. */
export function NumberField({ value, onChange, onBlur, ...more }: NumberFieldProps) {
  const [typed, setTyped] = useState<string | number>('');
  return (
    <NumberInput
      {...more}
      value={shownNumber(typed, value)}
      onChange={(next) => {
        setTyped(next);
        onChange(typedNumber(next));
      }}
      onBlur={(event) => {
        setTyped('');
        onBlur?.(event);
      }}
    />
  );
}
