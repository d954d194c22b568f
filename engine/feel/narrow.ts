/**
 * What a condition says of null: in `if x = null then A else B` the x of B is not null. Only what a test of null or a
 * comparison shows is taken; a value is named by the place it is read from, so a shadowed name is another place.
 */
import type { Node, NodeOf } from './ast.ts';
import { bare } from './ast.ts';
import type { CompileContext, Local } from './context.ts';
import { fieldOf } from './type.ts';
import { propertiesOf } from './property.ts';

/** Places, as {@link placeOf} writes them, that are not null. */
export type NotNull = ReadonlySet<string>;

/** What holds where a condition is true, and where it is not (false or null). */
export interface Facts {
  readonly whenTrue: NotNull;
  readonly otherwise: NotNull;
}

const NOTHING: NotNull = new Set();
const NO_FACTS: Facts = { whenTrue: NOTHING, otherwise: NOTHING };

const SEPARATOR = '\u0000';

/** The name of the place that a chain of names, or `?`, reads; null when it is calculated. */
export function placeOf(node: Node, context: CompileContext): string | null {
  const inner = bare(node);
  if (inner.kind === 'input') return '?';
  if (inner.kind === 'name') return placeOfName(inner.name, context);
  if (inner.kind !== 'member') return null;
  const base = placeOf(inner.base, context);
  return base === null ? null : base + SEPARATOR + inner.name;
}

function placeOfName(name: string, context: CompileContext): string | null {
  for (const local of context.locals()) {
    if (local.name === name) return `${local.slot}`;
    if (local.kind !== 'item') continue;
    const field = placeInItem(local, name, context);
    if (field !== undefined) return field;
  }
  return Object.hasOwn(context.scope, name) ? `:${name}` : null;
}

/** Null when the name may or may not be a field of the item; undefined when it is none. */
function placeInItem({ slot, type }: Local, name: string, context: CompileContext): string | null | undefined {
  if (type.kind === 'context' && fieldOf(type, name) !== undefined) return `${slot}${SEPARATOR}${name}`;
  if (type.kind === 'any' || (type.kind === 'context' && type.open)) return null;
  return Object.hasOwn(propertiesOf(type), name) && !Object.hasOwn(context.scope, name) ? null : undefined;
}

/** The place and all that it is a field of: a field of null is null. */
function known(node: Node, context: CompileContext): NotNull {
  const place = placeOf(node, context);
  if (place === null) return NOTHING;
  const parts = place.split(SEPARATOR);
  return new Set(parts.map((_, i) => parts.slice(0, i + 1).join(SEPARATOR)));
}

const either = (a: NotNull, b: NotNull): NotNull => (a.size === 0 ? b : b.size === 0 ? a : a.union(b));
const common = (a: NotNull, b: NotNull): NotNull => (a.size === 0 || b.size === 0 ? NOTHING : a.intersection(b));

/** Reads what a condition shows; nothing when it shows nothing. */
export function factsOf(condition: Node, context: CompileContext): Facts {
  const node = bare(condition);
  switch (node.kind) {
    case 'compare':
      return factsOfCompare(node, context);
    case 'between':
      return { whenTrue: known(node.value, context), otherwise: NOTHING };
    case 'logic': {
      const [a, b] = [factsOf(node.left, context), factsOf(node.right, context)];
      return node.op === 'and'
        ? { whenTrue: either(a.whenTrue, b.whenTrue), otherwise: common(a.otherwise, b.otherwise) }
        : { whenTrue: common(a.whenTrue, b.whenTrue), otherwise: either(a.otherwise, b.otherwise) };
    }
    default:
      return NO_FACTS;
  }
}

function factsOfCompare({ op, left, right }: NodeOf<'compare'>, context: CompileContext): Facts {
  if (op !== '=' && op !== '!=') {
    return { whenTrue: either(known(left, context), known(right, context)), otherwise: NOTHING };
  }
  const [a, b] = [bare(left), bare(right)];
  const [constant, tested] = b.kind === 'literal' ? [b, a] : [a, b];
  if (constant.kind !== 'literal') return NO_FACTS;
  const place = known(tested, context);
  // Comparing with null is never undecided, so what is not true is false.
  if (constant.value === null) {
    return op === '=' ? { whenTrue: NOTHING, otherwise: place } : { whenTrue: place, otherwise: NOTHING };
  }
  return op === '=' ? { whenTrue: place, otherwise: NOTHING } : NO_FACTS;
}
