import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from '../../engine/flow/zod.ts';
import { nodeSchema } from '../../engine/flow/document.ts';
import { ruleSchema, tableOf } from '../../nodes/rule/config.ts';
import { countersign, holds, refusalOf } from '../support/command-line.ts';
import { listing, scratch } from '../support/folder.ts';
import { copySupportDesk } from '../support/support-desk.ts';

const folder = scratch('dmn');
afterAll(() => folder.remove());
const root = copySupportDesk(join(folder.path, 'desk'));

const flowSchema = z.looseObject({ nodes: z.record(z.string(), nodeSchema) });
const [flowFile = ''] = Object.keys(listing(join(root, 'flows'))).filter((path) => path.endsWith('.flow.json'));
const rulesIn = () =>
  Object.values(flowSchema.parse(JSON.parse(readFileSync(flowFile, 'utf8'))).nodes)
    .filter(({ kind }) => kind === 'rule')
    .map(({ name, config }) => ({ name, config: ruleSchema.parse(config) }));

test('a rule goes out as DMN, comes back as a model and then as a table of its own, and is the same each time', async () => {
  const [rule] = rulesIn();
  if (rule === undefined) throw new Error('the sample has no rule');
  const file = join(folder.path, 'rule.dmn');
  expect(await holds('dmn', 'export', flowFile, rule.name, '-o', file)).toContain('as DMN 1.5');
  const bytes = readFileSync(file);
  expect(await holds('dmn', 'import', file, '--flow', flowFile, '--node', rule.name)).not.toContain('error');
  const [model] = rulesIn();
  expect(model?.config.model?.lines.join('\n')).toBe(bytes.toString());
  expect(model?.config.branchBy).toBe(rule.config.branchBy);
  expect(model === undefined ? null : tableOf(model.config)).toEqual(rule.config.table);
  // The model is what it was, and so is what the flow comes to.
  const again = join(folder.path, 'again.dmn');
  await holds('dmn', 'export', flowFile, rule.name, '--out', again);
  expect(readFileSync(again).equals(bytes)).toBe(true);
  await holds('dmn', 'import', file, '--flow', flowFile, '--node', rule.name, '--as-table');
  expect(rulesIn()[0]?.config).toEqual(rule.config);
  await holds('dmn', 'export', flowFile, rule.name, '-o', join(folder.path, 'camunda.dmn'), '--dmn', '1.3');
  expect(readFileSync(join(folder.path, 'camunda.dmn'), 'utf8')).toContain('/DMN/20191111/MODEL/');
});

test('what cannot be is refused, and nothing is written', async () => {
  const name = rulesIn()[0]?.name ?? '';
  const broken = join(folder.path, 'broken.dmn');
  writeFileSync(broken, '<!DOCTYPE x><x/>');
  const before = listing(folder.path);
  const into = (file: string, ...more: string[]) =>
    refusalOf('dmn', 'import', file, '--flow', flowFile, '--node', name, ...more);
  expect(await into(broken)).toMatchObject({ exit: 1, code: 'DOCUMENT_INVALID', where: { file: broken } });
  expect(await into(join(folder.path, 'none.dmn'))).toMatchObject({ exit: 3, code: 'FILE_UNREADABLE' });
  const good = join(folder.path, 'rule.dmn');
  expect(await into(good, '--decision', 'Nobody')).toMatchObject({ exit: 2, code: 'USAGE' });
  expect(await refusalOf('dmn', 'import', good, '--flow', flowFile, '--node', 'Nobody')).toMatchObject({ exit: 2 });
  expect(await refusalOf('dmn', 'export', flowFile, name, '-o', good)).toMatchObject({ code: 'FILE_EXISTS' });
  expect(await refusalOf('dmn', 'export', flowFile, name, '-o', 'x', '--dmn', '2')).toMatchObject({ exit: 2 });
  expect((await countersign('dmn', 'export', flowFile, name)).code).toBe(2);
  expect(listing(folder.path)).toEqual(before);
});

test('diff tells of a table in a model by row and cell, and validate by step and row', async () => {
  const name = rulesIn()[0]?.name ?? '';
  const [before, after, wide] = ['before', 'after', 'wide'].map((one) => join(root, 'flows', `${one}.flow.json`));
  const file = join(folder.path, 'diffed.dmn');
  await holds('dmn', 'export', flowFile, name, '-o', file);
  await holds('dmn', 'import', file, '--flow', flowFile, '--node', name);
  const text = readFileSync(flowFile, 'utf8');
  writeFileSync(before ?? '', text);
  writeFileSync(after ?? '', text.replace('>= 3<', '>= 4<').replace('&gt;= 3<', '&gt;= 4<'));
  writeFileSync(wide ?? '', text.replace('hitPolicy=\\"FIRST\\"', 'hitPolicy=\\"UNIQUE\\"'));
  const told = await holds('diff', before ?? '', after ?? '');
  expect(told.trim().split('\n')).toEqual([expect.stringMatching(/row \d+: “Open disputes” was “>= 3”, is “>= 4”\.$/)]);
  expect((await holds('diff', after ?? '', wide ?? '')).trim().split('\n')).toHaveLength(2);
  const { out } = await countersign('validate', wide ?? '');
  expect(out).toContain(`(TABLE, step “${name}”, row 2)`);
});
