import { useDeferredValue, useMemo, useState } from 'react';
import type { DecisionTable } from '../../../engine/dmn/table.ts';
import { tryTable, type TableTrial } from '../../../engine/dmn/try-table.ts';
import type { FeelScopeTypes } from '../../../engine/feel/index.ts';
import { fieldsOf, givenBy, type TryField } from './fields.ts';

export interface Trial {
  readonly open: boolean;
  readonly fields: readonly TryField[];
  readonly texts: ReadonlyMap<string, string>;
  readonly faults: ReadonlySet<string>;
  /** Null until a value was given. */
  readonly result: TableTrial | null;
  readonly setOpen: (open: boolean) => void;
  readonly setTexts: (texts: ReadonlyMap<string, string>) => void;
}

const NONE: readonly TryField[] = [];

/** The values that a person tries a table with, and what it says to them; worked out while the panel is open. */
export function useTrial(table: DecisionTable, scope: FeelScopeTypes): Trial {
  const [open, setOpen] = useState(false);
  const [now] = useState(() => Date.now());
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(() => new Map());
  // A long table is tried after the key that changed it was shown.
  const tried = useDeferredValue(table);
  const fields = useMemo(() => (open ? fieldsOf(tried, scope) : NONE), [open, tried, scope]);
  const given = useMemo(() => givenBy(fields, texts), [fields, texts]);
  const { values, faults } = useDeferredValue(given);
  const isGiven = open && [...texts.values()].some((text) => text !== '');
  const result = useMemo(
    () => (isGiven && faults.size === 0 ? tryTable(tried, scope, values, { now }) : null),
    [isGiven, faults, tried, scope, values, now],
  );
  return { open, fields, texts, faults: given.faults, result, setOpen, setTexts };
}
