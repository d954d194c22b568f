import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FlowNode } from '../flow/document.ts';
import { writeFlow } from '../flow/read.ts';
import { FLOW, makeWorkspace, refundFlow, SCENARIO } from './testing/tiny-workspace.ts';

/** Writes from this one on fail, of the files that are told. */
const disk = vi.hoisted(() => ({ writes: 0, fails: (_write: number, _path: string): boolean => false }));
vi.mock(import('../manifest/atomic.ts'), async (original) => {
  const real = await original();
  const writeFileAtomic: typeof real.writeFileAtomic = (path, ...more) => {
    disk.writes += 1;
    if (disk.fails(disk.writes, path))
      throw real.fileError(path, Object.assign(new Error('EIO'), { code: 'EIO' }), 'written');
    real.writeFileAtomic(path, ...more);
  };
  return { ...real, writeFileAtomic };
});
// Tests share their modules: it may have been loaded with the real one.
vi.resetModules();
const { saveAndCarry } = await import('./carry.ts');
const { openFlowFile } = await import('./flow-files.ts');

let root: string;
let remove: () => void;
beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  disk.writes = 0;
});
afterEach(() => {
  disk.fails = () => false;
  remove();
});

const OTHER = 'tests/refunds/rejected.scenario.json';
const FILES = [SCENARIO, OTHER, FLOW];
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function save(): void {
  const flow = refundFlow();
  const nodes = Object.entries(flow.nodes).map(([id, node]): [string, FlowNode] => [
    id,
    node.name === 'Agree' ? { ...node, name: 'Lead' } : node,
  ]);
  const text = writeFlow({ ...flow, nodes: Object.fromEntries(nodes) });
  const { digest: base } = openFlowFile(root, FLOW);
  saveAndCarry({ root, flows: { [FLOW]: flow } }, { path: FLOW, text, base, overwrite: false });
}

test.each([1, 2, 3])('puts back what was written when write %i of three fails', (failing) => {
  const before = FILES.map(read);
  disk.fails = (write) => write === failing;
  expect(save).toThrow(expect.objectContaining({ code: 'ENVIRONMENT' }));
  expect(FILES.map(read)).toEqual(before);
  disk.fails = () => false;
  save();
  expect(read(SCENARIO)).toContain('"Lead"');
});

test('what cannot be put back keeps no other from it, and why nothing was saved is still told', () => {
  const before = FILES.map(read);
  disk.fails = (write, path) => write === 3 || (write > 3 && path.endsWith('rejected.scenario.json'));
  expect(save).toThrow(expect.objectContaining({ where: { file: join(root, FLOW) } }));
  expect([SCENARIO, FLOW].map(read)).toEqual([before[0], before[2]]);
  expect(read(OTHER)).toContain('"Lead"');
  // The control: it was written before.
  writeFileSync(join(root, OTHER), before[1] ?? '');
  disk.fails = () => false;
  save();
  expect(read(SCENARIO)).toContain('"Lead"');
});
