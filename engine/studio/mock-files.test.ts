import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFlow } from '../flow/read.ts';
import { refusal } from '../manifest/testing/manifest-kit.ts';
import { MAX_MOCKS } from '../sandbox/mock-document.ts';
import { readMocks, saveMock } from './mock-files.ts';
import { STUDIO_METHODS } from './contract.ts';
import { openWorkspace } from './workspace.ts';
import { exportFlow } from './export.ts';
import type { StudioService } from './service.ts';
import { FLOW, openStudio, refundFlow, SCENARIO } from './testing/tiny-workspace.ts';

const FILE = 'tests/refunds/mocks.json';
const paid = { name: 'paid', port: 'done', value: { refund: 'R-1', total: 12 } };
let root: string;
let studio: StudioService;
let close: () => Promise<void>;
beforeEach(() => ({ root, studio, close } = openStudio()));
afterEach(() => close());
const codeOf = (work: () => unknown): string => refusal(work).code;

test('a mock is kept with the tests, renamed and taken away; other mocks stay as they are', () => {
  expect(readMocks(root, FLOW)).toEqual({});
  saveMock(root, FLOW, { node: 'n_refund', before: null, mock: paid });
  saveMock(root, FLOW, { node: 'n_refund', before: null, mock: { ...paid, name: 'other' } });
  saveMock(root, FLOW, { node: 'n_refund', before: 'paid', mock: { ...paid, name: 'paid late' } });
  expect(readMocks(root, FLOW)['n_refund']?.map(({ name }) => name)).toEqual(['paid late', 'other']);
  expect(
    codeOf(() => saveMock(root, FLOW, { node: 'n_refund', before: 'other', mock: { ...paid, name: 'paid late' } })),
  ).toBe('DOCUMENT_INVALID');
  for (const before of ['paid late', 'other']) saveMock(root, FLOW, { node: 'n_refund', before, mock: null });
  expect(readMocks(root, FLOW)).toEqual({});
});

test('a bad file is told and never written over; no more mocks than can be told apart', () => {
  writeFileSync(join(root, FILE), '{"format":"countersign.mocks","version":1,"mocks":{"n_refund":[],"n_refund":[]}}');
  const before = readFileSync(join(root, FILE), 'utf8');
  expect(codeOf(() => saveMock(root, FLOW, { node: 'n_refund', before: null, mock: paid }))).toBe('DOCUMENT_INVALID');
  expect(readFileSync(join(root, FILE), 'utf8')).toBe(before);
  writeFileSync(join(root, FILE), '{"format":"countersign.mocks","version":1,"mocks":{}}');
  for (let i = 0; i < MAX_MOCKS; i++)
    saveMock(root, FLOW, { node: 'n_refund', before: null, mock: { ...paid, name: `${i}` } });
  expect(codeOf(() => saveMock(root, FLOW, { node: 'n_refund', before: null, mock: paid }))).toBe('DOCUMENT_INVALID');
});

test('the studio runs a case with the mocks that are chosen, and says so', async () => {
  const { mocks } = await studio.call('saveMock', { path: FLOW, node: 'n_refund', before: null, mock: paid });
  expect(mocks).toEqual({ n_refund: [paid] });
  expect((await studio.call('workspace', {})).flows[0]?.mocks).toEqual(mocks);
  const draft = { path: FLOW, text: writeFlow(refundFlow()), scenario: SCENARIO };
  const made = await studio.call('runScenario', { ...draft, mocks: { n_refund: 'paid' } });
  expect(made).toMatchObject({ mocks: [{ node: 'n_refund', name: 'paid' }], effects: [], result: 'refunded' });
  expect(await studio.call('runScenario', draft)).toMatchObject({ mocks: [], effects: [{ status: 'done' }] });
  await expect(studio.call('runScenario', { ...draft, mocks: { n_refund: 'gone' } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const hostile = { path: FLOW, node: '__proto__', before: null, mock: paid };
  expect(STUDIO_METHODS.saveMock.request.safeParse(hostile).success).toBe(false);
  await expect(
    studio.call('saveMock', { path: '../x', node: 'n_refund', before: null, mock: paid }),
  ).rejects.toMatchObject({ code: 'REQUEST_REFUSED' });
});

test('a release has nothing of mocks: its bytes are the same with them and without, and its suite runs without', async () => {
  const release = async (out: string) => {
    const made = await exportFlow(openWorkspace(root), {
      flow: FLOW,
      release: 1,
      notAfter: '2027-01-01T00:00:00Z',
      author: 'ada',
      out: join(root, out),
      keys: [],
    });
    return { bytes: readFileSync(made.path, 'utf8'), tests: made.tests };
  };
  const without = await release('a');
  saveMock(root, FLOW, { node: 'n_refund', before: null, mock: paid });
  const beside = await release('b');
  expect(beside.bytes).toBe(without.bytes);
  expect(beside.tests.results.flatMap(({ mocks }) => mocks)).toEqual([]);
  expect(existsSync(join(root, FILE))).toBe(true);
});
