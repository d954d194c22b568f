import type { Path } from './problems.ts';
import { asJson, canonicalJson } from './json.ts';
import type { WholeRow } from '../dmn/diff-table-words.ts';

/** What every part of a difference between two flows is made of. */

/** One difference between two flows. */
export interface FlowChange {
  what:
    | 'about'
    | 'input'
    | 'node'
    | 'edge'
    | 'place'
    | 'group'
    | 'comment'
    | 'connection'
    | 'model'
    | 'subflow'
    | 'policy';
  /** Id of the node or edge, name of the input field, key of the about; what a flow leans on goes by its name or path. */
  id: string;
  /** What the person calls it. */
  name: string;
  /** `unread`: of what the flow names on both sides, the file cannot be read on one. */
  change: 'added' | 'removed' | 'changed' | 'unread';
  /**
   * Where in the document; for a change inside a config the path of the innermost value that differs, in which an item
   * of a list whose items have ids stands under its id, and a cell of a decision table under those of row and column.
   */
  path: Path;
  /** The value before and after; undefined where there was or is none. */
  before: unknown;
  after: unknown;
  /** The difference as one sentence. */
  sentence: string;
  /** A row that was added to a table or removed from it, as it reads under the heads of its columns. */
  row?: WholeRow;
}

export const sameJson = (a: unknown, b: unknown): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(asJson(a)) === canonicalJson(asJson(b)));

export interface Pair<T> {
  id: string;
  before: T | undefined;
  after: T | undefined;
}

/** What stands under each key before and after, by key in sorted order. */
export const pairs = <T>(before: Readonly<Record<string, T>>, after: Readonly<Record<string, T>>): Pair<T>[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().map((id) => ({
    id,
    before: Object.hasOwn(before, id) ? before[id] : undefined,
    after: Object.hasOwn(after, id) ? after[id] : undefined,
  }));

export const changeOf = (pair: Pair<unknown>): FlowChange['change'] =>
  pair.before === undefined ? 'added' : pair.after === undefined ? 'removed' : 'changed';
