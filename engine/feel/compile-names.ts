/** Names, members and filters. */
import { isFeelContext, isFeelList } from './guards.ts';
import type { Node, NodeOf } from './ast.ts';
import { bare } from './ast.ts';
import { builtInNames, builtInValue } from './builtins/index.ts';
import { constant, expectKind } from './context.ts';
import type { Code, CompileContext, Local, Run } from './context.ts';
import { placeOf } from './narrow.ts';
import { nearest } from './nearest.ts';
import { isFeelNumber, toDouble } from './number.ts';
import { propertiesOf, propertyOf } from './property.ts';
import type { Evaluation } from './evaluation.ts';
import { SlotScope } from './slot-scope.ts';
import type { ScopeLayout } from './slot-scope.ts';
import { ANY, describeType, fieldOf, mayBeNull, notNull, nullable } from './type.ts';
import type { FeelType } from './type.ts';
import type { FeelList, FeelValue } from './value.ts';
import { weightOf } from './weight.ts';

const has = (record: Readonly<Record<string, unknown>>, name: string): boolean => Object.hasOwn(record, name);

export function compileName(node: NodeOf<'name'>, context: CompileContext): Code {
  const code = resolve(node, context, context.locals());
  const type = context.narrowed(code.type, () => placeOf(node, context));
  return type === code.type ? code : { run: code.run, type };
}

/** Innermost local first, then the scope, then built-ins. */
function resolve(node: NodeOf<'name'>, context: CompileContext, locals: readonly Local[]): Code {
  const { name } = node;
  for (const [i, local] of locals.entries()) {
    const { slot, type } = local;
    if (name === local.name) {
      return { run: (e) => e.locals[slot] ?? null, type };
    }
    if (local.kind !== 'item') continue;
    const field = type.kind === 'context' ? fieldOf(type, name) : undefined;
    if (field !== undefined) return { run: (e) => fieldOfItem(e.locals[slot], name), type: field };
    if (type.kind === 'any' || (type.kind === 'context' && type.open)) {
      return itemOr(slot, name, outer(node, context, locals.slice(i + 1)));
    }
    if (has(propertiesOf(type), name) && !has(context.scope, name)) {
      const of = propertiesOf(type)[name] ?? ANY;
      return { run: (e) => propertyOf(e.locals[slot] ?? null, name) ?? null, type: of };
    }
  }
  return resolveGlobal(node, context);
}

function fieldOfItem(item: FeelValue | undefined, name: string): FeelValue {
  return isFeelContext(item) ? (item.get(name) ?? null) : null;
}

/** What the name means outside an item of unknown shape; null when nothing. */
function outer(node: NodeOf<'name'>, context: CompileContext, rest: readonly Local[]): Code | null {
  const known = rest.length > 0 || has(context.scope, node.name) || builtInNames.has(node.name);
  return known ? resolve(node, context, rest) : null;
}

/** An item of unknown shape: its field when it has one, otherwise what the name means outside. */
function itemOr(slot: number, name: string, outside: Code | null): Code {
  const run: Run = (e) => {
    const item = e.locals[slot];
    const field = isFeelContext(item) ? item.get(name) : undefined;
    if (field !== undefined) return field;
    const property = propertyOf(item ?? null, name);
    if (property !== undefined) return property;
    return outside === null ? null : outside.run(e);
  };
  return { run, type: ANY };
}

function readScope(name: string, layout: ScopeLayout | null): Run {
  const slot = layout?.placeOf(name) ?? -1;
  if (slot < 0) return (e) => e.scope.get(name) ?? null;
  return ({ scope }) =>
    (scope instanceof SlotScope && scope.layout === layout ? scope.slots[slot] : scope.get(name)) ?? null;
}

function resolveGlobal(node: NodeOf<'name'>, context: CompileContext): Code {
  const { name } = node;
  if (has(context.scope, name)) {
    context.read([name]);
    return { run: readScope(name, context.layout), type: context.scope[name] ?? ANY };
  }
  const builtIn = builtInValue(name);
  if (builtIn !== null) return constant(builtIn, builtIn.type);
  const names = [...Object.keys(context.scope), ...context.locals().map((local) => local.name), ...builtInNames];
  const close = nearest(name, names);
  const message = `There is no “${name}” here.`;
  context.problem(
    'FEEL_UNKNOWN_NAME',
    message,
    close === null ? 'Use a name that is in scope.' : `Did you mean “${close}”?`,
    node,
    close,
  );
  const { from, to } = node;
  return {
    run: (e) => e.scope.get(name) ?? e.warn('FEEL_UNKNOWN_NAME', message, from, to),
    type: ANY,
  };
}

/** The path that a chain of names reads from the scope, or null when it begins elsewhere. */
export function scopePath(node: Node, context: CompileContext): readonly string[] | null {
  const inner = bare(node);
  if (inner.kind === 'name') {
    const shadowed = context
      .locals()
      .some(
        (local) =>
          local.name === inner.name ||
          (local.kind === 'item' && (local.type.kind !== 'context' || fieldOf(local.type, inner.name) !== undefined)),
      );
    return !shadowed && has(context.scope, inner.name) ? [inner.name] : null;
  }
  if (inner.kind !== 'member') return null;
  const base = scopePath(inner.base, context);
  return base === null ? null : [...base, inner.name];
}

export function compileMember(node: NodeOf<'member'>, context: CompileContext): Code {
  const path = scopePath(node, context);
  const base = path === null ? context.compile(node.base) : context.compileUnread(node.base);
  if (path !== null) context.read(path);
  const type = context.narrowed(memberType(node, base.type, context), () => placeOf(node, context));
  const { name } = node;
  const { from, to } = node.nameAt;
  const missing = (e: Evaluation): null => e.warn('FEEL_UNKNOWN_MEMBER', `There is no field “${name}”.`, from, to);
  const get = (value: FeelValue, e: Evaluation): FeelValue => {
    if (isFeelContext(value)) {
      const field = value.get(name);
      return field === undefined ? missing(e) : field;
    }
    if (value === null) return null;
    if (isFeelList(value)) {
      e.pay(value.length);
      return value.map((item) => get(item, e));
    }
    const property = propertyOf(value, name);
    return property === undefined ? missing(e) : property;
  };
  const { run } = base;
  return { run: (e) => get(run(e), e), type };
}

function memberType(node: NodeOf<'member'>, base: FeelType, context: CompileContext): FeelType {
  if (base.kind === 'any' || base.kind === 'null') return ANY;
  if (base.nullable && base.kind !== 'list') {
    context.problem(
      'FEEL_NULLABLE',
      `What stands before “.${node.name}” may be null.`,
      'Then the result is null: test for null first, or give a value for that case.',
      node.nameAt,
    );
    return nullable(memberType(node, notNull(base), context));
  }
  if (base.kind === 'list') {
    return { kind: 'list', of: memberType(node, base.of, context) };
  }
  const fields = base.kind === 'context' ? base.fields : propertiesOf(base);
  const field = has(fields, node.name) ? fields[node.name] : undefined;
  if (field !== undefined) return field;
  if (base.kind === 'context' && base.open) return ANY;
  const close = nearest(node.name, Object.keys(fields));
  context.problem(
    'FEEL_UNKNOWN_MEMBER',
    `${describeType(base)} has no field “${node.name}”.`,
    close === null ? 'Use one of its fields.' : `Did you mean “${close}”?`,
    node.nameAt,
    close,
  );
  return ANY;
}

export function compileFilter(node: NodeOf<'filter'>, context: CompileContext): Code {
  const base = context.compile(node.base);
  const of = base.type.kind === 'list' ? base.type.of : notNull(base.type);
  const slot = context.slots;
  const condition = context.withLocal('item', 'item', of, () => context.compile(node.condition));
  expectKind(context, condition, ['boolean', 'number'], 'A filter needs a condition or a position.', node.condition);
  const weight = weightOf(node.condition);
  const byIndex = condition.type.kind === 'number' && !mayBeNull(condition.type);
  const run: Run = (e) => {
    const value = base.run(e);
    const items = isFeelList(value) ? value : value === null ? [] : [value];
    return byIndex ? itemAt(items, condition.run(e)) : select(items, condition.run, weight, slot, e, value);
  };
  const type: FeelType =
    condition.type.kind === 'number' ? nullable(of) : condition.type.kind === 'boolean' ? { kind: 'list', of } : ANY;
  return { run, type };
}

/** Positions count from 1; negative ones from the end. */
function itemAt(items: FeelList, position: FeelValue): FeelValue {
  if (!isFeelNumber(position)) return null;
  const at = toDouble(position);
  if (!Number.isInteger(at)) return null;
  return (at > 0 ? items[at - 1] : at < 0 ? items[items.length + at] : undefined) ?? null;
}

function select(
  items: FeelList,
  condition: Run,
  weight: number,
  slot: number,
  e: Evaluation,
  base: FeelValue,
): FeelValue {
  if (items.length === 0) {
    e.locals[slot] = null;
    return base === null && isFeelNumber(condition(e)) ? null : [];
  }
  const kept: FeelValue[] = [];
  for (const item of items) {
    e.pay(1 + weight);
    e.locals[slot] = item;
    const verdict = condition(e);
    if (verdict === true) kept.push(item);
    else if (kept.length === 0 && item === items[0] && isFeelNumber(verdict)) {
      return itemAt(items, verdict);
    }
  }
  return kept;
}
