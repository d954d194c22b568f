/** What the formulas of one node may use. */
import type { FeelScopeTypes } from '../feel/index.ts';
import { ANY, nullable, unionOf, type FeelType } from '../feel/type.ts';
import { itemOf, mustPrecedeJoin, sees } from './blocks.ts';
import type { Graph, Precedence } from './graph.ts';
import type { OpenFlow } from './open.ts';
import type { Regions } from './regions.ts';

/** What a node leaves for those who come by one of its exits, and who can do so without the node running anew. */
export interface Exit {
  type: FeelType;
  reaches: ReadonlySet<string>;
}

/** A flow as its nodes see each other. */
export interface Sight {
  opened: OpenFlow;
  graph: Graph;
  before: Precedence;
  input: FeelType;
  regions: Regions;
}

/** A flow of which some nodes are typed: in scope is what those left. */
export interface Seen extends Sight {
  /** Written types; a node that is absent has not been looked at. */
  writes: ReadonlyMap<string, FeelType | null>;
  exits: ReadonlyMap<string, readonly Exit[]>;
  items: ReadonlyMap<string, FeelType>;
}

/** The union over the exits by which one can have come; null when the node has no such types. */
function typeSeen(exits: readonly Exit[] | undefined, id: string): FeelType | null {
  let seen: FeelType | null = null;
  for (const { type, reaches } of exits ?? []) if (reaches.has(id)) seen = seen === null ? type : unionOf(seen, type);
  return seen;
}

/** `input` and every node in sight that can have run before, under its name; nullable unless it always has. */
export function scopeOf(id: string, seen: Seen): FeelScopeTypes {
  const { opened, graph, before, input, writes, exits, items, regions } = seen;
  const scope: Record<string, FeelType> = regions.writtenIn(id) === '' ? { input } : {};
  const { blocks } = graph;
  const collecting = blocks.splitOf.get(id);
  // Where iterations are collected each of them has run, however short the list.
  const collected =
    collecting !== undefined && blocks.iterates.has(collecting)
      ? mustPrecedeJoin(graph, id, before.alwaysPrecedes)
      : null;
  const put = (name: string | undefined, type: FeelType | null | undefined, always: boolean): void => {
    // A name that is the language's own is a problem of its node and must not hide what it names.
    if (type === null || name === undefined || name === 'input' || name === '__proto__') return;
    const one = type === undefined || always ? (type ?? ANY) : nullable(type);
    // Two nodes of one name are a problem of theirs; which one is meant cannot be told.
    scope[name] = Object.hasOwn(scope, name) ? ANY : one;
  };
  const returns = new Map<string, string[]>();
  before.eachBefore(id, (other, precedes) => {
    if (!sees(blocks, id, other) || !regions.sees(id, other)) return;
    const entry = regions.entryOf.get(other);
    if (entry !== undefined) returns.set(entry, [...(returns.get(entry) ?? []), other]);
    else
      put(
        opened.nodes.get(other)?.node.name,
        typeSeen(exits.get(other), id) ?? writes.get(other),
        precedes || collected?.has(other) === true,
      );
  });
  // Whoever is past a sub-flow's beginning, and not in it, is past one of its returns.
  for (const [entry, all] of returns) {
    const always = before.alwaysPrecedes(entry, id) || collected?.has(entry) === true;
    put(opened.nodes.get(all[0] ?? '')?.node.name, returnedType(id, all, seen), always);
  }
  const around = [...(blocks.around.get(id) ?? []), ...(collecting === undefined ? [] : [collecting])];
  for (const split of around) {
    const name = itemOf(opened.nodes.get(split)?.sound ?? null);
    if (name === null || name === 'input' || name === '__proto__' || !regions.sees(id, split)) continue;
    scope[name] = items.get(split) ?? ANY;
  }
  return scope;
}

/** What a sub-flow has left at a node: what it gives at those of its returns by which one can have come. */
function returnedType(id: string, returns: readonly string[], { writes, exits }: Seen): FeelType | undefined {
  const reaching = returns.filter((one) => !exits.has(one) || typeSeen(exits.get(one), id) !== null);
  let type: FeelType | undefined;
  for (const one of reaching.length > 0 ? reaching : returns) {
    const written = writes.get(one);
    if (written === undefined || written === null) return undefined;
    type = type === undefined ? written : unionOf(type, written);
  }
  return type;
}
