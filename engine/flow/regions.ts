/** Where a sub-flow was put in, its formulas see what is drawn in it, and those outside see none of that. */
import { isInlined, regionOf } from './inlined-ids.ts';
import type { OpenFlow } from './open.ts';

export interface Regions {
  /** By node where a sub-flow comes back, the one where it began. */
  entryOf: ReadonlyMap<string, string>;
  /** The region that a node's formulas are written in; '' for the drawn flow itself. */
  writtenIn(id: string): string;
  /** Whether formulas of a node may read the name of another, as far as it depends on where they were drawn. */
  sees(later: string, earlier: string): boolean;
}

const FLAT: Regions = { entryOf: new Map(), writtenIn: () => '', sees: () => true };

export function regionsOf({ nodes }: OpenFlow): Regions {
  const entries = new Map<string, string>();
  const returns = new Set<string>();
  for (const [id, { kind }] of nodes) {
    if (!isInlined(id)) continue;
    if (kind?.seam === 'entry') entries.set(regionOf(id), id);
    if (kind?.seam === 'return') returns.add(id);
  }
  if (entries.size === 0) return FLAT;
  const isEntry = new Set(entries.values());
  const writtenIn = (id: string): string => (isEntry.has(id) ? regionOf(regionOf(id)) : regionOf(id));
  const namedIn = (id: string): string => (returns.has(id) ? regionOf(regionOf(id)) : regionOf(id));
  return {
    entryOf: new Map([...returns].map((id) => [id, entries.get(regionOf(id)) ?? id])),
    writtenIn,
    sees: (later, earlier) => writtenIn(later) === namedIn(earlier),
  };
}
