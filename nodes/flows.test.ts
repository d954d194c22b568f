import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programDigest } from '../engine/program/digest.ts';
import { SURROUNDINGS } from '../engine/core/testing/flows.ts';
import { KINDS } from './index.ts';
import { misses, openKindFlow, runCase, runWithCrashes, type KindFlow } from './testing/harness.ts';

const files = Object.keys(KINDS).flatMap((kind) => {
  const folder = join(import.meta.dirname, kind);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.flow.json'))
    .map((name) => ({ kind, name: basename(name, '.flow.json'), path: join(folder, name) }));
});
const opened = (kind: string, name: string): KindFlow =>
  openKindFlow(join(import.meta.dirname, kind, `${name}.flow.json`));

describe.each(Object.keys(KINDS))('%s', (kind) => {
  const own = files.filter((file) => file.kind === kind);

  it('has at least two flows, each of them with a node of its kind', () => {
    expect(own.length).toBeGreaterThanOrEqual(2);
    for (const { path } of own)
      expect(Object.values(openKindFlow(path).flow.nodes).map((node) => node.kind)).toContain(kind);
  });

  it.each(own)('$name: each case comes out as it says, also when the engine dies at any point', async ({ path }) => {
    const flow = openKindFlow(path);
    let points = 0;
    for (const one of flow.cases) {
      const came = await runWithCrashes(flow, one);
      expect(came.wrong).toEqual([]);
      points += came.points;
    }
    expect(points).toBeGreaterThanOrEqual(flow.cases.length);
  });
});

describe('the harness', () => {
  it('control: notices a result, a value, an effect and a step that are not as expected', async () => {
    const flow = opened('approval', 'one');
    const [approved] = flow.cases;
    if (approved === undefined) throw new Error('there is a case');
    const came = await runCase(flow, approved);
    const otherwise = {
      status: 'failed',
      result: 'late',
      passes: ['Late'],
      avoids: ['Refund'],
      effects: [{ action: 'shop.refund', times: 2 }],
    };
    const wrong = misses(
      flow,
      { ...approved, expect: { ...approved.expect, ...otherwise, status: 'failed' }, gives: {}, error: 'USAGE' },
      came,
    );
    expect(wrong).toHaveLength(7);
    expect(misses(flow, approved, came)).toEqual([]);
  });

  it('control: notices a world in which each attempt has a key of its own', async () => {
    let attempt = 0;
    const forge = <R extends { key: string }>(request: R): R => ({ ...request, key: `${request.key} ${attempt++}` });
    const flow = opened('connector', 'by-key');
    const [done] = flow.cases;
    if (done === undefined) throw new Error('there is a case');
    expect((await runWithCrashes(flow, done, { forge })).wrong.join(' ')).toContain('with a crash at point');
  });
});

describe('a note', () => {
  it('is outside the digest, and so is the layout; what decides is inside', () => {
    const { flow } = opened('note', 'between');
    const digest = programDigest(flow, KINDS, SURROUNDINGS);
    const without = {
      ...flow,
      nodes: Object.fromEntries(Object.entries(flow.nodes).filter(([, node]) => node.kind !== 'note')),
    };
    expect(programDigest(without, KINDS, SURROUNDINGS)).toBe(digest);
    const moved = {
      ...flow,
      layout: { ...flow.layout, n_sums: { x: 9, y: 9 } },
      about: { ...flow.about, purpose: 'Another.' },
    };
    expect(programDigest(moved, KINDS, SURROUNDINGS)).toBe(digest);
    const renamed = {
      ...flow,
      nodes: { ...flow.nodes, n_sums: { kind: 'transform', name: 'Sums', config: { fields: { a: '2' } } } },
    };
    expect(programDigest(renamed, KINDS, SURROUNDINGS)).not.toBe(digest);
  });
});
