/** The decision tables of a DMN model as tables of ours: what the editor, the analysis and the diff work on. */
import { canonicalName } from '../../feel/names.ts';
import { givesList } from '../hit-policy.ts';
import type { DmnModel } from '../model.ts';
import { aggregationOf, expressionText, hitPolicyOf, KEPT_ID, nameOf, rowIdOf, typeRefOf } from '../read-model.ts';
import type { DecisionTable, TableInput, TableOutput, TableRow } from '../table-document.ts';
import { childNamed, childrenNamed, elementsOf, textOf } from '../xml.ts';
import type { XmlElement } from '../xml.ts';
import { fieldTypeOf, meaningOf, valuesIn } from './column-meaning.ts';

/** A table where it stands in a model. */
export interface TablePlace {
  /** Its id, or its place among the model's tables: `#3`. */
  readonly key: string;
  /** The decision or knowledge model that it is in. */
  readonly owner: { readonly id: string; readonly name: string; readonly kind: 'decision' | 'knowledge model' };
  /** Whether it is all the logic of its decision, rather than a part of it. */
  readonly whole: boolean;
  readonly element: XmlElement;
  /** The type that the decision's value is to have. */
  readonly typeRef: string | null;
}

/** A table's parts as they stand in the document. */
export interface TableParts {
  readonly inputs: readonly XmlElement[];
  readonly outputs: readonly XmlElement[];
  readonly annotations: readonly XmlElement[];
  readonly rules: readonly XmlElement[];
}

export const partsOf = (element: XmlElement): TableParts => ({
  inputs: childrenNamed(element, 'input'),
  outputs: childrenNamed(element, 'output'),
  annotations: childrenNamed(element, 'annotation'),
  rules: childrenNamed(element, 'rule'),
});

const OWNERS: Readonly<Record<string, TablePlace['owner']['kind']>> = {
  decision: 'decision',
  businessKnowledgeModel: 'knowledge model',
};

/** Every decision table of a document, in its order. */
export function tablePlaces(root: XmlElement): readonly TablePlace[] {
  const found: Omit<TablePlace, 'key'>[] = [];
  for (const element of elementsOf(root)) {
    const kind = Object.hasOwn(OWNERS, element.local) ? OWNERS[element.local] : undefined;
    if (kind === undefined) continue;
    const name = nameOf(element);
    const owner = { id: element.attributes.get('id') ?? name, name, kind };
    const typeRef = typeRefOf(childNamed(element, 'variable'));
    for (const table of tablesIn(element)) {
      const whole = kind === 'decision' && elementsOf(element).includes(table);
      found.push({ owner, whole, element: table, typeRef: whole ? typeRef : null });
    }
  }
  const ids = found.map(({ element }) => element.attributes.get('id') ?? '');
  return found.map((place, i) => {
    const id = ids[i] ?? '';
    return { ...place, key: id === '' || ids.indexOf(id) !== i ? `#${i + 1}` : id };
  });
}

/** The tables anywhere in an element; documents are bounded in depth. */
function tablesIn(element: XmlElement): readonly XmlElement[] {
  if (element.local === 'extensionElements') return [];
  return elementsOf(element).flatMap((child) =>
    child.local === 'decisionTable' ? [child, ...tablesIn(child)] : tablesIn(child),
  );
}

/** A table of a model as one of ours. What ours has no place for is not in it and stays in the document. */
export function viewTable(place: TablePlace, model: DmnModel): DecisionTable {
  const { element } = place;
  const parts = partsOf(element);
  const aggregation = aggregationOf(element.attributes.get('aggregation') ?? null);
  const hitPolicy = hitPolicyOf(element.attributes.get('hitPolicy') ?? null);
  const rows = parts.rules.map((rule, r) => viewRow(rule, r, parts));
  const ids = distinct(rows.map((row) => row.id));
  return {
    hitPolicy,
    ...(aggregation === null ? {} : { aggregation }),
    inputs: withIds(
      'input',
      parts.inputs,
      parts.inputs.map((input) => viewInput(input, model)),
    ),
    outputs: withIds(
      'output',
      parts.outputs,
      parts.outputs.map((output) => viewOutput(output, place, parts.outputs.length === 1, model)),
    ),
    rows: rows.map((row, r) => ({ ...row, id: ids[r] ?? row.id })),
  };
}

function withIds<T>(word: string, elements: readonly XmlElement[], items: readonly T[]): (T & { id: string })[] {
  const ids = distinct(
    elements.map(({ attributes }, i) => attributes.get(KEPT_ID) ?? attributes.get('id') ?? `${word}${i + 1}`),
  );
  return items.map((item, i) => ({ id: ids[i] ?? '', ...item }));
}

/** Ids that stand there twice are told apart by their place. */
function distinct(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.map((id, i) => {
    const own = seen.has(id) ? `${id}#${i + 1}` : id;
    seen.add(own);
    return own;
  });
}

function viewInput(input: XmlElement, model: DmnModel): Omit<TableInput, 'id'> {
  const expression = childNamed(input, 'inputExpression');
  const label = input.attributes.get('label');
  const meaning = meaningOf(model, typeRefOf(expression));
  const values = expressionText(childNamed(input, 'inputValues')) ?? meaning.values;
  return {
    ...(label === undefined ? {} : { label }),
    expression: expressionText(expression) ?? '',
    ...(meaning.type === undefined ? {} : { type: meaning.type }),
    ...(values === null ? {} : { values }),
  };
}

function viewOutput(
  output: XmlElement,
  { owner, typeRef, element }: TablePlace,
  alone: boolean,
  model: DmnModel,
): Omit<TableOutput, 'id'> {
  const name = canonicalName(output.attributes.get('name') ?? '') || owner.name;
  const whole = givesRows(element) ? (typeRefOf(element) ?? typeRef) : null;
  const declared = typeRefOf(output) ?? (alone ? whole : fieldTypeOf(model, whole, name));
  const meaning = meaningOf(model, declared);
  const values = valuesIn(expressionText(childNamed(output, 'outputValues')) ?? meaning.values, meaning.type);
  const fallback = expressionText(childNamed(output, 'defaultOutputEntry'));
  return {
    name,
    ...(meaning.type === undefined ? {} : { type: meaning.type }),
    ...(values === undefined ? {} : { values }),
    ...(fallback === null ? {} : { default: fallback }),
  };
}

/** Whether the value is one row's outputs, so that its type says theirs: no list, and not worked out from several. */
function givesRows({ attributes }: XmlElement): boolean {
  return !givesList(hitPolicyOf(attributes.get('hitPolicy') ?? null)) && attributes.get('aggregation') === undefined;
}

function viewRow(rule: XmlElement, at: number, parts: TableParts): TableRow {
  const cells = (local: string, columns: readonly XmlElement[]): string[] => {
    const entries = childrenNamed(rule, local);
    return columns.map((_, i) => expressionText(entries[i] ?? null) ?? '');
  };
  const note = noteOf(rule);
  return {
    id: rowIdOf(rule, at),
    when: cells('inputEntry', parts.inputs),
    then: cells('outputEntry', parts.outputs),
    ...(note === null ? {} : { note: note.text }),
  };
}

/** A row's note and the element that holds it: its first annotation, else its description. An empty one is none. */
export function noteOf(rule: XmlElement): { readonly text: string; readonly element: XmlElement } | null {
  const annotation = childrenNamed(rule, 'annotationEntry')[0] ?? null;
  const annotated = expressionText(annotation) ?? '';
  if (annotation !== null && annotated.trim() !== '') return { text: annotated, element: annotation };
  const description = childNamed(rule, 'description');
  const described = description === null ? '' : textOf(description);
  return description === null || described.trim() === '' ? null : { text: described, element: description };
}
