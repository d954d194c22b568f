/** Changes to a row of a table in a DMN document. */
import type { TableRow } from '../table-document.ts';
import { childNamed, childrenNamed } from '../xml.ts';
import type { XmlElement } from '../xml.ts';
import { fresh, kept, rewriteRun } from './list-write.ts';
import type { Sibling } from './list-write.ts';
import { entryElement, feelElement } from './table-parts.ts';
import type { Ids } from './table-parts.ts';
import { noteOf } from './table-view.ts';
import { remove, setContent, setFeel } from './xml-edit.ts';
import type { Edit } from './xml-edit.ts';

/** Where each column was before; null for a new one. */
export interface Origins {
  readonly inputs: readonly (number | null)[];
  readonly outputs: readonly (number | null)[];
}

export function rowEdits(
  source: string,
  rule: XmlElement,
  before: TableRow,
  after: TableRow,
  columns: Origins,
  notes: 'annotation' | 'description',
  ids: () => Ids,
): readonly Edit[] {
  const run = (
    local: 'inputEntry' | 'outputEntry',
    from: readonly (number | null)[],
    was: readonly string[],
    is: readonly string[],
    behind: XmlElement | null,
  ): readonly Edit[] => {
    const entries = childrenNamed(rule, local);
    const make = (to: number): Sibling =>
      fresh(() => entryElement(local, is[to] ?? '', ids(), rule.attributes.get('id') ?? after.id, to));
    const keep = (entry: XmlElement, at: number, to: number): Sibling =>
      kept(at, was[at] === is[to] ? [] : [setFeel(source, entry, is[to] ?? '')]);
    const wanted = from.map((at, to): Sibling => {
      const entry = at === null ? undefined : entries[at];
      return at === null || entry === undefined ? make(to) : keep(entry, at, to);
    });
    if (from.length !== was.length || from.some((at, to) => at !== to))
      return rewriteRun(source, rule, entries, wanted, behind);
    // The columns are as they were. A row may be short of entries, or have too many: neither is for us to mend.
    const needed = is.findLastIndex((cell, i) => cell !== (was[i] ?? '')) + 1;
    const there = entries.map((_, at) => wanted[at] ?? kept(at));
    return rewriteRun(source, rule, entries, [...there, ...wanted.slice(entries.length, needed)], behind);
  };
  const lastInput = childrenNamed(rule, 'inputEntry').at(-1) ?? null;
  return [
    ...noteEdits(source, rule, before.note ?? '', after.note ?? '', notes),
    ...run('inputEntry', columns.inputs, before.when, after.when, null),
    ...run('outputEntry', columns.outputs, before.then, after.then, lastInput),
  ];
}

function noteEdits(
  source: string,
  rule: XmlElement,
  before: string,
  after: string,
  place: 'annotation' | 'description',
): readonly Edit[] {
  if (before === after) return [];
  const shown = noteOf(rule)?.element ?? null;
  const description = childNamed(rule, 'description');
  const annotation = childrenNamed(rule, 'annotationEntry')[0] ?? null;
  const element = shown ?? (place === 'description' ? description : annotation);
  if (element?.local === 'annotationEntry') return [setFeel(source, element, after)];
  if (element !== null) return [after === '' ? remove(source, element) : setContent(source, element, after)];
  if (place === 'description') {
    const make = fresh(() => ({ name: 'description', attributes: {}, text: after }));
    return rewriteRun(source, rule, [], [make], null);
  }
  const last = childrenNamed(rule, 'outputEntry').at(-1) ?? childrenNamed(rule, 'inputEntry').at(-1) ?? null;
  return rewriteRun(source, rule, [], [fresh(() => feelElement('annotationEntry', after))], last);
}
