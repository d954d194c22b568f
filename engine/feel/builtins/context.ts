/** Context built-ins (DMN 1.5, table 82). */
import { isFeelContext, isFeelList } from '../guards.ts';
import type { FeelContext, FeelList, FeelValue } from '../value.ts';
import { builtIn, overload } from './signature.ts';
import type { Arguments, BuiltIn } from './signature.ts';

/** Finding a key compares its text. */
const payKey = (a: Arguments, key: string): void => a.pay(1 + (key.length >> 8));

function getValue(a: Arguments): FeelValue | undefined {
  let at: FeelValue = a.context(0);
  const keys = isFeelList(a.value(1)) ? a.list(1) : [a.value(1)];
  for (const key of keys) {
    if (typeof key !== 'string' || !isFeelContext(at)) return undefined;
    payKey(a, key);
    at = at.get(key) ?? null;
  }
  return at;
}

function putAt(a: Arguments, at: FeelValue, keys: FeelList, value: FeelValue, from = 0): FeelContext | undefined {
  const key = keys[from];
  if (typeof key !== 'string' || (at !== null && !isFeelContext(at))) return undefined;
  const context: FeelContext = isFeelContext(at) ? at : new Map();
  a.pay(context.size + 1);
  payKey(a, key);
  const last = from === keys.length - 1;
  const inner = last ? value : putAt(a, context.get(key) ?? null, keys, value, from + 1);
  return inner === undefined ? undefined : new Map(context).set(key, inner);
}

/** `[{key: "a", value: 1}]` as `{a: 1}`; nothing for a repeated key or an entry of another shape. */
function fromEntries(a: Arguments): FeelValue | undefined {
  const result = new Map<string, FeelValue>();
  for (const entry of a.list(0)) {
    a.pay(1);
    if (!isFeelContext(entry)) return undefined;
    const { key, value } = entryOf(entry);
    if (key === null || value === undefined || result.has(key)) return undefined;
    result.set(key, value);
  }
  return result;
}

function entryOf(entry: FeelContext): { key: string | null; value: FeelValue | undefined } {
  const key = entry.get('key');
  return { key: typeof key === 'string' ? key : null, value: entry.get('value') };
}

export const contextFunctions: readonly BuiltIn[] = [
  builtIn(
    'get value',
    overload('m: context, key: string -> any', getValue),
    overload('context: context, key: string -> any', getValue),
    overload('m: context, keys: list of string -> any', getValue),
  ),
  builtIn(
    'get entries',
    overload('m: context -> list', (a) => {
      a.pay(a.context(0).size);
      return [...a.context(0)].map(
        ([key, value]) =>
          new Map<string, FeelValue>([
            ['key', key],
            ['value', value],
          ]),
      );
    }),
    overload('context: context -> list', (a) => {
      a.pay(a.context(0).size);
      return [...a.context(0)].map(
        ([key, value]) =>
          new Map<string, FeelValue>([
            ['key', key],
            ['value', value],
          ]),
      );
    }),
  ),
  builtIn('context', overload('entries: list of context -> context?', fromEntries)),
  builtIn(
    'context put',
    overload('context: context, key: string, value: any -> context', (a) =>
      putAt(a, a.context(0), [a.text(1)], a.value(2)),
    ),
    overload('context: context, keys: list of string, value: any -> context?', (a) =>
      a.list(1).length === 0 ? undefined : putAt(a, a.context(0), a.list(1), a.value(2)),
    ),
  ),
  builtIn(
    'context merge',
    overload('contexts: list of context -> context', (a) => {
      const merged = new Map<string, FeelValue>();
      for (const context of a.list(0)) {
        if (!isFeelContext(context)) return undefined;
        a.pay(context.size + 1);
        for (const [key, value] of context) merged.set(key, value);
      }
      return merged;
    }),
  ),
];
