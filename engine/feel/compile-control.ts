/** Control and construction: if, for, some, every, lists, contexts, functions. */
import { isFeelList } from './guards.ts';
import type { Iterator, NodeOf } from './ast.ts';
import { calculate } from './arithmetic.ts';
import { compareValues } from './compare.ts';
import { resolveType } from './compile-operators.ts';
import { coerceTo } from './conform.ts';
import { expectKind, MAYBE } from './context.ts';
import type { Code, CompileContext, Run } from './context.ts';
import type { Evaluation } from './evaluation.ts';
import { FeelFunction } from './function.ts';
import { factsOf } from './narrow.ts';
import { isFeelNumber } from './number.ts';
import { FeelRange } from './range.ts';
import { DayTimeDuration, FeelDate, NANOS_PER_DAY } from './temporal.ts';
import { ANY, notNull, unionOf } from './type.ts';
import { speaksOf, weightOf } from './weight.ts';
import type { FeelType } from './type.ts';
import type { FeelValue } from './value.ts';

export function compileIf(node: NodeOf<'if'>, context: CompileContext): Code {
  const condition = context.compile(node.condition);
  const facts = factsOf(node.condition, context);
  const then = context.knowing(facts.whenTrue, () => context.compile(node.then));
  const otherwise = context.knowing(facts.otherwise, () => context.compile(node.otherwise));
  expectKind(context, condition, ['boolean'], 'The condition after “if” is not true or false.', node.condition);
  const run: Run = (e) => (condition.run(e) === true ? then.run(e) : otherwise.run(e));
  return { run, type: unionOf(then.type, otherwise.type) };
}

export function compileList(node: NodeOf<'list'>, context: CompileContext): Code {
  const items = node.items.map((item) => context.compile(item));
  const runs = items.map((item) => item.run);
  const types = new Set(items.map((item) => item.type));
  const of = [...types].reduce<FeelType | null>((a, b) => (a === null ? b : unionOf(a, b)), null);
  const run: Run = (e) => {
    e.pay(runs.length);
    return runs.map((item) => item(e));
  };
  return { run, type: { kind: 'list', of: of ?? ANY } };
}

/** Entries see those above them; a function sees itself. */
export function compileContextLiteral(node: NodeOf<'context'>, context: CompileContext): Code {
  const fields: Record<string, FeelType> = {};
  const entries: { key: string; slot: number; run: Run }[] = [];
  const seen = new Set<string>();
  const first = context.slots;
  for (const entry of node.entries) {
    if (seen.has(entry.key)) {
      context.problem(
        'FEEL_INVALID_VALUE',
        `“${entry.key}” stands here twice.`,
        'Give each entry its own name.',
        entry.keyAt,
      );
    }
    seen.add(entry.key);
    const own = entry.value.kind === 'function';
    const early = own ? null : context.compile(entry.value);
    const slot = context.enter('variable', entry.key, early?.type ?? ANY);
    const code = early ?? context.compile(entry.value);
    Object.defineProperty(fields, entry.key, { value: code.type, enumerable: true, configurable: true });
    entries.push({ key: entry.key, slot, run: code.run });
  }
  context.leave(first);
  const repeated = seen.size < node.entries.length;
  const { from, to } = node;
  const run: Run = (e) => {
    if (repeated) return e.warn('FEEL_INVALID_VALUE', 'A name stands in this context twice.', from, to);
    e.pay(entries.length);
    const result = new Map<string, FeelValue>();
    for (const { key, slot, run: value } of entries) {
      const made = value(e);
      e.locals[slot] = made;
      if (made instanceof LocalFunction) made.knowItself(slot);
      result.set(key, made);
    }
    return result;
  };
  return { run, type: { kind: 'context', fields, open: false } };
}

interface Turn {
  readonly slot: number;
  readonly domain: Code;
  readonly end: Code | null;
  /** Of the domain, which is evaluated anew for each turn of the iterators before it. */
  readonly weight: number;
}

/** Compiles the iterators, each seeing the variables before it, then the part inside them. */
function withIterators<T>(
  iterators: readonly Iterator[],
  context: CompileContext,
  part: (turns: readonly Turn[]) => T,
): T {
  const turns: Turn[] = [];
  const next = (index: number): T => {
    const iterator = iterators[index];
    if (iterator === undefined) return part(turns);
    const domain = context.compile(iterator.domain);
    const end = iterator.end === null ? null : context.compile(iterator.end);
    return context.withLocal('variable', iterator.name, turnType(domain.type, end), (slot) => {
      const weight = weightOf(iterator.domain) + (iterator.end === null ? 0 : weightOf(iterator.end));
      turns.push({ slot, domain, end, weight });
      return next(index + 1);
    });
  };
  return next(0);
}

function turnType(domain: FeelType, end: Code | null): FeelType {
  if (end !== null) return notNull(domain);
  return domain.kind === 'list' || domain.kind === 'range' ? domain.of : notNull(domain);
}

/** Visits every combination; the visitor answers false to stop. Gives false when a domain is nothing to iterate over. */
function visit(turns: readonly Turn[], weight: number, e: Evaluation, visitor: () => boolean): boolean {
  const walk = (index: number): boolean | null => {
    const turn = turns[index];
    if (turn === undefined) {
      e.pay(weight);
      return visitor();
    }
    return eachOf(turn, e, (item) => {
      e.pay(1);
      e.locals[turn.slot] = item;
      return walk(index + 1);
    });
  };
  return walk(0) !== null;
}

type Visit = (item: FeelValue) => boolean | null;

/** True when all were visited, false when stopped, null when there is nothing to iterate over. */
function eachOf(turn: Turn, e: Evaluation, visitItem: Visit): boolean | null {
  e.pay(turn.weight);
  const domain = turn.domain.run(e);
  if (turn.end !== null) return eachBetween(domain, turn.end.run(e), true, true, e, visitItem);
  if (domain === null) return null;
  if (domain instanceof FeelRange) {
    return eachBetween(domain.low, domain.high, domain.lowIncluded, domain.highIncluded, e, visitItem);
  }
  const items = isFeelList(domain) ? domain : [domain];
  for (const item of items) {
    const go = visitItem(item);
    if (go !== true) return go;
  }
  return true;
}

/** From one end to the other by one, or by one day; downwards when the first is the greater. */
function eachBetween(
  low: FeelValue,
  high: FeelValue,
  lowIncluded: boolean,
  highIncluded: boolean,
  e: Evaluation,
  visitItem: Visit,
): boolean | null {
  const numbers = isFeelNumber(low) && isFeelNumber(high);
  const dates = low instanceof FeelDate && high instanceof FeelDate;
  const order = compareValues(low, high);
  if ((!numbers && !dates) || order === null) return null;
  const size = order <= 0 ? 1 : -1;
  const step: FeelValue = numbers ? size : new DayTimeDuration(BigInt(size) * NANOS_PER_DAY);
  let at: FeelValue = low;
  let first = true;
  for (;;) {
    const rest = compareValues(at, high);
    if (rest === null || rest * size > 0) return true;
    if (!(first && !lowIncluded) && !(rest === 0 && !highIncluded)) {
      const go = visitItem(at);
      if (go !== true) return go;
    }
    first = false;
    if (typeof at === 'number' && Number.isSafeInteger(at + size)) at += size;
    else {
      e.pay(2);
      at = calculate('+', at, step) ?? null;
    }
  }
}

/** The results so far are in scope as `partial`. */
export function compileFor(node: NodeOf<'for'>, context: CompileContext): Code {
  return withIterators(node.iterators, context, (turns) =>
    context.withLocal('variable', 'partial', { kind: 'list', of: ANY }, (partial) => {
      const body = context.compile(node.body);
      const weight = weightOf(node.body);
      // Whoever keeps it keeps what it was in that turn, which costs a copy of it.
      const isRead = speaksOf(node.body, 'partial');
      const { from, to } = node;
      const run: Run = (e) => {
        const results: FeelValue[] = [];
        const done = visit(turns, weight, e, () => {
          if (isRead) {
            e.pay(1 + (results.length >> 4));
            e.locals[partial] = [...results];
          }
          results.push(body.run(e));
          return true;
        });
        if (done) return results;
        return e.warn('FEEL_TYPE', 'There is nothing to iterate over.', from, to);
      };
      return { run, type: { kind: 'list', of: body.type } };
    }),
  );
}

/** Three-valued: one decisive answer settles it, otherwise one undecided answer leaves null. */
export function compileQuantified(node: NodeOf<'quantified'>, context: CompileContext): Code {
  return withIterators(node.iterators, context, (turns) => {
    const body = context.compile(node.body);
    expectKind(context, body, ['boolean'], 'What stands after “satisfies” is not true or false.', node.body);
    const decisive = !node.every;
    const weight = weightOf(node.body);
    const { from, to } = node;
    const run: Run = (e) => {
      let unknown = false;
      let decided = false;
      const done = visit(turns, weight, e, () => {
        const verdict = body.run(e);
        decided = verdict === decisive;
        if (typeof verdict !== 'boolean') unknown = true;
        return !decided;
      });
      if (!done) return e.warn('FEEL_TYPE', 'There is nothing to look through.', from, to);
      return decided ? decisive : unknown ? null : !decisive;
    };
    return { run, type: MAYBE };
  });
}

/** A function written in FEEL: keeps the variables that stood around it where it was made. */
export class LocalFunction extends FeelFunction {
  readonly #captured: FeelValue[];

  constructor(
    parameters: readonly string[],
    type: FeelType & { readonly kind: 'function' },
    captured: FeelValue[],
    call: (args: readonly FeelValue[], evaluation: Evaluation) => FeelValue,
  ) {
    super('', parameters, type, call);
    this.#captured = captured;
  }

  /** Lets the function call itself by the name of its context entry. */
  knowItself(slot: number): void {
    this.#captured[slot] = this;
  }
}

export function compileFunction(node: NodeOf<'function'>, context: CompileContext): Code {
  const types = node.parameters.map((parameter) =>
    parameter.type === null ? ANY : (resolveType(parameter.type, context) ?? ANY),
  );
  const names = node.parameters.map((parameter) => parameter.name);
  const base = context.slots;
  const { body } = node;
  if (body === null) {
    context.problem('FEEL_UNSUPPORTED', 'External functions are never run.', 'Write the function in FEEL.', node);
  }
  const compileBody = (index: number): Code => {
    const name = names[index];
    if (name === undefined) return body === null ? { run: () => null, type: ANY } : context.compile(body);
    return context.withLocal('variable', name, types[index] ?? ANY, () => compileBody(index + 1));
  };
  const code = compileBody(0);
  const type: FeelType & { kind: 'function' } = {
    kind: 'function',
    parameters: types,
    result: code.type,
    names,
  };
  const weight = (body === null ? 0 : weightOf(body)) + (base >> 4);
  const run: Run = (e) => {
    e.pay(base >> 4);
    const captured = e.locals.slice(0, base);
    const { scope, input } = e;
    return new LocalFunction(names, type, captured, (args, caller) => {
      caller.pay(weight);
      return callIn(caller, scope, input, [...captured, ...padded(captured.length, base)], types, args, code.run);
    });
  };
  return { run, type };
}

function padded(length: number, wanted: number): FeelValue[] {
  return Array.from({ length: Math.max(0, wanted - length) }, () => null);
}

/** Runs a body with its own scope and locals, one call deeper; null when an argument does not conform to its type. */
export function callIn(
  e: Evaluation,
  scope: ReadonlyMap<string, FeelValue>,
  input: FeelValue,
  locals: FeelValue[],
  types: readonly FeelType[],
  args: readonly FeelValue[],
  body: Run,
): FeelValue {
  if (args.length !== types.length) {
    return e.warn('FEEL_ARGUMENTS', `This function takes ${types.length} arguments, not ${args.length}.`, 0, 0);
  }
  for (const [i, type] of types.entries()) {
    const value = coerceTo(args[i] ?? null, type, 'dmn', (steps) => e.pay(steps));
    if (value === undefined) {
      return e.warn('FEEL_ARGUMENTS', `Argument ${i + 1} is not of the type asked for.`, 0, 0);
    }
    locals.push(value);
  }
  return e.enter(scope, input, locals, body);
}
