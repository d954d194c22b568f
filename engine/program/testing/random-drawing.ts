import { array, nat } from 'fast-check';
import { checkFlow } from '../../flow/check.ts';
import type { Flow } from '../../flow/document.ts';
import { KINDS } from '../../../nodes/index.ts';
import { AROUND, draw, ruleConfig, type Drawing } from './proof-kit.ts';
import { isRowClash } from './prove.ts';

/** A number for each choice to be made in a drawing; small numbers make small drawings. */
export const seeds = array(nat({ max: 1000 }), { minLength: 80, maxLength: 80 });

export interface Sort {
  /** Formulas and tables of every sort, not those alone for which the proof is exact. */
  wild: boolean;
  /** Back edges. */
  loops: boolean;
}

/** Whether every formula of a flow is sound: a random drawing may read a step that never comes before. */
export const isReadable = (flow: Flow): boolean =>
  checkFlow(flow, KINDS, AROUND).every(
    (problem) =>
      problem.severity !== 'error' ||
      isRowClash(problem) ||
      !['EXPRESSION', 'EXPRESSION_TYPE', 'TABLE'].includes(problem.code),
  );

/** Draws a flow of two to six steps, each leading to later ones, the end, or with `loops` back. */
export function drawn(numbers: readonly number[], { wild, loops }: Sort): Flow {
  const { roll, pick } = diceOf(numbers);
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
    lead(i, addStep(drawing, { kind, name, known }, { roll, pick, wild }));
  });
  return drawing.build();
}

/**
 * Draws an AI decision, two branches at once, and behind their join a rule that asks what came of them and leads to an
 * effect or, with `loops`, back to before the branches.
 */
export function drawnFork(numbers: readonly number[], { wild, loops }: Sort): Flow {
  const dice = { ...diceOf(numbers), wild };
  const { roll, pick } = dice;
  const drawing = draw().wire('Start', 'next', 'ai 0');
  for (const port of addAi(drawing, 'ai 0', [], dice)) drawing.wire('ai 0', port, roll(4) === 0 ? 'Stop' : 'fork');
  const within = addFork(drawing, 'fork', ['ai 0'], dice);
  drawing.wire('fork join', 'next', 'rule 1');
  const decided = within.filter((name) => name.startsWith('approval')).map((name) => `${name}.decision`);
  const chosen = ['ai 0', ...within.filter((name) => name.startsWith('ai'))].map((name) => `${name}.choice`);
  const inputs = Array.from({ length: 1 + roll(2) }, () =>
    pick(['ai 0.choice', ...chosen, ...decided, ...decided, ...decided]),
  );
  const cell = (input: string): string =>
    input.endsWith('decision')
      ? pick(['"approved"', '"approved"', 'not("approved")', '-'])
      : pick(['-', '"refund"', '"fraud", "other"']);
  const row = (route: string) => [...inputs.map(cell), route];
  const rows = [row('"pay"'), ...(roll(3) === 0 ? [row('"ask"')] : []), [...inputs.map(() => '-'), '"ask"']];
  drawing.rule('rule 1', { inputs, outputs: ['route'], rows, routes: ['pay', 'ask'] });
  drawing.wire('rule 1', 'pay', 'credit 2');
  if (loops) drawing.back('rule 1', 'ask', pick(['ai 0', 'fork']));
  else drawing.wire('rule 1', 'ask', roll(5) === 0 ? 'credit 2' : 'Stop');
  drawing.wire('rule 1', 'otherwise', 'Stop');
  drawing.act('credit 2', 'credit', { amount: 'input.amount' });
  return drawing.all('credit 2', ['done', 'refused', 'failed'], 'Stop').build();
}

function diceOf(numbers: readonly number[]): Omit<Dice, 'wild'> {
  let at = 0;
  const roll = (sides: number): number => (numbers[at++ % numbers.length] ?? 0) % sides;
  return { roll, pick: (items) => items[roll(items.length)] ?? items[0] };
}

/** One step of a kind; gives back its exits. */
function addStep(
  drawing: Drawing,
  { kind, name, known }: { kind: string; name: string; known: readonly string[] },
  dice: Dice,
): readonly string[] {
  const { pick, wild } = dice;
  const amounts = amountsOf(known, wild);
  if (kind === 'ai') return addAi(drawing, name, known, dice);
  if (kind === 'approval') return (drawing.approval(name), ['approved', 'rejected', 'sent back', 'timed out']);
  if (kind === 'credit') return (drawing.act(name, 'credit', { amount: pick(amounts) }), ['done', 'refused', 'failed']);
  if (kind === 'work')
    return (drawing.transform(name, { amount: wild ? pick(amounts) : String(pick([10, 25])) }), ['next']);
  return addRule(drawing, name, known, dice);
}

/** Two branches of one or two steps each, which lead on within them or to the join; gives back the names of the steps. */
function addFork(drawing: Drawing, name: string, before: readonly string[], dice: Dice): string[] {
  const join = `${name} join`;
  drawing.parallel(name, 'a', 'b').join(join);
  return ['a', 'b'].flatMap((branch) => {
    const kinds = Array.from({ length: 1 + dice.roll(2) }, () =>
      dice.pick(['approval', 'rule', 'ai', 'approval', 'work', 'credit']),
    );
    const names = kinds.map((kind, i) => `${kind} ${branch}${i}`);
    drawing.wire(name, branch, names[0] ?? join);
    kinds.forEach((kind, i) => {
      const own = names[i] ?? '';
      const known = [...before, ...names.slice(0, i)];
      for (const port of addStep(drawing, { kind, name: own, known }, dice))
        drawing.wire(own, port, dice.pick([join, ...names.slice(i + 1)]));
    });
    return names;
  });
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

/** An AI decision; a third of them with a table, a person or both to ask otherwise. */
function addAi(
  drawing: Drawing,
  name: string,
  known: readonly string[],
  { roll, pick, wild }: Dice,
): readonly string[] {
  if (roll(3) > 0) {
    drawing.ai(name);
    return ['answered', 'uncertain', 'failed'];
  }
  const inputs = ['input.amount', ...known.filter((other) => other.startsWith('rule')).map((rule) => `${rule}.amount`)];
  const row = (): readonly string[] => [
    pick(['-', '<= 10', '> 20', '[10..30]', '(10..20]']),
    pick(['"refund"', '"fraud"', ...(wild ? ['if input.other > 3 then "refund" else "other"', 'null'] : [])]),
  ];
  const table = ruleConfig({
    inputs: [inputs[roll(inputs.length)] ?? 'input.amount'],
    outputs: ['choice'],
    rows: Array.from({ length: 1 + roll(2) }, row),
  }).table;
  const person = pick([undefined, { role: 'lead', due: null }, { role: 'lead', due: 'PT1H' }]);
  const asks = { ...(roll(3) > 0 ? { table } : {}), ...(person === undefined ? {} : { person }) };
  const timedOut = roll(2) === 0;
  drawing.ai(name, { fallback: asks, timedOut });
  if (person?.due === null) return ['answered'];
  return ['answered', 'uncertain', 'failed', ...(timedOut ? ['timed out'] : [])];
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
