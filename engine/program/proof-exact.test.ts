import { array, assert, constantFrom, nat, pre, property, sample, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../connections/contract.ts';
import { literalText } from '../feel/format.ts';
import { checkFlow } from '../flow/check.ts';
import type { Flow } from '../flow/document.ts';
import { idOf } from '../flow/testing/build.ts';
import { KINDS } from '../../nodes/index.ts';
import { proveSafety } from './proof.ts';
import { everyDeed, unapproved, type Trial } from './testing/brute-force.ts';
import { AROUND, draw, policyOf, type Drawing } from './testing/proof-kit.ts';
import { isRowClash } from './testing/prove.ts';

/** Below, at, between and above all numbers that the drawings speak of. */
const GRID = [-5, 9, 10, 15, 20, 25, 30, 35];
const AMOUNTS = [10, 20, 30];

/** A number for each choice to be made in a drawing; small numbers make small drawings. */
const seeds = array(nat({ max: 1000 }), { minLength: 80, maxLength: 80 });

interface Sort {
  /** Formulas and tables of every sort, not those alone for which the proof is exact. */
  wild: boolean;
  /** Back edges. */
  loops: boolean;
}

/** Whether every formula of a flow is sound: a random drawing may read a step that never comes before. */
const isReadable = (flow: Flow): boolean =>
  checkFlow(flow, KINDS, AROUND).every(
    (problem) =>
      problem.severity !== 'error' ||
      isRowClash(problem) ||
      !['EXPRESSION', 'EXPRESSION_TYPE', 'TABLE'].includes(problem.code),
  );

/** Draws a flow of two to six steps, each leading to later ones, the end, or with `loops` back. */
function drawn(numbers: readonly number[], { wild, loops }: Sort): Flow {
  let at = 0;
  const roll = (sides: number): number => (numbers[at++ % numbers.length] ?? 0) % sides;
  const pick = <T>(items: readonly [T, ...T[]]): T => items[roll(items.length)] ?? items[0];
  const kinds = [
    'ai',
    ...Array.from({ length: 1 + roll(4) }, () => pick(['rule', 'ai', 'approval', 'credit', 'rule', 'work'])),
    'credit',
  ];
  const names = kinds.map((kind, i) => `${kind} ${i}`);
  const drawing = draw().wire('Start', 'next', names[roll(2)] ?? '');
  const lead = (from: number, ports: readonly string[]): void => {
    for (const port of ports) {
      const goesBack = loops && roll(6) === 0;
      const target = goesBack
        ? names[roll(from + 1)]
        : [...names.slice(from + 1), 'Stop'][roll(Math.min(3, names.length - from))];
      if (goesBack) drawing.back(names[from] ?? '', port, target ?? 'Stop');
      else drawing.wire(names[from] ?? '', port, target ?? 'Stop');
    }
  };
  kinds.forEach((kind, i) => {
    const name = names[i] ?? '';
    const known = names.filter((_, j) => j !== i && (loops || j < i));
    const amounts = amountsOf(known, wild);
    if (kind === 'ai') lead(i, (drawing.ai(name), ['answered', 'uncertain', 'failed']));
    else if (kind === 'approval') lead(i, (drawing.approval(name), ['approved', 'rejected', 'sent back', 'timed out']));
    else if (kind === 'credit')
      lead(i, (drawing.act(name, 'credit', { amount: pick(amounts) }), ['done', 'refused', 'failed']));
    else if (kind === 'work')
      lead(i, (drawing.transform(name, { amount: wild ? pick(amounts) : String(pick([10, 25])) }), ['next']));
    else lead(i, addRule(drawing, name, known, { roll, pick, wild }));
  });
  return drawing.build();
}

/** Expressions of amounts; the wild ones are those whose bounds are cruder than their values. */
function amountsOf(known: readonly string[], wild: boolean): [string, ...string[]] {
  const read = known.filter((name) => /^(rule|work)/.test(name)).map((name) => `${name}.amount`);
  if (!wild) return ['input.amount', '15', ...read];
  const ai = known
    .filter((name) => name.startsWith('ai'))
    .map((name) => `if ${name}.choice = "fraud" then 35 else input.amount`);
  const some = ['input.amount', ...read];
  return [
    'input.amount',
    ...read,
    ...ai,
    ...some.flatMap((x) => [`min(${x}, 20)`, `max(${x}, 20)`, `${x} + 5`, `0 - ${x}`]),
  ];
}

interface Dice {
  roll: (sides: number) => number;
  pick: <T>(items: readonly [T, ...T[]]) => T;
  wild: boolean;
}

function addRule(
  drawing: Drawing,
  name: string,
  known: readonly string[],
  { roll, pick, wild }: Dice,
): readonly string[] {
  const choices = known.filter((other) => other.startsWith('ai')).map((ai) => `${ai}.choice`);
  const columns = [
    'input.amount',
    ...choices,
    ...known.filter((other) => other.startsWith('rule')).map((rule) => `${rule}.amount`),
  ];
  const inputs = Array.from({ length: 1 + roll(2) }, () => pick(['input.amount', ...columns]));
  const number = (): string => String(pick([10, 20, 30]));
  const numeric = (): string =>
    pick([
      '-',
      `<= ${number()}`,
      `> ${number()}`,
      `< ${number()}`,
      `[${number()}..30]`,
      `(10..${number()}]`,
      `not(> ${number()})`,
      number(),
    ]);
  const texts: [string, ...string[]] = ['-', '"refund"', '"fraud", "other"', 'null'];
  const text = (): string => pick(wild ? ([...texts, 'not("refund")'] as [string, ...string[]]) : texts);
  const outputs: [string, ...string[]] = wild ? amountsOf(known, true) : ['10', '20', '35'];
  const branches = roll(3) > 0;
  const rows = Array.from({ length: 1 + roll(3) }, () => [
    ...inputs.map((input) => (input.endsWith('choice') ? text() : numeric())),
    pick(['"pay"', '"ask"', ...(wild ? ['if input.other > 3 then "pay" else "ask"'] : [])]),
    pick(outputs),
  ]);
  drawing.rule(name, {
    inputs,
    outputs: ['route', 'amount'],
    rows,
    hitPolicy: pick(wild ? ['FIRST', 'UNIQUE', 'ANY', 'PRIORITY'] : ['FIRST', 'FIRST', 'UNIQUE']),
    ...(branches || wild ? { routes: ['pay', 'ask'] } : {}),
    ...(roll(4) === 0 ? { defaults: { route: '"ask"', amount: '10' } } : {}),
  });
  return branches || wild ? ['pay', 'ask', 'otherwise'] : ['next'];
}

const limits = constantFrom(null, ...AMOUNTS);
const proveFor = (flow: Flow, max: number | null) =>
  proveSafety(flow, KINDS, AROUND, max === null ? STRICT_POLICY : policyOf({ credit: max }));
const unsafeNodes = (flow: Flow, max: number | null): string[] =>
  proveFor(flow, max)
    .unsafe.map((path) => path.effect.node)
    .sort();

const trialOf = (amount: number, decision: string, answer: string | null): Trial => ({
  grid: [amount],
  decisions: [decision],
  answer: (node) => (node === idOf('ai 0') ? answer : 'other'),
});

describe('the proof beside every case that there is', () => {
  it.each([false, true])('S5 S6 S7 S8 without arithmetic the two agree on every effect (loops: %s)', (loops) => {
    assert(
      property(seeds, limits, (numbers, max) => {
        const flow = drawn(numbers, { wild: false, loops });
        pre(isReadable(flow));
        expect(unsafeNodes(flow, max)).toEqual(unapproved(flow, { grid: GRID }, max));
      }),
      { numRuns: loops ? 60 : 150, seed: 20 },
    );
  });

  it.each([false, true])('S5 S6 S7 S8 what is called safe never happens unapproved (loops: %s)', (loops) => {
    assert(
      property(seeds, limits, (numbers, max) => {
        const flow = drawn(numbers, { wild: true, loops });
        pre(isReadable(flow));
        const unsafe = unsafeNodes(flow, max);
        expect(unapproved(flow, { grid: GRID }, max).filter((node) => !unsafe.includes(node))).toEqual([]);
      }),
      { numRuns: loops ? 80 : 150, seed: 21 },
    );
  });

  it('S3 where nobody approves, a safe effect is the same whatever the AI decisions answer', () => {
    assert(
      property(
        seeds,
        limits,
        constantFrom(...GRID),
        constantFrom('rejected', 'timed out'),
        (numbers, max, amount, decision) => {
          const flow = drawn(numbers, { wild: true, loops: false });
          pre(isReadable(flow));
          const unsafe = new Set(unsafeNodes(flow, max));
          const deedsFor = (answer: string | null) =>
            everyDeed(flow, trialOf(amount, decision, answer))
              .filter((deed) => !unsafe.has(deed.node))
              .filter((deed) => max === null || (typeof deed.amount === 'number' && deed.amount > max))
              .map((deed) => [deed.node, literalText(deed.amount)]);
          const first = deedsFor('refund');
          for (const answer of ['fraud', 'other', null]) expect(deedsFor(answer)).toEqual(first);
        },
      ),
      { numRuns: 100, seed: 22 },
    );
  });

  it('control: the drawings tell a prover that is wrong from one that is right', () => {
    const verdicts = sample(tuple(seeds, limits), { numRuns: 150, seed: 23 }).map(([numbers, max]) => {
      const flow = drawn(numbers, { wild: false, loops: false });
      const proved = unsafeNodes(flow, max).join();
      return {
        unsafe: proved !== '',
        lax: unapproved(flow, { grid: GRID, clearing: ['approved', 'timed out'] }, max).join() !== proved,
        shifted: max !== null && unapproved(flow, { grid: GRID }, max - 1).join() !== proved,
        blind: unapproved(flow, { grid: GRID, answer: () => 'other' }, max).join() !== proved,
      };
    });
    const counts = (['unsafe', 'lax', 'shifted', 'blind'] as const).map(
      (key) => verdicts.filter((verdict) => verdict[key]).length,
    );
    for (const count of counts) expect(count).toBeGreaterThan(0);
    expect(counts[0]).toBeLessThan(verdicts.length);
  });
});
