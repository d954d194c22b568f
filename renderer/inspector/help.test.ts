import { expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { fieldsOf, type FieldSpec } from './schema-form.ts';

/** Chosen or switched, not written; and what has a face of its own that explains itself. */
const NOT_WRITTEN =
  /^(choice|switch|model|connection|action|flow|results|fields|several|choices|fallback|group|table|dmn model|list|json)$/;

interface Gap {
  field: string;
  lacks: string;
}

function gapsIn(fields: readonly FieldSpec[], at: string): Gap[] {
  return fields.flatMap((field): Gap[] => {
    const place = `${at}.${field.key}`;
    // The items of facts are lines with a label and a formula of the list's own example.
    const within =
      field.control === 'facts' || field.control.includes('table') || field.control === 'dmn model'
        ? []
        : gapsIn(field.fields, place);
    return [
      ...(field.help === null ? [{ field: place, lacks: 'help' }] : []),
      ...(field.example === null && !NOT_WRITTEN.test(field.control) ? [{ field: place, lacks: 'example' }] : []),
      ...within,
    ];
  });
}

it('every field of every kind says what it is for, and one that is written has an example', () => {
  const gaps = Object.values(KINDS).flatMap((kind) => gapsIn(fieldsOf(kind.schema), kind.kind));
  expect(gaps.filter(({ field }) => !/^(rule\.(table|model)|ai-decision\.fallback\.table)/.test(field))).toEqual([]);
});
