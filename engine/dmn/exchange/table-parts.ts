/** The parts of a table of ours as new DMN elements. */
import type { TableInput, TableOutput, TableRow } from '../table-document.ts';
import { listText, typeRefFor } from './column-meaning.ts';
import type { NewElement } from './xml-write.ts';
import { KEPT_ID } from '../read-model.ts';

/** Gives every element an id that XML allows and that no other has; the nearest to the one that is wanted. */
export class Ids {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** An id for an element of which nothing refers to another. */
  take(wanted: string): string {
    const base = /^[\p{L}_]/u.test(wanted) ? wanted : `_${wanted}`;
    const plain = base.replaceAll(/[^\p{L}\p{N}_.-]/gu, '_');
    let id = plain;
    for (let n = 2; this.#taken.has(id); n += 1) id = `${plain}_${n}`;
    this.#taken.add(id);
    return id;
  }

  /** The attributes that keep an id of ours: `id`, and beside it what XML did not allow. */
  keep(wanted: string): Readonly<Record<string, string | null>> {
    const id = this.take(wanted);
    return { id, [KEPT_ID]: id === wanted ? null : wanted };
  }
}

/** FEEL in its `<text>`. */
export const feelElement = (
  name: string,
  text: string,
  attributes: Readonly<Record<string, string | null>> = {},
): NewElement => ({ name, attributes, children: [{ name: 'text', attributes: {}, text }] });

export function inputElement(input: TableInput, id: Readonly<Record<string, string | null>>, ids: Ids): NewElement {
  const expression = feelElement('inputExpression', input.expression, {
    id: ids.take(`${id['id'] ?? ''}_expression`),
    typeRef: typeRefFor(input.type),
  });
  return {
    name: 'input',
    attributes: { ...id, label: input.label ?? null },
    children: [expression, ...(input.values === undefined ? [] : [feelElement('inputValues', input.values)])],
  };
}

export function outputElement(output: TableOutput, id: Readonly<Record<string, string | null>>): NewElement {
  const values = listText(output);
  return {
    name: 'output',
    attributes: { ...id, name: output.name, typeRef: typeRefFor(output.type) },
    children: [
      ...(values === null ? [] : [feelElement('outputValues', values)]),
      ...(output.default === undefined ? [] : [feelElement('defaultOutputEntry', output.default)]),
    ],
  };
}

export const entryElement = (name: string, text: string, ids: Ids, row: string, column: number): NewElement =>
  feelElement(name, text, { id: ids.take(`${row}_${name === 'inputEntry' ? 'in' : 'out'}${column + 1}`) });

/** Where a row's note goes: into its description, or into the first of so many annotations. */
export type NotePlace = 'description' | number;

export function ruleElement(
  row: TableRow,
  id: Readonly<Record<string, string | null>>,
  ids: Ids,
  notes: NotePlace,
): NewElement {
  const name = id['id'] ?? row.id;
  const annotations = notes === 'description' ? 0 : notes;
  const note = row.note ?? '';
  return {
    name: 'rule',
    attributes: id,
    children: [
      ...(notes === 'description' && note !== '' ? [{ name: 'description', attributes: {}, text: note }] : []),
      ...row.when.map((cell, i) => entryElement('inputEntry', cell, ids, name, i)),
      ...row.then.map((cell, i) => entryElement('outputEntry', cell, ids, name, i)),
      ...Array.from({ length: annotations }, (_, i) => feelElement('annotationEntry', i === 0 ? note : '')),
    ],
  };
}
