import { aiDecisionSchema } from '../../nodes/ai-decision/config.ts';
import { approvalSchema } from '../../nodes/approval/config.ts';
import { connectorSchema } from '../../nodes/connector/config.ts';
import { ruleSchema, tableOf } from '../../nodes/rule/config.ts';
import { triggerSchema } from '../../nodes/trigger/config.ts';
import type { Action } from '../../engine/connections/contract.ts';
import type { FlowNode } from '../../engine/flow/document.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import type { DecisionTable } from '../../engine/dmn/table-document.ts';
import { durationParts, UNITS } from '../inspector/duration-parts.ts';
import { own, type Description } from './describe.ts';

/** What a card says without a click: pure, no words of its own. */

export interface CardTable {
  heads: readonly string[];
  /** How many of the columns are inputs. */
  inputs: number;
  rows: readonly (readonly string[])[];
  /** Rows, and columns, that are not shown. */
  more: number;
  moreColumns: number;
}

/** Who is asked where a model's answer does not count. */
export interface Instead {
  model: string | null;
  rows: number | null;
  role: string | null;
}

export type CardFacts =
  | { of: 'ai'; question: string; model: string; version: string | null; bar: number | null; instead: Instead | null }
  | { of: 'rule'; hitPolicy: string; table: CardTable }
  | { of: 'approval'; title: string; role: string; count: number; dueMs: number | null }
  | {
      of: 'action';
      connection: string;
      action: string;
      title: string | null;
      /** What its contract says of cases beside each other. */
      across: Pick<Action, 'businessKey' | 'limits'>;
    }
  /** `orderBy` is the formula for which cases run one at a time. */
  | { of: 'start'; sentence: string; orderBy: string | null; deadlineMs: number | null }
  | { of: 'sentence'; sentence: string };

/** So many rows and columns of a table are shown. */
const ROWS = 3;
const INPUTS = 2;
const COLUMNS = 3;

/** What matters of a step, by its kind; its sentence where nothing better is known. */
export function cardFacts(node: FlowNode, { sentence }: Description, surroundings: Surroundings): CardFacts {
  switch (node.kind) {
    case 'ai-decision': {
      const read = aiDecisionSchema.safeParse(node.config);
      if (!read.success) break;
      const { question, model, bar, fallback } = read.data;
      const card = own(surroundings.models, model);
      const { table, person } = fallback ?? {};
      const instead =
        fallback === undefined
          ? null
          : { model: fallback.model ?? null, rows: table?.rows.length ?? null, role: person?.role ?? null };
      const version = card?.modelVersion ?? null;
      return { of: 'ai', question, model, version, bar: bar ?? card?.bar ?? null, instead };
    }
    case 'approval': {
      const read = approvalSchema.safeParse(node.config);
      if (!read.success) break;
      const { title, role, count, due } = read.data;
      return { of: 'approval', title, role, count, dueMs: due === null ? null : lengthMs(due) };
    }
    case 'connector': {
      const read = connectorSchema.safeParse(node.config);
      if (!read.success || read.data.connection === '') break;
      const { connection, action } = read.data;
      const contract = own(own(surroundings.connections, connection)?.actions ?? {}, action);
      return { of: 'action', connection, action, title: contract?.title ?? null, across: contract ?? {} };
    }
    case 'trigger': {
      const read = triggerSchema.safeParse(node.config);
      const { orderBy = '', deadline = null } = read.success ? read.data : {};
      if (orderBy.trim() === '' && deadline === null) break;
      const deadlineMs = deadline === null ? null : lengthMs(deadline);
      return { of: 'start', sentence, orderBy: orderBy.trim() === '' ? null : orderBy.trim(), deadlineMs };
    }
    case 'rule': {
      const read = ruleSchema.safeParse(node.config);
      const table = read.success ? tableOf(read.data) : null;
      if (table === null) break;
      return { of: 'rule', hitPolicy: table.hitPolicy, table: shortTable(table) };
    }
    default:
  }
  return { of: 'sentence', sentence };
}

function lengthMs(duration: string): number | null {
  const parts = durationParts(duration);
  const seconds = UNITS.find(({ unit }) => unit === parts?.unit)?.seconds ?? 1;
  return parts === null ? null : parts.count * seconds * 1000;
}

/**
 * The first rows, in as many columns as fit: the inputs that tell these rows apart, then outputs, those first in which the
 * rows differ. A table whose inputs say nothing of these rows shows its first.
 */
function shortTable({ inputs, outputs, rows }: DecisionTable): CardTable {
  const first = rows.slice(0, ROWS);
  const asked = inputs.map((_, i) => i).filter((i) => first.some(({ when }) => (when[i] ?? ANY_VALUE) !== ANY_VALUE));
  const ins = telling(
    asked.length > 0 ? asked : inputs.map((_, i) => i).slice(0, 1),
    INPUTS,
    first.map(({ when }) => when),
  );
  const outs = telling(
    outputs.map((_, i) => i),
    Math.max(1, COLUMNS - ins.length),
    first.map(({ then }) => then),
  );
  return {
    heads: [...ins.map((i) => inputs[i]?.expression ?? ''), ...outs.map((i) => outputs[i]?.name ?? '')],
    inputs: ins.length,
    rows: first.map(({ when, then }) => [
      ...ins.map((i) => plain(when[i] ?? '')),
      ...outs.map((i) => plain(then[i] ?? '')),
    ]),
    more: rows.length - first.length,
    moreColumns: inputs.length + outputs.length - ins.length - outs.length,
  };
}

/** At most so many of these columns, in their order, by which most of the rows differ; the first of several that do. */
function telling(columns: readonly number[], most: number, rows: readonly (readonly string[])[]): number[] {
  const apart = (some: readonly number[]): number =>
    new Set(rows.map((row) => JSON.stringify(some.map((i) => row[i] ?? '')))).size;
  const chosen: number[] = [];
  while (chosen.length < Math.min(most, columns.length)) {
    const open = columns.filter((i) => !chosen.includes(i));
    const counts = open.map((i) => apart([...chosen, i]));
    const next = open[counts.indexOf(Math.max(...counts))];
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen.toSorted((a, b) => a - b);
}

/** In letters: a column is at least so wide, and at most; the room beside its text is as wide as two. */
const NARROW = 4;
const WIDE = 15;
const BESIDE = 2;

/** How wide each column is drawn, in percent of the card: as its texts are long, within bounds. */
export function columnShares({ heads, rows }: Pick<CardTable, 'heads' | 'rows'>): number[] {
  const lengths = heads.map((head, i) => {
    const texts = [head.split('.').at(-1) ?? head, ...rows.map((row) => row[i] ?? '')];
    return BESIDE + Math.min(WIDE, Math.max(NARROW, ...texts.map((text) => text.length)));
  });
  const all = lengths.reduce((sum, length) => sum + length, 0);
  return lengths.map((length) => Math.round((100 * length) / all));
}

/** A cell that takes any value. */
export const ANY_VALUE = '-';

/** A text without its quotes, as people read it; everything else as it is. */
const plain = (cell: string): string => /^"([^"\\]*)"$/.exec(cell.trim())?.[1] ?? cell;
