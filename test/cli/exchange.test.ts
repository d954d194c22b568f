import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readFlow } from '../../engine/flow/read.ts';
import { z } from '../../engine/flow/zod.ts';
import { KINDS } from '../../nodes/index.ts';
import { ruleSchema, type RuleConfig } from '../../nodes/rule/config.ts';
import { answerOf, countersign, holds, refusalOf } from '../support/command-line.ts';
import { listing, scratch } from '../support/folder.ts';
import { copySupportDesk, FLOW } from '../support/support-desk.ts';

const folder = scratch('exchange');
afterAll(() => folder.remove());
const root = copySupportDesk(join(folder.path, 'desk'));
const flow = join(root, FLOW);
const here = (name: string): string => join(folder.path, name);

const entries = z.array(z.looseObject({ message: z.string() }));
const answer = z.looseObject({
  written: z.boolean(),
  report: z.looseObject({ changed: entries, notUnderstood: entries, updated: entries, lost: entries }),
});

function triage(): RuleConfig {
  const reading = readFlow(readFileSync(flow, 'utf8'), KINDS);
  const node = Object.values(reading.flow?.nodes ?? {}).find(({ name }) => name === 'triage');
  return ruleSchema.parse(node?.config);
}

const into = ['--flow', flow, '--node', 'triage'] as const;

test.each([
  ['triage.csv', []],
  ['triage-european.csv', ['--european']],
  ['triage.xlsx', []],
])('a table goes out as %s and comes back: nothing changes, byte for byte', async (name, more) => {
  const before = listing(root);
  expect(await holds('table', 'export', flow, 'triage', '-o', here(name), ...more)).toContain('the table of triage');
  const told = await answerOf(answer, 'table', 'import', here(name), ...into);
  expect(told).toMatchObject({ code: 0, written: true, report: { updated: [], lost: [], notUnderstood: [] } });
  expect(listing(root)).toEqual(before);
});

test('what would go is told, and goes only with --yes', async () => {
  const was = triage();
  writeFileSync(here('few.csv'), 'Topic;Priority\r\ncard lost or stolen;urgent\r\n-;normal\r\n');
  const before = listing(root);
  const refused = await answerOf(answer, 'table', 'import', here('few.csv'), ...into);
  expect(refused).toMatchObject({ code: 1, written: false });
  expect(refused.report.lost.map(({ message }) => message)).toEqual(['Rows that the sheet does not have go:']);
  const said = await countersign('table', 'import', here('few.csv'), ...into);
  expect(said).toMatchObject({ code: 1, err: '' });
  expect(said.out).toContain('    B2  urgent → "urgent"\n');
  expect(said.out).toContain('Nothing was written: something of the table goes. --yes writes it\n');
  expect(listing(root)).toEqual(before);

  expect(await answerOf(answer, 'table', 'import', here('few.csv'), ...into, '--yes')).toMatchObject({ written: true });
  const now = triage();
  expect({ ...now, table: null }).toEqual({ ...was, table: null });
  expect(now.table).toEqual({ ...was.table, rows: [was.table?.rows[0], was.table?.rows[6]] });
});

test('what columns are for, where the sheet does not say', async () => {
  writeFileSync(here('foreign.csv'), 'a,b,c\n1,2,3\n');
  const args = ['table', 'import', here('foreign.csv'), ...into, '--drop-missing', '--yes'] as const;
  await holds(...args, '--input', 'a', 'c', '--output', 'b');
  const { table } = triage();
  expect(table?.inputs.map(({ expression }) => expression)).toEqual(['a', 'c']);
  expect(table?.outputs.map(({ name }) => name)).toEqual(['b']);
});

test('what cannot be is refused, and nothing is written', async () => {
  writeFileSync(here('broken.csv'), 'a,b\n"1,2');
  writeFileSync(here('large.csv'), new Uint8Array(17_000_000));
  const before = listing(folder.path);
  const refuse = (file: string, ...more: string[]) => refusalOf('table', 'import', file, ...into, ...more);
  expect(await refuse(here('broken.csv'))).toMatchObject({ exit: 1, code: 'DOCUMENT_INVALID' });
  expect(await refuse(here('large.csv'))).toMatchObject({ exit: 1, code: 'DOCUMENT_INVALID' });
  expect(await refuse(here('none.csv'))).toMatchObject({ exit: 3, code: 'FILE_UNREADABLE' });
  expect(await refuse(here('foreign.csv'), '--input', 'z')).toMatchObject({ exit: 2, code: 'USAGE' });
  expect(await refuse(here('foreign.csv'), '--decimals', 'dot')).toMatchObject({ exit: 2 });
  expect(await refuse(here('triage.xlsx'), '--sheet', 'Other')).toMatchObject({
    exit: 1,
    hint: 'Its sheets are: triage.',
  });
  const give = (...more: string[]) => refusalOf('table', 'export', flow, 'triage', '-o', ...more);
  expect(await give(here('triage.csv'))).toMatchObject({ code: 'FILE_EXISTS' });
  expect(await give(here('table.pdf'))).toMatchObject({ exit: 2 });
  expect(await give(here('new.xlsx'), '--european')).toMatchObject({ exit: 2 });
  expect(await refusalOf('table', 'export', flow, 'Nobody', '-o', here('new.csv'))).toMatchObject({ exit: 2 });
  expect(listing(folder.path)).toEqual(before);
});
