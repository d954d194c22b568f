/** Changes to a column of a table in a DMN document. */
import type { TableInput, TableOutput } from '../table-document.ts';
import { childNamed, elementsOf } from '../xml.ts';
import type { XmlElement } from '../xml.ts';
import { listText, typeRefFor } from './column-meaning.ts';
import type { ColumnType } from './column-meaning.ts';
import { feelElement } from './table-parts.ts';
import { fresh, rewriteRun } from './list-write.ts';
import type { Sibling } from './list-write.ts';
import { remove, setAttribute, setFeel } from './xml-edit.ts';
import type { Edit } from './xml-edit.ts';

export function inputEdits(
  source: string,
  element: XmlElement,
  before: TableInput,
  after: TableInput,
): readonly Edit[] {
  const label = before.label === after.label ? [] : setAttribute(source, element, 'label', after.label ?? null);
  const expression = childNamed(element, 'inputExpression');
  const type = expression === null ? [] : typeEdits(source, expression, before.type, after.type);
  const retyped = expression === null && before.type !== after.type;
  const clauses = clauseEdits(source, element, [
    {
      name: 'inputExpression',
      before: retyped ? null : before.expression,
      after: after.expression,
      typeRef: typeRefFor(after.type),
    },
    { name: 'inputValues', before: before.values ?? null, after: after.values ?? null },
  ]);
  return [...label, ...type, ...clauses];
}

export function outputEdits(
  source: string,
  element: XmlElement,
  before: TableOutput,
  after: TableOutput,
): readonly Edit[] {
  const name = before.name === after.name ? [] : setAttribute(source, element, 'name', after.name);
  const clauses = clauseEdits(source, element, [
    { name: 'outputValues', before: listText(before), after: listText(after) },
    { name: 'defaultOutputEntry', before: before.default ?? null, after: after.default ?? null },
  ]);
  return [...name, ...typeEdits(source, element, before.type, after.type), ...clauses];
}

function typeEdits(source: string, element: XmlElement, before: ColumnType, after: ColumnType): readonly Edit[] {
  if (before === after) return [];
  // DMN 1.1 writes the types of FEEL with a prefix.
  const prefix = /^feel:/.exec(element.attributes.get('typeRef') ?? '')?.[0] ?? '';
  const name = typeRefFor(after);
  return setAttribute(source, element, 'typeRef', name === null ? null : prefix + name);
}

/** A part of a column that holds FEEL, such as its list of values, as it was and is to be. */
interface Clause {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly typeRef?: string | null;
}

/** Sets, adds and takes away clauses; they are given in the order in which DMN has them. */
function clauseEdits(source: string, column: XmlElement, clauses: readonly Clause[]): readonly Edit[] {
  const edits: Edit[] = [];
  const added: Sibling[] = [];
  let behind = elementsOf(column).findLast(({ local }) => HEADS.has(local)) ?? null;
  for (const { name, before, after, typeRef = null } of clauses) {
    const clause = childNamed(column, name);
    if (clause === null && after !== null && before !== after) {
      added.push(fresh(() => feelElement(name, after, { typeRef })));
      continue;
    }
    if (clause === null) continue;
    // What was added so far stands before this one.
    edits.push(...rewriteRun(source, column, [], added.splice(0), behind));
    behind = clause;
    if (before !== after) edits.push(after === null ? remove(source, clause) : setFeel(source, clause, after));
  }
  return [...edits, ...rewriteRun(source, column, [], added, behind)];
}

/** What stands before everything else in an element. */
const HEADS: ReadonlySet<string> = new Set(['description', 'extensionElements']);
