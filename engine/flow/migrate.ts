import type { Kinds } from './open.ts';
import { kindNamed } from './open.ts';
import { isRecord } from './shape.ts';

/** A document before its shape is known. */
export type RawDocument = Readonly<Record<string, unknown>>;

/**
 * One step from a document version to the next. The document's version is the only version there is: a new shape of a
 * kind's config comes with a new document version, and `kinds` says which of the kind's migrations it runs.
 */
export interface FlowMigration {
  /** Changes the document apart from its version; must bear with data of any shape. */
  document?: (raw: RawDocument) => RawDocument;
  /** By kind, the index into its `migrations` that every node of that kind goes through. */
  kinds?: Readonly<Record<string, number>>;
}

/** Every format a flow document ever had: `steps[i]` takes version `oldest + i` to the next. */
export interface FlowHistory {
  oldest: number;
  steps: readonly FlowMigration[];
}

/** Version 1 is the first, so there is nothing to migrate yet. */
export const FLOW_HISTORY: FlowHistory = { oldest: 1, steps: [] };

/** The newest version that a history leads to. */
export const newestVersion = (history: FlowHistory): number => history.oldest + history.steps.length;

/**
 * An older document in today's format, unchecked. `version` lies between the oldest and the newest of the history.
 * Throws what a migration throws.
 */
export function migrateFlow(raw: RawDocument, version: number, kinds: Kinds, history: FlowHistory): RawDocument {
  let document = raw;
  for (let at = version; at < newestVersion(history); at++) {
    const step = history.steps[at - history.oldest];
    if (step === undefined) throw new Error(`no migration leads on from document version ${at}`);
    document = migrateConfigs(step.document?.(document) ?? document, step.kinds ?? {}, kinds);
    document = { ...document, version: at + 1 };
  }
  return document;
}

function migrateConfigs(raw: RawDocument, steps: Readonly<Record<string, number>>, kinds: Kinds): RawDocument {
  const nodes = raw['nodes'];
  if (!isRecord(nodes) || Object.keys(steps).length === 0) return raw;
  const migrated = Object.entries(nodes).map(([id, node]) => [id, migrateConfig(node, steps, kinds)]);
  return { ...raw, nodes: Object.fromEntries(migrated) };
}

function migrateConfig(node: unknown, steps: Readonly<Record<string, number>>, kinds: Kinds): unknown {
  if (!isRecord(node) || typeof node['kind'] !== 'string' || !isRecord(node['config'])) return node;
  const kindName = node['kind'];
  if (!Object.hasOwn(steps, kindName)) return node;
  const migration = kindNamed(kinds, kindName)?.migrations[steps[kindName] ?? -1];
  if (migration === undefined) throw new Error(`the kind ${kindName} lacks the migration that the document asks for`);
  return { ...node, config: migration({ ...node['config'] }) };
}

/**
 * What is wrong with a history, as sentences; empty when every migration of every kind has its place in it, once and
 * in order, and it leads to `version`. Held by a test for the history that ships.
 */
export function historyGaps(history: FlowHistory, kinds: Kinds, version: number): string[] {
  const gaps: string[] = [];
  if (newestVersion(history) !== version) {
    gaps.push(`the history leads to version ${newestVersion(history)}, the document has version ${version}`);
  }
  const next = new Map<string, number>();
  history.steps.forEach((step, i) => {
    for (const [kind, index] of Object.entries(step.kinds ?? {})) {
      const expected = next.get(kind) ?? 0;
      if (index !== expected) gaps.push(`step ${i} runs migration ${index} of ${kind}, next would be ${expected}`);
      next.set(kind, index + 1);
    }
  });
  for (const [name, kind] of Object.entries(kinds)) {
    const ran = next.get(name) ?? 0;
    if (ran !== kind.migrations.length) {
      gaps.push(`${name} has ${kind.migrations.length} migrations, the history runs ${ran}`);
    }
  }
  for (const name of next.keys()) if (kindNamed(kinds, name) === null) gaps.push(`there is no kind ${name}`);
  return gaps;
}
