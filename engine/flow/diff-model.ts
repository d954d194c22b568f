/** What changed in the DMN model of a rule: its tables by row and cell, and whether anything changed beside them. */
import { changeTable, openDmn } from '../dmn/exchange/model-file.ts';
import type { ModelFile } from '../dmn/exchange/model-file.ts';
import type { DecisionTable } from '../dmn/table-document.ts';
import { z } from './zod.ts';

const modelSchema = z.looseObject({ model: z.looseObject({ lines: z.array(z.string()).min(1) }) });
type Holder = z.infer<typeof modelSchema>;

export interface TablePair {
  readonly key: string;
  /** The element that the table is the logic of. */
  readonly owner: string;
  readonly before: DecisionTable;
  readonly after: DecisionTable;
}

export interface ModelDiff {
  readonly tables: readonly TablePair[];
  /** Whether the documents differ in more than what the tables show. */
  readonly beside: boolean;
  /** The config as it was, with the document as it is: what else changed stands out. */
  readonly rest: Record<string, unknown>;
}

const holderOf = (config: unknown): Holder | null => modelSchema.safeParse(config).data ?? null;

/** Null where there are not two documents that differ. */
export function diffModels(before: unknown, after: unknown): ModelDiff | null {
  const [one, other] = [holderOf(before), holderOf(after)];
  if (one === null || other === null) return null;
  const [old, now] = [one.model.lines.join('\n'), other.model.lines.join('\n')];
  if (old === now) return null;
  const rest = { ...one, model: { ...one.model, lines: other.model.lines } };
  const [was, is] = [openDmn(old), openDmn(now)];
  if (!was.ok || !is.ok) return { tables: [], beside: true, rest };
  const tables = was.file.tables.flatMap(({ key, owner, table }): TablePair[] => {
    const found = is.file.tables.find((same) => same.key === key);
    const differs = found !== undefined && JSON.stringify(found.table) !== JSON.stringify(table);
    return differs ? [{ key, owner: owner.name, before: table, after: found.table }] : [];
  });
  return { tables, beside: withTables(was.file, tables) !== now, rest };
}

/** The document with its tables changed; null where one cannot be. */
function withTables(file: ModelFile, tables: readonly TablePair[]): string | null {
  let text = file.text;
  for (const { key, after } of tables) {
    const opened = openDmn(text);
    const changed = opened.ok ? changeTable(opened.file, key, after) : null;
    if (changed === null) return null;
    text = changed;
  }
  return text;
}
