import type { Flow } from '../../engine/flow/document.ts';
import type { FlowBuilder } from '../../engine/flow/testing/build.ts';
import { approval, ask, call, end, shopFlow } from '../../engine/core/testing/flows.ts';
import { ruleConfig } from '../../engine/program/testing/proof-kit.ts';
import type { Chance } from './chance.ts';

type Exit = readonly [node: string, port: string];

const ACTIONS = ['read order', 'refund', 'set state', 'post letter', 'send parcel'] as const;
const DEEPEST = 2;

/** What a drawn flow holds beside the rest: nodes that wait for messages, or the name of a person all over it. */
export type Drawn = 'plain' | 'waiting' | 'personal';

/** Draws a flow of nested branches from chance: every wire goes forward, and every exit leads somewhere. */
export function drawFlow(chance: Chance, drawn: Drawn = 'plain'): Flow {
  const drawing = new Drawing(chance, drawn);
  return drawing.whole();
}

/** A node that waits for a message: `news` is about nothing in particular, so that several wait for the same. */
export const waitFor = (name: string, giveUp: string | null, fields: Record<string, unknown> = {}) => ({
  until: 'message',
  duration: 'P1D',
  time: '',
  name,
  key: name === 'news' ? '"all"' : 'input.order',
  fields: { amount: { type: 'number' }, ...fields },
  giveUp,
});

class Drawing {
  private readonly flow: FlowBuilder = shopFlow();
  private readonly chance: Chance;
  private readonly drawn: Drawn;
  private nodes = 0;

  constructor(chance: Chance, drawn: Drawn) {
    this.chance = chance;
    this.drawn = drawn;
    if (drawn === 'personal') this.flow.input({ customer: { type: 'string', identifies: true } });
  }

  whole(): Flow {
    const exits = this.row([['Start', 'next']], 0, this.chance.between(1, 4));
    this.node(exits, 'end', end('done'));
    return this.flow.build();
  }

  private row(from: Exit[], depth: number, length: number): Exit[] {
    let exits = from;
    for (let i = 0; i < length; i++) exits = this.segment(exits, depth);
    return exits;
  }

  private segment(from: Exit[], depth: number): Exit[] {
    if (this.drawn === 'waiting' && this.chance.hits(0.3)) return this.message(from);
    const which = this.chance.between(1, depth < DEEPEST ? 14 : 9);
    if (which <= 5) return this.connector(from);
    if (which === 6) return this.leaves(this.node(from, 'transform', this.transformed()), ['next']);
    if (which <= 8) return this.chance.hits(0.75) ? this.approval(from) : this.person(from);
    if (which === 9) return this.decision(from);
    if (which === 10) return this.rule(from, depth);
    return which <= 12 ? this.parallel(from, depth) : this.forEach(from, depth);
  }

  private connector(from: Exit[]): Exit[] {
    const picked = this.chance.pick(ACTIONS);
    // What refuses a refund would say in what state the order is, which is the name of a person there.
    const action = this.drawn === 'personal' && picked === 'refund' ? 'post letter' : picked;
    const given = this.givenTo(action);
    const attempts = this.chance.between(1, 4);
    const retry = { attempts, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT1M' };
    const name = this.node(from, 'connector', call(action, { ...given, retry }));
    return this.leaves(name, this.chance.hits(0.7) ? ['done', 'refused', 'failed'] : ['done', 'refused']);
  }

  private givenTo(action: string): Record<string, unknown> {
    if (action === 'refund') return { arguments: { order: 'input.order', amount: '0.5' } };
    if (this.drawn !== 'personal' || action !== 'set state') return {};
    return { arguments: { order: 'input.order', state: 'input.customer' } };
  }

  private transformed(): Record<string, unknown> {
    const who = this.drawn === 'personal' ? { who: 'input.customer' } : {};
    return { fields: { order: 'input.order', ...who } };
  }

  /** Waits for a message about the order, or for one that is about all of them. */
  private message(from: Exit[]): Exit[] {
    const giveUp = this.chance.pick([null, 'PT4H', 'P2D']);
    const name = this.node(from, 'wait', waitFor(this.chance.pick(['payment received', 'news']), giveUp));
    return this.leaves(name, giveUp === null ? ['arrived'] : ['arrived', 'timed out']);
  }

  private approval(from: Exit[]): Exit[] {
    const due = this.chance.pick([null, 'PT2M', 'PT4H', 'P2D']);
    const name = this.node(from, 'approval', approval({ due, count: this.chance.between(1, 2) }));
    return this.leaves(name, due === null ? ['approved', 'rejected'] : ['approved', 'rejected', 'timed out']);
  }

  /** A person who chooses or fills in a form. */
  private person(from: Exit[]): Exit[] {
    const due = this.chance.pick([null, 'PT2M', 'P2D']);
    const asks = {
      title: 'Which?',
      question: '',
      role: 'lead',
      choices: ['left', 'right'].map((value) => ({ value, label: '' })),
      fields: { sum: { type: 'number' }, note: { type: 'string', optional: true } },
      fourEyes: false,
      due,
      show: [],
    };
    const late = due === null ? [] : ['timed out'];
    if (this.chance.hits(0.5))
      return this.leaves(this.node(from, 'task', { ...asks, type: 'fill in', branch: false }), ['answered', ...late]);
    return this.leaves(this.node(from, 'task', { ...asks, type: 'choose', branch: true }), ['left', 'right', ...late]);
  }

  /** An AI decision; half of them are asked again or fall back to a table, a person, or both. */
  private decision(from: Exit[]): Exit[] {
    const leaving = ['answered', 'uncertain', 'failed'];
    if (this.chance.hits(0.5)) return this.leaves(this.node(from, 'ai-decision', ask()), leaving);
    const { table } = ruleConfig({ inputs: ['input.order'], outputs: ['choice'], rows: [['"1","2","3"', '"other"']] });
    const due = this.chance.pick([null, 'PT4H']);
    const fallback = {
      ...(this.chance.hits(0.7) ? { table } : {}),
      ...(this.chance.hits(0.7) ? { person: { role: 'lead', due } } : {}),
    };
    const retry = { attempts: 2, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT1M' };
    const name = this.node(
      from,
      'ai-decision',
      ask({ retry, ...(Object.keys(fallback).length > 0 ? { fallback } : {}) }),
    );
    return this.leaves(name, fallback.person !== undefined && due === null ? ['answered'] : leaving);
  }

  private rule(from: Exit[], depth: number): Exit[] {
    const table = {
      inputs: ['input.order'],
      outputs: ['way'],
      rows: [
        ['"1","2","3","4"', '"left"'],
        ['"5","6","7"', '"right"'],
      ],
      routes: ['left', 'right'],
    };
    const name = this.node(from, 'rule', ruleConfig(table));
    return [
      ...this.row([[name, 'left']], depth + 1, this.chance.between(0, 2)),
      ...this.row([[name, 'right']], depth + 1, this.chance.between(0, 2)),
      [name, 'otherwise'],
    ];
  }

  private parallel(from: Exit[], depth: number): Exit[] {
    const branches = ['a', 'b', 'c'].slice(0, this.chance.between(2, 3));
    const name = this.node(from, 'parallel', { branches });
    const exits = branches.flatMap((branch) => this.row([[name, branch]], depth + 1, this.chance.between(1, 2)));
    const join = this.node(exits, 'join', { wait: this.chance.hits(0.25) ? 'any' : 'all', collect: '' });
    return this.leaves(join, ['next']);
  }

  private forEach(from: Exit[], depth: number): Exit[] {
    const item = `item${this.nodes}`;
    const list = this.chance.pick(['[1, 2, 3]', '[1, 2]', '[1, 2, 3, 4, 5]', '[]']);
    const name = this.node(from, 'for-each', { list, item, atOnce: this.chance.between(1, 3) });
    const exits = this.row([[name, 'each']], depth + 1, this.chance.between(1, 2));
    return this.leaves(this.node(exits, 'join', { wait: 'all', collect: item }), ['next']);
  }

  /** A node that all these exits lead to; gives its name. */
  private node(from: readonly Exit[], kind: string, config: Record<string, unknown>): string {
    const name = `N${this.nodes++}`;
    this.flow.node(name, kind, config);
    for (const [before, port] of from) this.flow.edge(before, port, name);
    return name;
  }

  private leaves(name: string, ports: readonly string[]): Exit[] {
    return ports.map((port): Exit => [name, port]);
  }
}
