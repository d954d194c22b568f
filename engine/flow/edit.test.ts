import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFlow } from './check.ts';
import { nameSchema, idSchema, type Flow } from './document.ts';
import { ID_BYTES, newId, renameNode, type Renaming } from './edit.ts';
import { autoName, isReservedName, nameFault } from './names.ts';
import { arbitraryFlow } from './testing/arbitrary.ts';
import { flowOf, idOf } from './testing/build.ts';
import { FAKE_KINDS, fakeKind, NOTHING_AROUND } from './testing/kinds.ts';

const rename = (flow: Flow, id: string, to: string, kinds = FAKE_KINDS) =>
  renameNode(flow, id, to, kinds, NOTHING_AROUND);

function renamed(result: Renaming): Flow {
  if (!result.ok) throw new Error(result.problem.message);
  return result.flow;
}

const places = (flow: Flow) => checkFlow(flow, FAKE_KINDS, NOTHING_AROUND).map(({ code, path }) => [code, path]);

const some = () =>
  flowOf()
    .node('Start', 'start')
    .node('A', 'step')
    .node('B', 'step', { reads: ['A.value', 'input.A'] })
    .node('Loose', 'step', { reads: ['A'] })
    .node('Done', 'stop')
    .chain('Start', 'A', 'B', 'Done');

describe('renaming a node', () => {
  it('changes the name wherever it is read and nothing else', () => {
    const flow = some().build();
    const after = renamed(rename(flow, idOf('A'), 'First check'));
    expect(after.nodes[idOf('A')]?.name).toBe('First check');
    expect(after.nodes[idOf('B')]?.config['reads']).toEqual(['First check.value', 'input.A']);
    // A step that is not wired up yet is rewritten as well.
    expect(after.nodes[idOf('Loose')]?.config['reads']).toEqual(['First check']);
    expect(after.nodes[idOf('Start')]).toBe(flow.nodes[idOf('Start')]);
    expect(after.edges).toBe(flow.edges);
    expect(flow).toEqual(some().build());
  });

  it('and back again gives the same flow, with the same problems in between', () => {
    fc.assert(
      fc.property(arbitraryFlow({ kinds: ['step', 'ai'] }), fc.nat(), (flow, which) => {
        const ids = Object.keys(flow.nodes);
        const id = ids[which % ids.length] ?? '';
        const name = flow.nodes[id]?.name ?? '';
        const there = renamed(rename(flow, id, 'Another'));
        expect(places(there)).toEqual(places(flow));
        // A config that was rewritten has its defaults written out.
        expect(renamed(rename(there, id, name))).toMatchObject(flow);
      }),
    );
  });

  it('is refused for a name that cannot be used or is taken', () => {
    const flow = some().build();
    for (const [to, code] of [
      ['B', 'NODE_NAME_TAKEN'],
      ['if', 'NODE_NAME_INVALID'],
      ['input', 'NODE_NAME_INVALID'],
      ['1st', 'NODE_NAME_INVALID'],
      ['', 'NODE_NAME_INVALID'],
    ] as const) {
      expect(rename(flow, idOf('A'), to)).toMatchObject({
        ok: false,
        problem: { code, path: ['nodes', idOf('A'), 'name'] },
      });
    }
    expect(rename(flow, idOf('A'), 'A')).toEqual({ ok: true, flow });
  });

  it('is refused where an expression would read something else afterwards', () => {
    const step = fakeKind('step');
    // An expression that binds `x` itself: what is renamed to x is no longer read from the scope.
    const binding = {
      ...step,
      analyse: (...[config, ...rest]: Parameters<typeof step.analyse>) =>
        step.analyse({ ...config, reads: config.reads.filter((path) => !path.startsWith('x')) }, ...rest),
    };
    const flow = some().build();
    const kinds = { ...FAKE_KINDS, step: binding };
    expect(rename(flow, idOf('A'), 'x', kinds)).toMatchObject({ ok: false, problem: { code: 'NODE_NAME_TAKEN' } });
    expect(rename(flow, idOf('A'), 'y', kinds)).toMatchObject({ ok: true });
  });
});

describe('names and ids', () => {
  it('makes a usable, free name of any wish', () => {
    const taken = fc.array(fc.constantFrom('AI decision', 'AI decision 2', 'Step', 'Step 2'));
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('AI decision', 'if', 'input', '__proto__', '')),
        taken,
        (wish, others) => {
          const name = autoName(wish, new Set(others));
          expect(nameFault(name)).toBeNull();
          expect(nameSchema.safeParse(name).success).toBe(true);
          expect(others).not.toContain(name);
        },
      ),
      { numRuns: 500 },
    );
    expect(autoName('AI decision', new Set(['AI decision', 'AI decision 2']))).toBe('AI decision 3');
    expect(isReservedName('between')).toBe(true);
  });

  it('makes an id of random bytes that tells all of them apart', () => {
    const bytes = fc.uint8Array({ minLength: ID_BYTES, maxLength: ID_BYTES });
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        expect(idSchema.safeParse(newId(one, 'n')).success).toBe(true);
        expect(newId(one, 'n') === newId(other, 'n')).toBe(one.every((byte, i) => byte === other[i]));
      }),
    );
    expect(newId(new Uint8Array(ID_BYTES), 'e')).toBe(`e_${'0'.repeat(16)}`);
  });
});
