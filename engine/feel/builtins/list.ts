/** List built-ins (DMN 1.5, table 76). */
import { isFeelList } from '../guards.ts';
import { compareValues, feelEquals } from '../compare.ts';
import {
  addNumbers,
  compareNumbers,
  divideNumbers,
  multiplyNumbers,
  normaliseDecimal,
  subtractNumbers,
  toDecimal,
  toDouble,
} from '../number.ts';
import type { FeelNumber } from '../number.ts';
import { ANY, nullable } from '../type.ts';
import type { FeelType } from '../type.ts';
import type { FeelList, FeelValue } from '../value.ts';
import { builtIn, overload } from './signature.ts';
import type { Arguments, BuiltIn } from './signature.ts';

const sameList = (types: readonly FeelType[]): FeelType =>
  types[0]?.kind === 'list' ? types[0] : { kind: 'list', of: types[0] ?? ANY };
const itemOf = (types: readonly FeelType[]): FeelType => (types[0]?.kind === 'list' ? nullable(types[0].of) : ANY);
const firstOf = (types: readonly FeelType[]): FeelType => types[0] ?? ANY;

/** A function of a list that may also be called with its items: `sum(1, 2)`. */
function onList(
  name: string,
  result: string,
  run: (items: FeelList, a: Arguments) => FeelValue | undefined,
  typed = false,
): BuiltIn {
  return builtIn(
    name,
    overload(`list: list -> ${result}`, (a) => run(a.list(0), a), typed ? itemOf : undefined),
    overload(`c1: any, ...c: any -> ${result}`, (a) => run(a.from(0), a), typed ? firstOf : undefined),
  );
}

function extreme(items: FeelList, a: Arguments, sign: 1 | -1): FeelValue | undefined {
  a.pay(items.length);
  const [first] = items;
  if (first === undefined) return null;
  let best = first;
  for (const item of items) {
    const order = compareValues(item, best);
    if (order === null) return undefined;
    if (order * sign > 0) best = item;
  }
  return best;
}

/** Folds numbers; nothing for an empty list or another kind among them. */
function fold(
  items: FeelList,
  a: Arguments,
  by: (x: FeelNumber, y: FeelNumber) => FeelNumber | null,
): FeelNumber | null {
  const numbers = a.numbers(items);
  if (numbers === null) return null;
  a.pay(numbers.length * 3);
  let result: FeelNumber | null = null;
  for (const [i, n] of numbers.entries()) {
    const next: FeelNumber | null = i === 0 || result === null ? n : by(result, n);
    if (next === null) return null;
    result = next;
  }
  return result;
}

function mean(items: FeelList, a: Arguments): FeelNumber | null {
  const total = fold(items, a, addNumbers);
  return total === null ? null : divideNumbers(total, items.length);
}

function sorted(items: FeelList, a: Arguments): FeelNumber[] | null {
  const numbers = a.numbers(items);
  if (numbers === null) return null;
  a.pay(items.length * Math.ceil(Math.log2(items.length + 2)));
  return numbers.toSorted(compareNumbers);
}

function median(items: FeelList, a: Arguments): FeelValue | undefined {
  const numbers = sorted(items, a);
  if (numbers === null) return undefined;
  const middle = numbers.length >> 1;
  const high = numbers[middle];
  if (high === undefined) return null;
  const low = numbers[middle - 1];
  if (numbers.length % 2 === 1 || low === undefined) return high;
  const sum = addNumbers(low, high);
  return sum === null ? undefined : (divideNumbers(sum, 2) ?? undefined);
}

/** Sample standard deviation: of two numbers or more. */
function stddev(items: FeelList, a: Arguments): FeelValue | undefined {
  const average = mean(items, a);
  const numbers = a.numbers(items);
  if (average === null || numbers === null || numbers.length < 2) return undefined;
  a.pay(numbers.length * 6 + 400);
  let squares: FeelNumber | null = 0;
  for (const n of numbers) {
    const distance = subtractNumbers(n, average);
    const square = distance === null ? null : multiplyNumbers(distance, distance);
    squares = square === null || squares === null ? null : addNumbers(squares, square);
  }
  const variance = squares === null ? null : divideNumbers(squares, numbers.length - 1);
  return variance === null ? undefined : (normaliseDecimal(toDecimal(variance).sqrt()) ?? undefined);
}

/** The numbers that stand most often, in ascending order. */
function mode(items: FeelList, a: Arguments): FeelValue | undefined {
  const numbers = sorted(items, a);
  if (numbers === null) return undefined;
  let best: FeelNumber[] = [];
  let bestCount = 0;
  let count = 0;
  for (const [i, n] of numbers.entries()) {
    const before = numbers[i - 1];
    count = before !== undefined && compareNumbers(before, n) === 0 ? count + 1 : 1;
    if (count > bestCount) {
      best = [n];
      bestCount = count;
    } else if (count === bestCount) {
      best.push(n);
    }
  }
  return best;
}

/** Three-valued and/or over a list; other kinds count as undecided. */
function ternary(items: FeelList, a: Arguments, decisive: boolean): FeelValue | undefined {
  a.pay(items.length);
  if (items.includes(decisive)) return decisive;
  return items.every((item) => item === !decisive) ? !decisive : null;
}

/** A position from 1, or from the end when negative, as an index; -1 when outside. */
function indexAt(position: FeelNumber, length: number): number {
  const at = toDouble(position);
  if (!Number.isInteger(at) || at === 0 || Math.abs(at) > length) return -1;
  return at > 0 ? at - 1 : length + at;
}

function sublist(a: Arguments): FeelValue | undefined {
  const items = a.list(0);
  a.pay(items.length >> 3);
  const start = indexAt(a.number(1), items.length);
  if (start < 0) return undefined;
  if (!a.has(2)) return items.slice(start);
  const length = Math.trunc(toDouble(a.number(2)));
  return length < 1 || start + length > items.length ? undefined : items.slice(start, start + length);
}

function insertBefore(a: Arguments): FeelValue | undefined {
  const items = a.list(0);
  a.pay(items.length >> 3);
  const at = indexAt(a.number(1), items.length);
  return at < 0 ? undefined : items.toSpliced(at, 0, a.value(2));
}

function remove(a: Arguments): FeelValue | undefined {
  const items = a.list(0);
  a.pay(items.length >> 3);
  const at = indexAt(a.number(1), items.length);
  return at < 0 ? undefined : items.toSpliced(at, 1);
}

function replaceAt(a: Arguments): FeelValue | undefined {
  const items = a.list(0);
  a.pay(items.length >> 3);
  const at = indexAt(a.number(1), items.length);
  return at < 0 ? undefined : items.with(at, a.value(2));
}

function replaceMatching(a: Arguments): FeelValue | undefined {
  const replaced: FeelValue[] = [];
  for (const item of a.list(0)) {
    const verdict = a.fn(1).call([item, a.value(2)], a.e);
    if (typeof verdict !== 'boolean') return undefined;
    replaced.push(verdict ? a.value(2) : item);
  }
  return replaced;
}

function distinct(items: FeelList, a: Arguments): FeelList {
  const kept: FeelValue[] = [];
  const seen = new Set<FeelValue>();
  const objects: FeelValue[] = [];
  for (const item of items) {
    a.pay(1);
    if (typeof item !== 'object' || item === null) {
      if (!seen.has(item)) kept.push(item);
      seen.add(item);
    } else if (!objects.some((other) => feelEquals(item, other, a.pay))) {
      kept.push(item);
      objects.push(item);
    }
  }
  return kept;
}

function flatten(items: FeelList, a: Arguments, into: FeelValue[] = []): FeelValue[] {
  for (const item of items) {
    a.pay(1);
    if (isFeelList(item)) flatten(item, a, into);
    else into.push(item);
  }
  return into;
}

function contains(items: FeelList, wanted: FeelValue, a: Arguments): boolean {
  a.pay(items.length >> 2);
  return items.some((item) => feelEquals(item, wanted, a.pay));
}

function sort(a: Arguments): FeelValue | undefined {
  const precedes = a.has(1) ? a.fn(1) : null;
  let failed = false;
  const order = (x: FeelValue, y: FeelValue): number => {
    a.pay(1);
    if (precedes === null) {
      const natural = compareValues(x, y);
      failed ||= natural === null;
      return natural ?? 0;
    }
    if (precedes.call([x, y], a.e) === true) return -1;
    return precedes.call([y, x], a.e) === true ? 1 : 0;
  };
  const result = a.list(0).toSorted(order);
  return failed ? undefined : result;
}

function concatenated(a: Arguments): FeelList {
  const lists = a.from(0).map((list) => (isFeelList(list) ? list : [list]));
  for (const list of lists) a.pay(1 + (list.length >> 2));
  return lists.flat(1);
}

export const listFunctions: readonly BuiltIn[] = [
  builtIn(
    'list contains',
    overload('list: list, element: any -> boolean', (a) => contains(a.list(0), a.value(1), a)),
  ),
  builtIn(
    'count',
    overload('list: list -> number', (a) => a.list(0).length),
  ),
  onList('min', 'any', (items, a) => extreme(items, a, -1), true),
  onList('max', 'any', (items, a) => extreme(items, a, 1), true),
  onList('sum', 'number?', (items, a) => (items.length === 0 ? null : (fold(items, a, addNumbers) ?? undefined))),
  onList('product', 'number?', (items, a) =>
    items.length === 0 ? null : (fold(items, a, multiplyNumbers) ?? undefined),
  ),
  onList('mean', 'number?', (items, a) => mean(items, a) ?? undefined),
  onList('median', 'number?', median),
  onList('stddev', 'number?', stddev),
  onList('mode', 'list of number?', mode),
  onList('all', 'boolean?', (items, a) => ternary(items, a, false)),
  onList('and', 'boolean?', (items, a) => ternary(items, a, false)),
  onList('any', 'boolean?', (items, a) => ternary(items, a, true)),
  onList('or', 'boolean?', (items, a) => ternary(items, a, true)),
  builtIn('sublist', overload('list: list, start position: number, length?: number -> list', sublist, sameList)),
  builtIn(
    'append',
    overload('list: list, ...item: any -> list', (a) => {
      a.pay(a.list(0).length >> 3);
      return [...a.list(0), ...a.from(1)];
    }),
  ),
  builtIn('concatenate', overload('...list: list -> list', concatenated)),
  builtIn('insert before', overload('list: list, position: number, newItem: any -> list', insertBefore)),
  builtIn('remove', overload('list: list, position: number -> list', remove, sameList)),
  builtIn(
    'list replace',
    overload('list: list, position: number, newItem: any -> list', replaceAt),
    overload('list: list, match: function, newItem: any -> list', replaceMatching),
  ),
  builtIn(
    'reverse',
    overload(
      'list: list -> list',
      (a) => {
        a.pay(a.list(0).length >> 3);
        return a.list(0).toReversed();
      },
      sameList,
    ),
  ),
  builtIn(
    'index of',
    overload('list: list, match: any -> list of number', (a) => {
      a.pay(a.list(0).length);
      return a
        .list(0)
        .map((item, i) => (feelEquals(item, a.value(1), a.pay) ? i + 1 : 0))
        .filter((i) => i > 0);
    }),
  ),
  builtIn(
    'union',
    overload('...list: list -> list', (a) => distinct(concatenated(a), a)),
  ),
  builtIn(
    'distinct values',
    overload('list: list -> list', (a) => distinct(a.list(0), a), sameList),
  ),
  builtIn(
    'flatten',
    overload('list: list -> list', (a) => flatten(a.list(0), a)),
  ),
  builtIn('sort', overload('list: list, precedes?: function -> list', sort, sameList)),
];
