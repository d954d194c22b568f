import * as fc from 'fast-check';
import type { Flow } from '../document.ts';
import { flowOf, idOf } from './build.ts';

interface Options {
  /** Kinds that the middle nodes are drawn from. */
  kinds?: readonly string[];
  /** Are back edges drawn? */
  back?: boolean;
  maxNodes?: number;
}

/**
 * Flows of {@link FAKE_KINDS} with any wiring: `Start`, `S1`, `S2` and so on, each exit wired once, nodes without wires
 * being ends. Circles, back edges that lead anywhere and parts that nothing reaches are among them.
 */
export function arbitraryFlow({ kinds = ['step'], back = true, maxNodes = 8 }: Options = {}): fc.Arbitrary<Flow> {
  return fc.integer({ min: 1, max: maxNodes }).chain((count) =>
    fc
      .record({
        kinds: fc.array(fc.constantFrom(...kinds), { minLength: count, maxLength: count }),
        wires: fc.array(
          fc.record({
            from: fc.nat({ max: count }),
            to: fc.integer({ min: 1, max: count }),
            back: back ? fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()) : fc.constant(false),
          }),
          { maxLength: count * 2 },
        ),
        reads: fc.array(fc.array(fc.nat({ max: count }), { maxLength: 3 }), { minLength: count, maxLength: count }),
        personal: fc.boolean(),
      })
      .map((drawn) => draw(count, drawn)),
  );
}

/**
 * Flows that lead forward with branches that meet again, now and then a wire back: `Start`, `S1` and so on to an end.
 * Nodes read nodes around them.
 */
export function arbitraryForwardFlow(kinds: readonly string[], count = 8): fc.Arbitrary<Flow> {
  const hop = fc.record({
    far: fc.option(fc.integer({ min: 2, max: 4 })),
    back: fc.oneof({ weight: 15, arbitrary: fc.constant(null) }, fc.nat({ max: count })),
    reads: fc.array(fc.nat({ max: count }), { maxLength: 2 }),
    kind: fc.constantFrom(...kinds),
  });
  return fc.array(hop, { minLength: count, maxLength: count }).map((hops) => {
    const wires = hops.flatMap(({ far, back }, from) => [
      { from, to: from + 1, back: false },
      ...(far === null ? [] : [{ from, to: Math.min(from + far, count), back: false }]),
      ...(back === null ? [] : [{ from, to: Math.max(1, from - back), back: true }]),
    ]);
    return draw(count, {
      kinds: hops.map(({ kind }) => kind),
      wires,
      reads: hops.map(({ reads }) => reads),
      personal: false,
    });
  });
}

const nameAt = (i: number): string => (i === 0 ? 'Start' : `S${i}`);

interface Drawn {
  kinds: readonly string[];
  wires: readonly { from: number; to: number; back: boolean }[];
  reads: readonly (readonly number[])[];
  personal: boolean;
}

function draw(count: number, { kinds, wires, reads, personal }: Drawn): Flow {
  const builder = flowOf().input({ amount: { type: 'number', ...(personal ? { personal: true } : {}) } });
  const exits = Array.from({ length: count + 1 }, (): string[] => []);
  for (const { from, to, back } of wires) {
    const port = `x${exits[from]?.length ?? 0}`;
    exits[from]?.push(port);
    if (back) builder.back(nameAt(from), port, nameAt(to));
    else builder.edge(nameAt(from), port, nameAt(to));
  }
  builder.node('Start', 'start', { exits: exits[0] ?? [] });
  for (let i = 1; i <= count; i++) {
    const own = exits[i] ?? [];
    const paths = (reads[i - 1] ?? []).map((other) => (other === 0 ? 'input.amount' : nameAt(other)));
    builder.node(nameAt(i), own.length === 0 ? 'stop' : (kinds[i - 1] ?? 'step'), { exits: own, reads: paths });
  }
  return builder.build();
}

/** The id of the node that every such flow begins with. */
export const START = idOf('Start');
