import { pathKey } from './form-context.ts';
import { valueAt, type Path } from './schema-form.ts';

/** Values that a schema refused, and that stand in their fields all the same: without React. */

export interface RefusedValue {
  path: Path;
  value: unknown;
  message: string;
  /** What the document says there meanwhile. */
  instead: unknown;
}

/** By the key of its path. */
export type Refused = ReadonlyMap<string, RefusedValue>;

export const NONE_REFUSED: Refused = new Map();

const isUnder = (path: Path, above: Path): boolean =>
  path.length >= above.length && above.every((key, i) => String(key) === String(path[i]));

/** What is still refused once a value was written at a path: nothing there, nor within it, where items may have moved. */
export const withoutPath = (refused: Refused, path: Path): Refused =>
  [...refused.values()].some((one) => isUnder(one.path, path))
    ? new Map([...refused].filter(([, one]) => !isUnder(one.path, path)))
    : refused;

export const withRefused = (refused: Refused, one: RefusedValue): Refused =>
  new Map(withoutPath(refused, one.path)).set(pathKey(one.path), one);

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** What is still to be shown: where the document says something else by now, such as after an undo, that is shown. */
export const stillRefused = (refused: Refused, config: Readonly<Record<string, unknown>>): Refused =>
  [...refused.values()].every((one) => same(valueAt(config, one.path), one.instead))
    ? refused
    : new Map([...refused].filter(([, one]) => same(valueAt(config, one.path), one.instead)));
