import type { FieldSpec } from '../../engine/flow/form-fields.ts';
import type { z } from '../../engine/flow/zod.ts';

export { fieldsOf, type FieldSpec } from '../../engine/flow/form-fields.ts';

/** The fields that a config shows: of alternatives the one that it has. */
export const shownFields = (
  fields: readonly FieldSpec[],
  config: Readonly<Record<string, unknown>>,
): readonly FieldSpec[] =>
  fields
    .filter(({ when }) => when === null || config[when.field] === when.is)
    .filter(
      ({ key, either }) =>
        either === null ||
        config[key] !== undefined ||
        // Of none it shows the first, so that there is a place for what is wrong.
        (fields.every((other) => other.either !== either || config[other.key] === undefined) &&
          fields.find((other) => other.either === either)?.key === key),
    );

export type Path = readonly (string | number)[];

export type ConfigChange =
  | { ok: true; config: Record<string, unknown> }
  | {
      ok: false;
      /** Why it cannot be so, by the path of the field. */ faults: readonly { path: Path; message: string }[];
    };

/** A config with another value at a path, checked by the schema of its kind. `undefined` leaves the field out. */
export function changeConfig(
  schema: z.ZodType,
  config: Record<string, unknown>,
  path: Path,
  value: unknown,
): ConfigChange {
  const next = withValue(config, path, value);
  const parsed = schema.safeParse(next);
  if (parsed.success && isRecord(next)) return { ok: true, config: next };
  const issues = parsed.error?.issues ?? [];
  return {
    ok: false,
    faults: issues.map((issue) => ({ path: issue.path.filter(isKey), message: sentence(issue.message) })),
  };
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

/** What holds a value at a path, with another value there; `undefined` leaves it out. */
export function withValue(holder: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(holder))
    return holder.map((item: unknown, i) => (i === Number(key) ? withValue(item, rest, value) : item));
  const record = isRecord(holder) ? holder : {};
  const inner = withValue(Object.hasOwn(record, key) ? record[key] : undefined, rest, value);
  if (inner === undefined) return Object.fromEntries(Object.entries(record).filter(([name]) => name !== String(key)));
  return { ...record, [key]: inner };
}

const isKey = (key: PropertyKey): key is string | number => typeof key !== 'symbol';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sentence = (text: string): string => {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? '' : '.');
};
