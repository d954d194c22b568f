/** The text that `range( … )` takes: a range literal whose ends are constants, never names or calculations. */
import type { Node } from './ast.ts';
import { bare } from './ast.ts';
import { NameSet } from './names.ts';
import { NO_NAMES, parse } from './parser.ts';
import { parseDate, parseDateTime, parseDuration, parseTime } from './temporal-text.ts';
import { negateNumber, isFeelNumber } from './number.ts';
import type { FeelValue } from './value.ts';

export interface ConstantRange {
  readonly low: FeelValue;
  readonly high: FeelValue;
  readonly lowIncluded: boolean;
  readonly highIncluded: boolean;
}

const READERS: Readonly<Record<string, (text: string) => FeelValue>> = {
  date: parseDate,
  time: parseTime,
  'date and time': parseDateTime,
  duration: parseDuration,
};

const NAMES = { ...NO_NAMES, variables: [new NameSet(Object.keys(READERS))] };

/** Reads `[1..3]` or `[date("2026-01-01")..date("2026-02-01"))`; null when it is anything else. */
export function readConstantRange(text: string): ConstantRange | null {
  const parsed = parse(text, 'expression', NAMES);
  if (!parsed.ok || parsed.node.kind !== 'range') return null;
  const { low, high, lowIncluded, highIncluded } = parsed.node;
  const [from, to] = [constantOf(low), constantOf(high)];
  return from === undefined || to === undefined ? null : { low: from, high: to, lowIncluded, highIncluded };
}

/** The value that a node writes out: a literal, one with a minus, or a date, time or duration made of a text. */
export function constantOf(node: Node): FeelValue | undefined {
  const inner = bare(node);
  if (inner.kind === 'literal') return inner.value;
  if (inner.kind === 'negate') {
    const value = constantOf(inner.operand);
    return value !== undefined && isFeelNumber(value) ? negateNumber(value) : undefined;
  }
  if (inner.kind !== 'call' || inner.callee.kind !== 'name') return undefined;
  const reader = Object.hasOwn(READERS, inner.callee.name) ? READERS[inner.callee.name] : undefined;
  const [argument] = inner.args;
  if (reader === undefined || argument === undefined || inner.args.length > 1) return undefined;
  const from = bare(argument.value);
  return from.kind === 'literal' && typeof from.value === 'string' ? reader(from.value) : undefined;
}
