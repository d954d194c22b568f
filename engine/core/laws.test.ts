import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowOf, idOf } from '../flow/testing/build.ts';
import type { Program } from '../program/program.ts';
import type { PerformOutcome } from './outcome.ts';
import { MAX_STEPS, type Command, type Stimulus } from './state.ts';
import { canonicalState } from './testing/canonical.ts';
import { approval, approvedFlow, ask, end, programOf, shopFlow, shopWith, wholeFlow } from './testing/flows.ts';
import { answer, DONE, failedWith, Play, problem, REFUSED } from './testing/play.ts';

const program = programOf(wholeFlow());
const input = { order: '7', amount: 12 };

type Move = 'done' | 'refused' | 'not sent' | 'lost' | 'given up' | 'no' | 'yes' | 'back' | 'time' | 'crash' | 'stale';
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Move>('done', 'yes', 'time') },
    {
      weight: 4,
      arbitrary: fc.constantFrom<Move>('refused', 'not sent', 'lost', 'given up', 'no', 'back', 'crash', 'stale'),
    },
  ),
  { minLength: 5, maxLength: 60 },
);

const OUTCOMES: Partial<Record<Move, PerformOutcome>> = {
  done: DONE,
  yes: DONE,
  refused: REFUSED,
  'not sent': failedWith('no'),
  lost: failedWith('maybe'),
  'given up': failedWith('maybe', false),
};

/** What a command's key has come to so far. */
interface Fate {
  by: string;
  sends: number;
  /** The last send may have arrived, and nobody has said that it did not. */
  open: boolean;
}

/** Watches a run from outside and throws where I4 does not hold. `byOf` says how each action may be repeated. */
class Watcher {
  private readonly fates = new Map<string, Fate>();
  private readonly byOf: (action: string) => string;

  constructor(byOf: (action: string) => string) {
    this.byOf = byOf;
  }

  commanded(command: Command): void {
    if (command.command === 'ask' || command.key === '') return;
    const fate = this.fates.get(command.key) ?? { by: this.byOf(command.action), sends: 0, open: false };
    this.fates.set(command.key, fate);
    if (command.command !== 'perform') return;
    if (fate.open && fate.by === 'none') throw new Error(`I4 does not hold: ${command.action} is repeated`);
    if (fate.open && fate.by === 'askable') throw new Error(`I4 does not hold: ${command.action} is repeated unasked`);
    fate.sends += 1;
    fate.open = true;
  }

  /** Somebody who knows has said that it did not happen, or it is known that it was not sent. */
  notSent(key: string, wasOpen: boolean): void {
    const fate = this.fates.get(key);
    if (fate !== undefined) fate.open = wasOpen;
  }

  open(key: string): boolean {
    return this.fates.get(key)?.open ?? false;
  }
}

const byOf = (of: Program) => (action: string) =>
  [...of.nodes.values()].find((node) => node.target?.action === action)?.action?.idempotency.by ?? '';

function walk(of: Program, moveList: readonly Move[], watcher: Watcher): Play {
  const run = new Play(of, input);
  const said: Stimulus[] = [];
  let seen = 0;
  /** Whether an earlier send of the key was open before the present one. */
  let openBefore = false;
  const observe = (): void => {
    for (const command of run.commanded.slice(seen)) {
      openBefore = 'key' in command && watcher.open(command.key);
      watcher.commanded(command);
    }
    seen = run.commanded.length;
  };
  const say = (stimulus: Stimulus): void => {
    said.push(stimulus);
    run.say(stimulus);
  };
  observe();
  for (const move of moveList) {
    if (run.state.ended !== null) break;
    if (move === 'crash') run.crash();
    else if (move === 'stale') expectStale(run, said);
    else act(run, move, say, watcher, openBefore);
    observe();
  }
  return run;
}

function act(
  run: Play,
  move: Exclude<Move, 'crash' | 'stale'>,
  say: (s: Stimulus) => void,
  watcher: Watcher,
  openBefore: boolean,
): void {
  const { position } = run;
  if (position === null) return;
  const { node, visit } = position;
  if (position.phase === 'asking') {
    const outcome =
      move === 'given up'
        ? { outcome: 'failed' as const, error: problem(false) }
        : { outcome: 'answered' as const, answer: answer() };
    say({ stimulus: 'answered', path: '', node, visit, outcome });
  } else if (position.phase === 'calling') {
    const { attempt } = position;
    const [command] = run.commands;
    const outcomeOf = OUTCOMES[move];
    const key = position.intent?.key ?? '';
    if (command?.command === 'ask done') {
      if (move === 'no') watcher.notSent(key, false);
      const outcome =
        move === 'no'
          ? { asked: 'did not happen' as const }
          : move === 'done' || move === 'yes'
            ? { asked: 'happened' as const, response: new Map() }
            : { asked: 'unknown' as const, error: problem(true) };
      say({ stimulus: 'asked', path: '', node, visit, attempt, outcome });
    } else if (command !== undefined && outcomeOf !== undefined) {
      if (move === 'not sent') watcher.notSent(key, openBefore);
      say({ stimulus: 'performed', path: '', node, visit, attempt, outcome: outcomeOf });
    }
  } else if (position.phase === 'retrying') {
    if (move === 'time') run.wait();
  } else if (position.phase === 'tasked') {
    const person = position.votes.length === 0 ? 'ada' : 'ben';
    if (move === 'time' && position.task.due !== null) run.wait();
    else if (move === 'yes' || move === 'done')
      say({ stimulus: 'decided', task: position.task.id, decision: run.decision('approved', person) });
    else if (move === 'no')
      say({ stimulus: 'decided', task: position.task.id, decision: run.decision('rejected', person) });
    else if (move === 'back')
      say({ stimulus: 'decided', task: position.task.id, decision: run.decision('sent back', person) });
  } else if (position.phase === 'doubted') {
    if (move === 'no') watcher.notSent(position.intent.key, false);
    if (move === 'no' || move === 'yes') run.settle(move === 'yes');
  }
}

/** I7: what was said before, and is over, changes nothing. */
function expectStale(run: Play, said: readonly Stimulus[]): void {
  const { position } = run;
  for (const stimulus of said) {
    const attempt = position?.phase === 'calling' ? position.attempt : 0;
    const current =
      'node' in stimulus &&
      stimulus.node === position?.node &&
      stimulus.visit === position.visit &&
      (!('attempt' in stimulus) || stimulus.attempt === attempt);
    const open = 'task' in stimulus && position?.phase === 'tasked' && position.task.id === stimulus.task;
    if (current || open) continue;
    const before = canonicalState(run.state);
    const commands = run.commands;
    const decision = run.say(stimulus);
    expect(decision.events).toEqual([]);
    expect(decision.commands).toEqual([]);
    expect(canonicalState(run.state)).toBe(before);
    run.commands = commands;
  }
}

/** Why a property failed: the error behind fast-check's. */
function causeOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  }
  return 'it held';
}

describe('whatever the world does, in any order, with crashes in between', () => {
  it('P10 I1 I2 I3 I4 I7 hold at every step', () => {
    let doubts = 0;
    let ends = 0;
    fc.assert(
      fc.property(moves, (list) => {
        const run = walk(program, list, new Watcher(byOf(program)));
        doubts += run.of('call.doubted').length;
        ends += run.state.ended === null ? 0 : 1;
      }),
      { numRuns: 300, seed: 7 },
    );
    // The walks have been somewhere.
    expect(doubts).toBeGreaterThan(20);
    expect(ends).toBeGreaterThan(100);
  });

  it('P10 I4 control: a contract that wrongly says that a letter, or a parcel, may be repeated is caught', () => {
    for (const action of ['post letter', 'send parcel']) {
      const careless = programOf(wholeFlow(), shopWith(action, { idempotency: { by: 'natural' } }));
      const check = () =>
        fc.assert(
          fc.property(moves, (list) => void walk(careless, list, new Watcher(byOf(program)))),
          { numRuns: 300, seed: 7 },
        );
      expect(causeOf(check)).toContain('I4 does not hold');
    }
  });

  it('I5 a case that has ended is silent, whatever is said', () => {
    const run = new Play(programOf(approvedFlow('refund')), input);
    const { task } = run.task;
    const decision = run.decision('rejected');
    run.vote('rejected');
    const node = idOf('Call');
    const said: Stimulus[] = [
      { stimulus: 'answered', path: '', node, visit: 1, outcome: { outcome: 'answered', answer: answer() } },
      { stimulus: 'performed', path: '', node, visit: 1, attempt: 1, outcome: DONE },
      { stimulus: 'asked', path: '', node, visit: 1, attempt: 1, outcome: { asked: 'did not happen' } },
      { stimulus: 'decided', task: task.id, decision },
      { stimulus: 'settled', task: task.id, settlement: run.settlement(true) },
      { stimulus: 'due' },
      { stimulus: 'recovered' },
    ];
    for (const stimulus of said) expect(run.say(stimulus)).toMatchObject({ events: [], commands: [] });
  });
});

describe('I8 every case ends or waits', () => {
  const circle = (maxVisits: number) =>
    shopFlow()
      .node('Agree', 'approval', approval({ sendBack: true }))
      .node('Correct', 'transform', { fields: { amount: 'input.amount' } })
      .node('Done', 'end', end('done'))
      .edge('Start', 'next', 'Agree')
      .edge('Agree', 'approved', 'Done')
      .edge('Agree', 'rejected', 'Done')
      .edge('Agree', 'sent back', 'Correct')
      .back('Correct', 'next', 'Agree', maxVisits)
      .build();

  it('a wire that goes back is taken as often as it says, then the case fails and names the node', () => {
    const run = new Play(programOf(circle(2)), input);
    for (let i = 0; i < 3; i++) run.vote('sent back');
    expect(run.state.ended).toMatchObject({
      status: 'failed',
      error: { code: 'BACK_EDGE_EXHAUSTED', where: { node: 'Correct' } },
    });
    expect([...run.state.root.backs.values()]).toContain(3);
  });

  it('who sent it back for the last time, and an effect that was done before, are on record', () => {
    const flow = approvedFlow('refund');
    const { [idOf('Done')]: _, ...nodes } = flow.nodes;
    const edges = Object.fromEntries(
      Object.entries(flow.edges).map(([id, edge]) =>
        edge.from.port === 'done' ? [id, { ...edge, to: { node: idOf('Agree') }, back: { maxVisits: 1 } }] : [id, edge],
      ),
    );
    const run = new Play(programOf({ ...flow, nodes, edges }), input);
    for (let i = 0; i < 2; i++) {
      run.vote('approved');
      run.performed(DONE);
    }
    expect(run.state.ended?.error?.code).toBe('BACK_EDGE_EXHAUSTED');
    expect(run.state.effects).toHaveLength(2);
    expect(run.of('node.completed').at(-1)?.body).toMatchObject({ port: 'done', record: { by: 'system' } });
  });

  it('circles in circles end at the bound of steps', () => {
    const builder = flowOf('Circles')
      .input({})
      .node('Start', 'trigger', { columns: {} })
      .node('Done', 'end', end('done'));
    const names = ['A', 'B', 'C'];
    const table = {
      hitPolicy: 'FIRST',
      inputs: [{ id: 'i1', expression: '1' }],
      outputs: [{ id: 'o1', name: 'way', type: 'string', values: ['on', 'back'] }],
      rows: [{ id: 'r1', when: ['1'], then: ['"back"'] }],
    };
    for (const name of names) builder.node(name, 'rule', { table, branchBy: 'way' });
    builder.chain('Start', 'A');
    names.forEach((name, i) => {
      builder.edge(name, 'on', names[i + 1] ?? 'Done').edge(name, 'otherwise', names[i + 1] ?? 'Done');
      builder.back(name, 'back', name, 100);
    });
    const bounded = new Play(programOf(builder.build()), {});
    expect(bounded.state.ended?.error?.code).toBe('BACK_EDGE_EXHAUSTED');
    // The document bounds a back edge at 100; without that bound the steps still do.
    const flow = builder.build();
    const unbounded = programOf(flow);
    const free: Program = {
      ...unbounded,
      nodes: new Map(
        [...unbounded.nodes].map(([id, node]) => [
          id,
          {
            ...node,
            ways: new Map(
              [...node.ways].map(([port, way]) => [
                port,
                way.back === null ? way : { ...way, back: { maxVisits: 1e9 } },
              ]),
            ),
          },
        ]),
      ),
    };
    const run = new Play(free, {});
    expect(run.state.ended?.error?.code).toBe('STEPS_EXHAUSTED');
    expect(run.state.root.steps).toBe(MAX_STEPS + 1);
  });
});

describe('recovery', () => {
  it('I1 puts a question again that nobody answered, and asks a person nothing twice', () => {
    const flow = shopFlow()
      .node('Topic', 'ai-decision', ask())
      .node('Agree', 'approval', approval())
      .node('Done', 'end', end('done'))
      .edge('Start', 'next', 'Topic')
      .edge('Topic', 'answered', 'Agree')
      .edge('Topic', 'uncertain', 'Agree')
      .edge('Agree', 'approved', 'Done')
      .edge('Agree', 'rejected', 'Done')
      .build();
    const run = new Play(programOf(flow), input);
    run.crash();
    expect(run.command).toMatchObject({ command: 'ask', model: 'topic', text: '7' });
    run.answered();
    const { id } = run.task.task;
    expect(run.crash().events).toEqual([]);
    expect(run.task.task.id).toBe(id);
    run.vote('approved');
    expect(run.phase).toBe('done');
  });

  it('keeps a pause before the next attempt, and the votes that were given', () => {
    const run = new Play(programOf(approvedFlow('refund', { approval: { count: 2 } })), input);
    run.vote('approved', 'ada');
    run.crash();
    expect(run.task.votes).toHaveLength(1);
    run.vote('approved', 'ben');
    run.performed(failedWith('no'));
    const before = canonicalState(run.state);
    expect(run.crash()).toEqual({ events: [], commands: [], refused: null, more: false });
    expect(canonicalState(run.state)).toBe(before);
  });
});
