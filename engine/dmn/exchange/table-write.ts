/**
 * Writing a changed table back into the DMN document that it was read from. Only what differs is written, and only its
 * text; a table that is as it was gives the same bytes.
 */
import type { DecisionTable } from '../table-document.ts';
import { elementsOf } from '../xml.ts';
import type { XmlElement } from '../xml.ts';
import { inputEdits, outputEdits } from './column-write.ts';
import { fresh, kept, rewriteRun } from './list-write.ts';
import type { Sibling } from './list-write.ts';
import { rowEdits } from './row-write.ts';
import { Ids, inputElement, outputElement, ruleElement } from './table-parts.ts';
import type { NotePlace } from './table-parts.ts';
import { noteOf, partsOf } from './table-view.ts';
import { applyEdits, setAttribute } from './xml-edit.ts';
import type { Edit } from './xml-edit.ts';
import type { NewElement } from './xml-write.ts';

/** DMN 1.1 has no annotations; a row's description is its note there. So it is in Camunda's modeler. */
const NO_ANNOTATIONS = /\/DMN\/20(13|15)/;

/**
 * The document with one of its tables changed.
 * @param root the document's root: new ids are such as no element of it has
 * @param element the table in it
 * @param before the table as it is read from `element`
 */
export function writeTable(
  source: string,
  root: XmlElement,
  element: XmlElement,
  before: DecisionTable,
  after: DecisionTable,
): string {
  const { inputs, outputs, annotations, rules } = partsOf(element);
  let known: Ids | null = null;
  const ids = (): Ids => (known ??= new Ids(idsIn(root)));
  const idOf = (wanted: string) => ({ id: ids().take(wanted) });
  const columns = { inputs: origins(before.inputs, after.inputs), outputs: origins(before.outputs, after.outputs) };
  const rowsFrom = origins(before.rows, after.rows);
  const place = notePlace(root, element);
  const addsNotes =
    place === 'annotation' &&
    annotations.length === 0 &&
    after.rows.some((row, r) => (row.note ?? '') !== (before.rows[rowsFrom[r] ?? -1]?.note ?? ''));
  const notes: NotePlace = place === 'annotation' ? annotations.length + (addsNotes ? 1 : 0) : place;
  const run = (
    olds: readonly XmlElement[],
    from: readonly (number | null)[],
    behind: XmlElement | undefined,
    edits: (old: XmlElement, at: number, to: number) => readonly Edit[],
    make: (to: number) => NewElement,
  ): readonly Edit[] => {
    const wanted = from.map((at, to): Sibling => {
      const old = at === null ? undefined : olds[at];
      if (at === null || old === undefined) return fresh(() => make(to));
      return kept(at, edits(old, at, to));
    });
    return rewriteRun(source, element, olds, wanted, behind ?? null);
  };
  const lastInput = inputs.at(-1);
  const lastOutput = outputs.at(-1) ?? lastInput;
  return applyEdits(source, [
    ...changed(source, element, 'hitPolicy', before.hitPolicy, after.hitPolicy),
    ...changed(source, element, 'aggregation', before.aggregation, after.aggregation),
    ...run(
      inputs,
      columns.inputs,
      undefined,
      (old, at, to) => inputEdits(source, old, itemAt(before.inputs, at), itemAt(after.inputs, to)),
      (to) => inputElement(itemAt(after.inputs, to), idOf(itemAt(after.inputs, to).id), ids()),
    ),
    ...run(
      outputs,
      columns.outputs,
      lastInput,
      (old, at, to) => outputEdits(source, old, itemAt(before.outputs, at), itemAt(after.outputs, to)),
      (to) => outputElement(itemAt(after.outputs, to), idOf(itemAt(after.outputs, to).id)),
    ),
    ...(addsNotes
      ? run(
          [],
          [null],
          lastOutput,
          () => [],
          () => ({ name: 'annotation', attributes: { name: 'Notes' } }),
        )
      : []),
    ...run(
      rules,
      rowsFrom,
      annotations.at(-1) ?? lastOutput,
      (old, at, to) => rowEdits(source, old, itemAt(before.rows, at), itemAt(after.rows, to), columns, place, ids),
      (to) => ruleElement(itemAt(after.rows, to), idOf(itemAt(after.rows, to).id), ids(), notes),
    ),
  ]);
}

/** Where each item was before, by its id; null for a new one. */
function origins(before: readonly { id: string }[], after: readonly { id: string }[]): readonly (number | null)[] {
  const places = new Map(before.map(({ id }, i) => [id, i]));
  return after.map(({ id }) => {
    const at = places.get(id) ?? null;
    places.delete(id);
    return at;
  });
}

function changed(
  source: string,
  element: XmlElement,
  name: string,
  before: string | undefined,
  after: string | undefined,
): readonly Edit[] {
  return before === after ? [] : setAttribute(source, element, name, after ?? null);
}

function notePlace(root: XmlElement, element: XmlElement): 'annotation' | 'description' {
  const { annotations, rules } = partsOf(element);
  if (annotations.length > 0) return 'annotation';
  const described = rules.some((rule) => noteOf(rule)?.element.local === 'description');
  const camunda = /camunda/i.test(root.attributes.get('exporter') ?? '');
  return described || camunda || NO_ANNOTATIONS.test(root.namespace) ? 'description' : 'annotation';
}

function idsIn(root: XmlElement): readonly string[] {
  const own = root.attributes.get('id');
  const inner = elementsOf(root).flatMap(idsIn);
  return own === undefined ? inner : [own, ...inner];
}

function itemAt<T>(items: readonly T[], i: number): T {
  const item = items[i];
  if (item === undefined) throw new RangeError(`there is no item ${i} of ${items.length}`);
  return item;
}
