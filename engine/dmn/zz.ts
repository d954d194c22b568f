import { compileTable } from './table.ts';
const scope = { a: { kind: 'number' }, b: { kind: 'string' }, c: { kind: 'number' }, d: { kind: 'boolean' } } as any;
function mk(n: number) {
  return {
    hitPolicy: 'FIRST' as const,
    inputs: ['a', 'b', 'c', 'd'].map((x) => ({ id: x, expression: x })),
    outputs: [{ id: 'o', name: 'o' }],
    rows: Array.from({ length: n }, (_, i) => ({
      id: 'r' + i,
      when: [`[${i * 10}..${i * 10 + 9}]`, `"s${i % 7}"`, `< ${i * 3 + 1000}`, i % 2 ? 'true' : '-'],
      then: [`"v${i}"`],
    })),
  };
}
for (const n of [12, 200, 10000]) {
  const t0 = performance.now();
  const t = compileTable(mk(n), scope);
  const t1 = performance.now();
  const sc = new Map<string, any>([
    ['a', (n - 1) * 10 + 5],
    ['b', 's' + ((n - 1) % 7)],
    ['c', 5],
    ['d', true],
  ]);
  const N = n > 1000 ? 300 : n > 100 ? 20000 : 300000;
  for (let i = 0; i < N / 10; i++) t.evaluate(sc);
  const t2 = performance.now();
  for (let i = 0; i < N; i++) t.evaluate(sc);
  const t3 = performance.now();
  console.log(
    n,
    'load',
    (t1 - t0).toFixed(0),
    'ms',
    ((N / (t3 - t2)) * 1000).toFixed(0),
    'eval/s',
    t.evaluate(sc).matched,
    t.problems.length,
  );
}
