import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { z } from '../../engine/flow/zod.ts';
import { readText } from '../../engine/studio/text-file.ts';
import { KINDS } from '../../nodes/index.ts';
import { answerOf, countersign, holds, refusalOf } from '../support/command-line.ts';
import { scratch } from '../support/folder.ts';
import { changeFlow, copySupportDesk, FLOW } from '../support/support-desk.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';

const folder = scratch('tables');
afterAll(() => folder.remove());

/** A copy of the sample with a rule of its own, which nothing leads to. */
function withTable(name: string, table: DecisionTable): string {
  const root = copySupportDesk(join(folder.path, name));
  changeFlow(root, (flow) => {
    flow.nodes['n_sized'] = { kind: 'rule', name: 'Sized', config: { table, branchBy: null } };
    flow.input['size'] = { type: 'number' };
  });
  return root;
}

const table: DecisionTable = {
  hitPolicy: 'UNIQUE',
  inputs: [{ id: 'i1', label: 'size', expression: 'input.size' }],
  outputs: [{ id: 'o1', name: 'class', values: ['small', 'large'] }],
  rows: [
    { id: 'r1', when: ['<= 50'], then: ['"small"'] },
    { id: 'r2', when: ['[50..60]'], then: ['"large"'] },
    { id: 'r3', when: ['> "many"'], then: ['"huge"'] },
    { id: 'r4', when: ['> 100 + input.size'], then: ['"large"'] },
  ],
};

describe('countersign validate on a decision table', () => {
  test('names the row, the column and an example', async () => {
    const { code, out } = await countersign('validate', withTable('faulty', table));
    expect(code).toBe(1);
    const lines = out.split('\n').filter((line) => line.includes('ow ') || line.includes('Sized'));
    const said = lines.join('\n');
    expect(said).toContain(
      '  error  Row 2 and row 1 both match where, for example, “size” is 50. The hit policy UNIQUE does not allow that.',
    );
    expect(said).toContain('(TABLE, step “Sized”, row 2)');
    expect(said).toContain('(EXPRESSION_TYPE, step “Sized”, row 3, “size”, character 1)');
    expect(said).toContain('(TABLE, step “Sized”, row 3, “class”, character 1)');
    expect(said).toContain(
      '  warning  Row 4, “size”: This cell is more than tests over constants. Overlaps and gaps that depend on it are not found.',
    );
    expect(said).toContain('(TABLE, step “Sized”, row 4, “size”)');
  });

  test('tells of a gap with a value that falls in, and of nothing where there is nothing to tell', async () => {
    const [one, two] = [table.rows.slice(0, 1), [{ id: 'r9', when: ['> 60'], then: ['"large"'] }]];
    const gap = await countersign('validate', withTable('gap', { ...table, rows: [...one, ...two] }));
    expect(gap.out).toContain('  warning  No row matches where, for example, “size” is 51.\n');
    expect(gap.out).toContain('(TABLE, step “Sized”, table)');
    const whole = [{ id: 'r9', when: ['> 50'], then: ['"large"'] }];
    const sound = await countersign('validate', withTable('sound', { ...table, rows: [...one, ...whole] }));
    expect(sound.out).not.toContain('(TABLE');
  });
});

const answerSchema = z.object({
  before: z.string(),
  after: z.string(),
  changes: z.array(z.object({ sentence: z.string(), path: z.array(z.union([z.string(), z.number()])) })),
});

describe('countersign diff', () => {
  const before = join(withTable('before', table), FLOW);
  const after = join(
    withTable('after', {
      ...table,
      hitPolicy: 'FIRST',
      rows: table.rows.flatMap((row) =>
        row.id === 'r1' ? [] : [row.id === 'r2' ? { ...row, when: ['[50..70]'] } : row],
      ),
    }),
    FLOW,
  );

  test('tells what changed, tables by row and cell', async () => {
    expect((await holds('diff', before, after)).split('\n')).toEqual([
      '“Sized”: the hit policy was UNIQUE, is FIRST.',
      '“Sized”: row 1 was removed: “size” “<= 50”, “class” "small".',
      '“Sized”: row 1 (row 2 before): “size” was “[50..60]”, is “[50..70]”.',
      '',
    ]);
    expect(await holds('diff', before, before)).toBe('Nothing changed.\n');
    const answer = await answerOf(answerSchema, 'diff', before, after);
    expect(answer.changes.map(({ path }) => path.slice(3).join('.'))).toEqual([
      'table.hitPolicy',
      'table.rows.r1',
      'table.rows.r2.when.i1',
    ]);
  });

  test('leaves moves on the canvas out unless it is asked for them', async () => {
    const { flow } = readFlow(readText(before).text, KINDS);
    const [id = ''] = Object.keys(flow?.layout ?? {});
    if (flow === null) throw new Error('no flow');
    const moved = join(folder.path, 'moved.flow.json');
    writeFileSync(moved, writeFlow({ ...flow, layout: { ...flow.layout, [id]: { x: -40, y: -40 } } }));
    expect(await holds('diff', before, moved)).toBe('Nothing changed.\n');
    expect(await holds('diff', before, moved, '--moves')).toMatch(/ was moved\.\n$/);
  });

  test('refuses what is no flow, naming it', async () => {
    const broken = join(folder.path, 'broken.flow.json');
    writeFileSync(broken, '{}');
    expect(await refusalOf('diff', before, broken)).toMatchObject({
      exit: 1,
      code: 'FLOW_INVALID',
      where: { file: broken },
    });
    expect(await refusalOf('diff', before, folder.path)).toMatchObject({ exit: 2, code: 'USAGE' });
    expect(await refusalOf('diff', before)).toMatchObject({ exit: 2, code: 'USAGE' });
    const nowhere = join(folder.path, 'nowhere.flow.json');
    expect(await refusalOf('diff', nowhere, before)).toMatchObject({ exit: 3, code: 'FILE_UNREADABLE' });
  });
});
