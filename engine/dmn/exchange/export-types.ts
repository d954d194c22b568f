/** FEEL types as DMN item definitions. */
import { stringLiteral } from '../../feel/format.ts';
import type { FeelType } from '../../feel/type.ts';
import type { NewElement } from './xml-write.ts';
import { feelElement } from './table-parts.ts';

const SIMPLE: ReadonlySet<string> = new Set([
  'string',
  'number',
  'boolean',
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
]);

/** The part of a type that is read: `paths` begin at it, and an empty one reads it whole. */
export function pruned(type: FeelType, paths: readonly (readonly string[])[]): FeelType {
  if (type.kind !== 'context' || paths.some((path) => path.length === 0)) return type;
  const fields = Object.entries(type.fields).flatMap(([name, of]) => {
    const inner = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
    return inner.length === 0 ? [] : [[name, pruned(of, inner)] as const];
  });
  return { ...type, fields: Object.fromEntries(fields) };
}

/** The name by which DMN knows a type without a definition; null when it needs one. */
export function plainName(type: FeelType): string | null {
  if (SIMPLE.has(type.kind)) return type.kind;
  return type.kind === 'choice' || type.kind === 'list' || type.kind === 'context' ? null : 'Any';
}

/** A type under a name of its own. */
export function itemDefinition(name: string, type: FeelType, element = 'itemDefinition'): NewElement {
  const plain = plainName(type);
  if (plain !== null) return item(element, name, [typeRef(plain)]);
  switch (type.kind) {
    case 'choice':
      return item(element, name, [
        typeRef('string'),
        feelElement('allowedValues', type.values.map((value) => stringLiteral(value)).join(', ')),
      ]);
    case 'list': {
      const inner = itemDefinition(name, type.of, element);
      // A list of lists has no definition in one piece; its items are left open.
      const of = type.of.kind === 'list' ? [typeRef('Any')] : (inner.children ?? []);
      return { ...item(element, name, of), attributes: { name, isCollection: 'true' } };
    }
    case 'context': {
      const fields = Object.entries(type.fields);
      if (fields.length === 0) return item(element, name, [typeRef('Any')]);
      return item(
        element,
        name,
        fields.map(([field, of]) => itemDefinition(field, of, 'itemComponent')),
      );
    }
    default:
      return item(element, name, [typeRef('Any')]);
  }
}

const item = (element: string, name: string, children: readonly NewElement[]): NewElement => ({
  name: element,
  attributes: { name },
  children,
});

const typeRef = (text: string): NewElement => ({ name: 'typeRef', attributes: {}, text });
