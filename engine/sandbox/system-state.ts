import type { SystemRecord } from './system-document.ts';

/** How often an effect key was seen and how often it took effect. `effects` above 1 is what must never happen. */
export interface KeyCount {
  key: string;
  action: string;
  attempts: number;
  effects: number;
}

/** An answer that is kept under an idempotency key, and the digest of the request it was given to. */
export interface KeptAnswer {
  digest: string;
  status: number;
  body: SystemRecord;
}

/** What a simulated system reads of its state. Only what differs from the document's start is held. */
export interface SystemView {
  record(collection: string, id: string): SystemRecord | undefined;
  records(collection: string): Iterable<readonly [id: string, record: SystemRecord]>;
  answer(key: string): KeptAnswer | undefined;
  count(key: string): KeyCount | undefined;
  /** Records created in a collection so far. */
  made(collection: string): number;
}

/** A change of state, as data: applied in memory here, and stored by the process of its own. */
export type Write =
  | { write: 'record'; collection: string; id: string; record: SystemRecord }
  | { write: 'answer'; key: string; answer: KeptAnswer }
  | { write: 'count'; count: KeyCount }
  | { write: 'made'; collection: string; made: number };

export interface SystemState extends SystemView {
  apply(writes: readonly Write[]): void;
  counts(): KeyCount[];
  /** Everything created or changed: collection → id → record. */
  dump(): Record<string, Record<string, SystemRecord>>;
}

/** An empty state in memory. */
export function createSystemState(): SystemState {
  const records = new Map<string, Map<string, SystemRecord>>();
  const answers = new Map<string, KeptAnswer>();
  const counts = new Map<string, KeyCount>();
  const made = new Map<string, number>();
  const applyOne = (change: Write): void => {
    switch (change.write) {
      case 'record': {
        const collection = records.get(change.collection) ?? new Map<string, SystemRecord>();
        collection.set(change.id, change.record);
        records.set(change.collection, collection);
        return;
      }
      case 'answer':
        answers.set(change.key, change.answer);
        return;
      case 'count':
        counts.set(change.count.key, change.count);
        return;
      case 'made':
        made.set(change.collection, change.made);
    }
  };
  return {
    record: (collection, id) => records.get(collection)?.get(id),
    records: (collection) => records.get(collection) ?? [],
    answer: (key) => answers.get(key),
    count: (key) => counts.get(key),
    made: (collection) => made.get(collection) ?? 0,
    apply: (writes) => {
      for (const change of writes) applyOne(change);
    },
    counts: () => [...counts.values()],
    dump: () => Object.fromEntries([...records].map(([name, rows]) => [name, Object.fromEntries(rows)])),
  };
}
