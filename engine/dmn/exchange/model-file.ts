/** A DMN document that was read: its model, compiled with those that it imports, and its tables as ours. */
import { compileModel } from '../compile-model.ts';
import type { CompiledModel } from '../compile-model.ts';
import type { BoxedTable, Decision, DmnModel } from '../model.ts';
import { readModel } from '../read-model.ts';
import type { ModelProblem } from '../read-model.ts';
import type { DecisionTable } from '../table-document.ts';
import type { XmlElement } from '../xml.ts';
import { tablePlaces, viewTable } from './table-view.ts';
import type { TablePlace } from './table-view.ts';
import { writeTable } from './table-write.ts';

/** One of a model's tables, as the editor shows it. */
export interface ModelTable extends Omit<TablePlace, 'element' | 'typeRef'> {
  readonly table: DecisionTable;
}

export interface ModelFile {
  readonly text: string;
  readonly root: XmlElement;
  readonly model: DmnModel;
  readonly compiled: CompiledModel;
  readonly tables: readonly ModelTable[];
  /** The rows that matched in the tables of the last evaluation. */
  readonly watched: ReadonlyMap<BoxedTable, readonly number[]>;
  /** Forgets what was watched; before each evaluation. */
  readonly reset: () => void;
}

export type FileReading =
  | { readonly ok: true; readonly file: ModelFile }
  | { readonly ok: false; readonly problem: ModelProblem };

/** The documents read last: a rule is checked, drawn and compiled from the same text many times. */
const KEPT = 6;
const known = new Map<string, FileReading>();

/**
 * Reads a DMN document. Never throws: a document that is none comes back as a problem that names the place.
 * @param text the document
 * @param imports the documents of the models that it imports
 */
export function openDmn(text: string, imports: readonly string[] = []): FileReading {
  const key = imports.length === 0 ? text : JSON.stringify([text, ...imports]);
  const before = known.get(key);
  const reading = before ?? readDmn(text, imports);
  known.delete(key);
  known.set(key, reading);
  const [oldest] = known.keys();
  if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  return reading;
}

function readDmn(text: string, imports: readonly string[]): FileReading {
  const reading = readModel(text);
  if (!reading.ok) return reading;
  const others: DmnModel[] = [];
  for (const other of imports) {
    const read = readModel(other);
    if (!read.ok) return read;
    others.push(read.model);
  }
  const { model, root } = reading;
  const watched = new Map<BoxedTable, readonly number[]>();
  const compiled = compileModel(model, others, (table, rows) => watched.set(table, rows));
  const tables = tablePlaces(root).map((place): ModelTable => ({
    key: place.key,
    owner: place.owner,
    whole: place.whole,
    table: viewTable(place, model),
  }));
  const file = { text, root, model, compiled, tables, watched, reset: () => watched.clear() };
  return { ok: true, file };
}

/** A decision of a model by its id; null when there is none. */
export const decisionIn = (file: ModelFile, id: string): Decision | null =>
  file.model.decisions.find((decision) => decision.id === id) ?? null;

/** The table that is the logic of a decision; null when its logic is none or another. */
export const logicTable = (file: ModelFile, decision: string): ModelTable | null =>
  file.tables.find(({ owner, whole }) => whole && owner.id === decision) ?? null;

/**
 * The document with one of its tables changed; everything else stays byte for byte, and an unchanged table gives the same
 * text. Null when there is no such table.
 */
export function changeTable(file: ModelFile, key: string, table: DecisionTable): string | null {
  const before = file.tables.find((one) => one.key === key);
  const place = tablePlaces(file.root).find((one) => one.key === key);
  if (before === undefined || place === undefined) return null;
  return writeTable(file.text, file.root, place.element, before.table, table);
}
