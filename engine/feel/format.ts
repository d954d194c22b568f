/** FEEL values as text for people; also the text of FEEL's `string()`. */
import { isFeelContext, isFeelList } from './guards.ts';
import { Decimal, numberText } from './number.ts';
import { FeelFunction } from './function.ts';
import { FeelRange } from './range.ts';
import { temporalText } from './temporal-text.ts';
import type { Pay } from './compare.ts';
import type { FeelValue } from './value.ts';

const free: Pay = () => undefined;

/** As a person reads it: a string bare, everything inside a list or context as FEEL would write it. */
export function formatValue(value: FeelValue, pay: Pay = free): string {
  return typeof value === 'string' ? value : literalText(value, pay);
}

/** As FEEL writes it: strings in quotes, `[1, 2]`, `{a: 1}`; temporal values as their ISO text. */
export function literalText(value: FeelValue, pay: Pay = free): string {
  pay(1);
  if (value === null) return 'null';
  if (typeof value === 'string') {
    pay(value.length >> 3);
    return stringLiteral(value);
  }
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Decimal) return paid(numberText(value), pay);
  if (value instanceof FeelFunction) return `function ${value.name}(${value.parameters.join(', ')})`;
  if (value instanceof FeelRange) return rangeText(value, pay);
  if (isFeelContext(value)) {
    const entries = [...value].map(([key, item]) => `${keyText(key, pay)}: ${literalText(item, pay)}`);
    return paid(`{${entries.join(', ')}}`, pay);
  }
  if (isFeelList(value)) {
    return paid(`[${value.map((item) => literalText(item, pay)).join(', ')}]`, pay);
  }
  pay(3);
  return temporalText(value);
}

/** Pays for writing a text: what is inside another is written again with it. */
function paid(text: string, pay: Pay): string {
  pay(text.length >> 5);
  return text;
}

function keyText(key: string, pay: Pay): string {
  pay(1 + (key.length >> 3));
  return /^[\p{L}_][\p{L}\p{N}_]*( [\p{L}\p{N}_]+)*$/u.test(key) ? key : stringLiteral(key);
}

/** A FEEL string literal of the text. */
export function stringLiteral(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

function rangeText(range: FeelRange, pay: Pay): string {
  if (range.test !== null) return `${range.test} ${literalText(range.low ?? range.high, pay)}`;
  const low = literalText(range.low, pay);
  const high = literalText(range.high, pay);
  return `${range.lowIncluded ? '[' : '('}${low}..${high}${range.highIncluded ? ']' : ')'}`;
}
