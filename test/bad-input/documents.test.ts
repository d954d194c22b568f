import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { z } from '../../engine/flow/zod.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { answerOf, countersign, refusalOf } from '../support/command-line.ts';
import { listing, scratch } from '../support/folder.ts';
import { writeShopWorkspace } from '../support/shop-workspace.ts';

const folder = scratch('documents');
const root = folder.path;
const FLOW = 'flows/orders.flow.json';
writeShopWorkspace(root);
const good = readFileSync(join(root, FLOW), 'utf8');
afterEach(() => writeFileSync(join(root, FLOW), good));
afterAll(() => folder.remove());

const problemSchema = z.object({
  code: z.string(),
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
  hint: z.string(),
  at: z.object({ from: z.int(), to: z.int() }).optional(),
});
const checkedSchema = z.object({ holds: z.boolean(), flows: z.array(z.object({ problems: z.array(problemSchema) })) });

/** Validates the flow as it is now, and makes sure that it can be neither tested nor exported. Gives its one problem. */
async function refused(text: string) {
  writeFileSync(join(root, FLOW), text);
  const before = listing(root);
  const told = await answerOf(checkedSchema, 'validate', root);
  expect(told).toMatchObject({ code: 1, holds: false });
  const [problem, ...more] = told.flows[0]?.problems ?? [];
  if (problem === undefined) throw new Error('nothing was found');
  expect(more).toEqual([]);
  expect(problem.hint).toMatch(/\.$/);
  const exporting = ['export', root, '--release', '1', '--not-after', '2099-01-01T00:00:00Z', '--author', 'Ada'];
  const error = await refusalOf(...exporting);
  expect(error).toMatchObject({ exit: 1, code: 'FLOW_INVALID', where: { file: FLOW, path: problem.path } });
  expect(error.message).toContain(problem.message);
  expect(error.hint).toBe(problem.hint);
  expect(await refusalOf('test', root)).toEqual(error);
  expect(listing(root)).toEqual(before);
  return { problem, error, lines: (await countersign('validate', root)).out };
}

function changed(change: (flow: Flow) => void): string {
  const { flow } = readFlow(good, KINDS);
  if (flow === null) throw new Error('the flow can be read');
  change(flow);
  return writeFlow(flow);
}

test('a malformed document is refused with line and column', async () => {
  const line = 12;
  const text = good
    .split('\n')
    .toSpliced(line - 1, 1, '    "torn" 1')
    .join('\n');
  const { problem } = await refused(text);
  expect(problem).toMatchObject({ code: 'DOCUMENT_SHAPE', hint: 'Write each member as "key": value.' });
  expect(problem.message).toMatch(/\(line 12, column \d+\)$/);
});

test('a document of another shape is refused with its path', async () => {
  const { problem } = await refused(good.replace('"version": 1,', '"version": "one",'));
  expect(problem).toMatchObject({ code: 'DOCUMENT_SHAPE', path: ['version'] });
});

test('a document of a newer version is not changed and not run', async () => {
  const { problem } = await refused(good.replace('"version": 1,', '"version": 99,'));
  expect(problem).toMatchObject({ code: 'DOCUMENT_SHAPE', path: ['version'] });
  expect(problem.message).toContain('newer Countersign');
});

test('a step of an unknown kind is refused with the step', async () => {
  const { problem, error } = await refused(good.replace('"kind": "rule"', '"kind": "oracle"'));
  expect(problem).toMatchObject({ code: 'NODE_KIND_UNKNOWN', path: ['nodes', 'n_route', 'kind'] });
  expect(error.where?.node).toBe('n_route');
});

test('a cycle that is not marked as going back is refused with the wire that closes it', async () => {
  const text = changed((flow) => {
    for (const { from, to } of Object.values(flow.edges))
      if (from.node === 'n_mark' && from.port === 'refused') to.node = 'n_route';
  });
  const { problem } = await refused(text);
  expect(problem.code).toBe('CYCLE_UNMARKED');
  expect(problem.path[0]).toBe('edges');
  expect(problem.message).toContain('“Mark” (refused)');
});

test('an error in an expression is refused with its position in it', async () => {
  const source = '0.5 + (input.order';
  const { problem, error, lines } = await refused(good.replace('"amount": "0.5"', `"amount": "${source}"`));
  const path = ['nodes', 'n_refund', 'config', 'arguments', 'amount'];
  expect(problem).toMatchObject({ code: 'EXPRESSION', path, at: { from: source.length } });
  expect(error.where).toMatchObject({ node: 'n_refund', column: source.length + 1 });
  expect(lines).toContain(`(EXPRESSION, ${path.join('.')}, character ${source.length + 1})`);
});

test('a connection that cannot be read is refused by its file, line and column', async () => {
  const file = 'connections/shop.connection.json';
  const text = readFileSync(join(root, file), 'utf8');
  writeFileSync(join(root, file), '{"format": "countersign.connection", }');
  const error = await refusalOf(
    'export',
    root,
    '--release',
    '1',
    '--not-after',
    '2099-01-01T00:00:00Z',
    '--author',
    'A',
  );
  writeFileSync(join(root, file), text);
  expect(error).toMatchObject({ exit: 1, code: 'DOCUMENT_INVALID', where: { file, line: 1, column: 38 } });
  expect(error.message).toMatch(/^The document connections\/shop\.connection\.json is not strict JSON\./);
});

test('control: the flow as it was holds', async () => {
  expect(await answerOf(checkedSchema, 'validate', root)).toMatchObject({ code: 0, flows: [{ problems: [] }] });
});
