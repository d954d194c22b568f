import { expect, test } from 'vitest';
import { redFlows } from './flows.ts';

const nodes = new Map(redFlows('http://127.0.0.1:1').map((node) => [node.id, node]));

/** The kinds of nodes on each way from a node to an end. */
function waysFrom(id: string): string[][] {
  const node = nodes.get(id);
  if (node === undefined) throw new Error(`a wire leads to “${id}”, which is no node`);
  const ends = (node.wires ?? []).flat();
  return ends.length === 0 ? [[node.type]] : ends.flatMap((end) => waysFrom(end).map((way) => [node.type, ...way]));
}

const STEPS = ['http in', 'function', 'function', 'switch'];

test.each([
  ['W2', [...STEPS, 'change', 'http response']],
  ['W1', [...STEPS, 'function', 'http request', 'change', 'http response']],
])('each of both ways of %s takes its steps and answers', (workload, way) => {
  expect(waysFrom(`${workload} in`)).toEqual([way, way]);
});
