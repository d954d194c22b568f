import { assert, constantFrom, pre, property } from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import { programOf, SURROUNDINGS } from '../../engine/core/testing/flows.ts';
import { checkFlow } from '../../engine/flow/check.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { idWithin } from '../../engine/flow/inlined-ids.ts';
import { marksOf } from '../../engine/flow/marks.ts';
import { proveSafety } from '../../engine/program/proof.ts';
import { AROUND, policyOf } from '../../engine/program/testing/proof-kit.ts';
import { drawn, isReadable, seeds } from '../../engine/program/testing/random-drawing.ts';
import { KINDS } from '../index.ts';
import type { Surroundings } from '../kind.ts';
import { flowsBeside, misses, openKindFlow, runCase, type KindCase, type KindFlow } from '../testing/harness.ts';
import { around, PART, PART_ID, wrapped } from '../testing/wrapped.ts';

const folder = join(import.meta.dirname, '..');
const all = Object.keys(KINDS).flatMap((kind) =>
  readdirSync(join(folder, kind))
    .filter((name) => name.endsWith('.flow.json'))
    .map((name) => ({ name: `${kind}/${name}`, path: join(folder, kind, name) })),
);

/** The same flow as a sub-flow, with its cases told of the steps within it. */
function asPart({ flow, cases }: KindFlow, surroundings: Surroundings): KindFlow {
  const outer = wrapped(flow);
  const within = (name: string): string => `${PART} › ${name}`;
  const ends = new Set(Object.values(flow.nodes).flatMap((node) => (node.kind === 'end' ? [node.name] : [])));
  const passed = (names: readonly string[] | undefined) =>
    // Its ends are where it comes back: steps of the flow around it.
    names?.filter((name) => !ends.has(name)).map(within);
  return {
    flow: outer,
    program: programOf(outer, around(flow, surroundings)),
    cases: cases.map((one): KindCase => {
      const { gives, ...rest } = one;
      const { passes, avoids, holds: _, ...expect_ } = one.expect;
      return {
        ...rest,
        ...(gives === undefined ? {} : { gives: { all: gives } }),
        ...(one.answers === undefined
          ? {}
          : {
              answers: Object.fromEntries(Object.entries(one.answers).map(([name, answer]) => [within(name), answer])),
            }),
        ...(one.people === undefined ? {} : { people: one.people.map((act) => ({ ...act, at: within(act.at) })) }),
        expect: {
          ...expect_,
          ...(passes === undefined ? {} : { passes: passed(passes) }),
          ...(avoids === undefined ? {} : { avoids: passed(avoids) }),
        },
      };
    }),
  };
}

describe('a flow as a sub-flow does what it does by itself', () => {
  const opened = all.map(({ name, path }) => ({ name, path, alone: openKindFlow(path) }));
  // What a flow has to be over in does not hold of a part of it.
  const [bounded, others] = [true, false].map((is) =>
    opened.filter(({ alone }) => (alone.program.deadlineMs !== null) === is),
  );

  it.each(bounded ?? [])('$name: but for how long it may take', ({ alone: { flow } }) => {
    const found = checkFlow(wrapped(flow), KINDS, around(flow, SURROUNDINGS));
    expect(found).toMatchObject([{ code: 'CONFIG', severity: 'warning', node: PART_ID }]);
  });

  it.each(others ?? [])('$name', async ({ path, alone }) => {
    const part = asPart(alone, { ...SURROUNDINGS, flows: flowsBeside(path) });
    for (const [i, one] of part.cases.entries()) {
      const [twin, came] = [await runCase(alone, alone.cases[i] ?? one), await runCase(part, one)];
      expect(misses(part, one, came)).toEqual([]);
      expect([came.status, came.result, came.error]).toEqual([twin.status, twin.result, twin.error]);
      const deeds = (of: typeof came) => of.effects.map(({ action, effects }) => `${action} ${effects}`).sort();
      expect(deeds(came)).toEqual(deeds(twin));
    }
  });

  it('control: given something else it comes out otherwise', async () => {
    const path = join(folder, 'connector/by-key.flow.json');
    const alone = openKindFlow(path);
    const outer = wrapped(alone.flow);
    const part = outer.nodes[PART_ID];
    if (part === undefined) throw new Error('it has a part');
    const config = { ...part.config, arguments: { order: '"70000"', amount: '1' } };
    const changed: Flow = { ...outer, nodes: { ...outer.nodes, [PART_ID]: { ...part, config } } };
    const honest = asPart(alone, SURROUNDINGS);
    const [one] = honest.cases;
    if (one === undefined) throw new Error('it has a case');
    const broken = { ...honest, flow: changed, program: programOf(changed, around(alone.flow, SURROUNDINGS)) };
    expect(misses(honest, one, await runCase(honest, one))).toEqual([]);
    expect(misses(broken, one, await runCase(broken, one))).not.toEqual([]);
  });

  const limits = constantFrom(null, 10, 20, 30);
  const policy = (max: number | null) => (max === null ? STRICT_POLICY : policyOf({ credit: max }));
  const errors = (flow: Flow, surroundings: Surroundings) =>
    checkFlow(flow, KINDS, surroundings).filter(({ severity }) => severity === 'error');

  it.each([false, true])('S1 to S12 is proved safe or unsafe just so (loops: %s)', (loops) => {
    let unsafe = 0;
    assert(
      property(seeds, limits, (numbers, max) => {
        const flow = drawn(numbers, { wild: true, loops });
        pre(isReadable(flow) && errors(flow, AROUND).length === 0);
        const outer = wrapped(flow);
        expect(errors(outer, around(flow, AROUND))).toEqual([]);
        const alone = proveSafety(flow, KINDS, AROUND, policy(max));
        const part = proveSafety(outer, KINDS, around(flow, AROUND), policy(max));
        const verdicts = (proof: typeof alone) => proof.effects.map(({ node, verdict }) => `${node} ${verdict}`).sort();
        expect(verdicts(part)).toEqual(verdicts(alone).map((one) => idWithin(PART_ID, one)));
        unsafe += Number(!alone.safe);
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(unsafe).toBeGreaterThan(5);
  });

  it('has the marks that it has by itself', () => {
    assert(
      property(seeds, constantFrom<object>({}, { personal: true }, { protected: true }), (numbers, mark) => {
        const plain = drawn(numbers, { wild: true, loops: true });
        const flow: Flow = { ...plain, input: { ...plain.input, amount: { type: 'number', ...mark } } };
        // A model that is handed what is protected is an error, and no part of the marks.
        pre(isReadable(flow) && errors(plain, AROUND).length === 0);
        const alone = marksOf(flow, KINDS, AROUND);
        const part = marksOf(wrapped(flow), KINDS, around(flow, AROUND));
        const within = (ids: Iterable<string>): string[] => [...ids].map((id) => idWithin(PART_ID, id)).sort();
        for (const [id, own] of alone) {
          if (flow.nodes[id]?.kind === 'trigger') continue;
          const there = part.get(idWithin(PART_ID, id));
          expect([...(there?.ai ?? [])].sort()).toEqual(within(own.ai));
          expect([...(there?.controlAi ?? [])].sort()).toEqual(within(own.controlAi));
          expect([there?.person, there?.personal, there?.protected]).toEqual([own.person, own.personal, own.protected]);
        }
      }),
      { numRuns: 100 },
    );
  });
});
