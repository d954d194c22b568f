import type { DecisionTable } from '../dmn/table.ts';
import type { Program } from '../program/program.ts';
import { aiDecision } from '../../nodes/ai-decision/config.ts';
import { rule, tableOf } from '../../nodes/rule/config.ts';
import type { StoryFact } from './told.ts';

const known = new WeakMap<object, DecisionTable | null>();

/** The table by which a node of a program decides, its fallback's included; null where it has none. */
function tableIn({ flow }: Pick<Program, 'flow'>, id: string): DecisionTable | null {
  const node = flow.nodes[id];
  if (node === undefined) return null;
  const before = known.get(node.config);
  if (before !== undefined) return before;
  const found = tableOfNode(node);
  known.set(node.config, found);
  return found;
}

function tableOfNode({ kind, config }: { kind: string; config: object }): DecisionTable | null {
  if (kind === rule.kind) {
    const read = rule.schema.safeParse(config);
    return read.success ? tableOf(read.data) : null;
  }
  if (kind !== aiDecision.kind) return null;
  return aiDecision.schema.safeParse(config).data?.fallback?.table ?? null;
}

/** The rows that matched, as a person finds them in the table of the program that ran: by number, with note and cells. */
export function rowsIn(program: Pick<Program, 'flow'>, node: string, rows: readonly string[]): StoryFact[] {
  const table = rows.length === 0 ? null : tableIn(program, node);
  return rows.map((id) => {
    const at = table?.rows.findIndex((row) => row.id === id) ?? -1;
    const row = table?.rows[at];
    if (table === null || row === undefined)
      return { what: 'row', name: '', value: `the row with the id “${id}”`, seal: 'open' };
    const asks = table.inputs.flatMap(({ label, expression }, i) => {
      const cell = (row.when[i] ?? '').trim();
      return cell === '' || cell === '-' ? [] : [`${label ?? expression}: ${cell}`];
    });
    const gives = table.outputs.map(({ name }, i) => `${name} = ${(row.then[i] ?? '').trim() || 'nothing'}`);
    const note = row.note === undefined || row.note === '' ? '' : ` (${row.note})`;
    const value = `${asks.length === 0 ? 'whatever it is' : asks.join(', ')} → ${gives.join(', ')}${note}`;
    return { what: 'row', name: String(at + 1), value, seal: 'open' };
  });
}
