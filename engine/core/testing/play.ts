import { encodeValue, fromJson, type FeelContext, type JsonValue } from '../../feel/value.ts';
import { asJson, canonicalJson, parseStrict } from '../../flow/json.ts';
import type { ErrorShape } from '../../flow/error.ts';
import type { Program } from '../../program/program.ts';
import type { ModelAnswer, PersonDecision } from '../../../nodes/kind.ts';
import { decodeEvent, encodeEvent } from '../codec.ts';
import { begin, decide, fold, type Start } from '../core.ts';
import type { Decision } from '../deciding.ts';
import type { RunEvent, Settlement } from '../event.ts';
import type { DoneOutcome, PerformOutcome } from '../outcome.ts';
import type { Command, Position, RunState, Stimulus } from '../state.ts';
import { canonicalState } from './canonical.ts';
import { INA, SIGNATURE } from './people.ts';

export const AT = Date.parse('2026-03-02T09:00:00Z');

export const contextOf = (json: Record<string, unknown>): FeelContext => {
  const value = fromJson(json);
  if (!(value instanceof Map)) throw new Error('an object is a context');
  return value;
};

export const problem = (retryable: boolean, message = 'no route to host'): ErrorShape => ({
  code: 'ACTION_UNREACHABLE',
  message,
  hint: 'Wait.',
  retryable,
  fault: 'other system',
});

export const DONE: PerformOutcome = { outcome: 'done', status: 200, response: new Map() };
export const REFUSED: PerformOutcome = { outcome: 'refused', status: 409, error: problem(false, 'not now') };
export const failedWith = (sent: 'no' | 'maybe', retryable = true): PerformOutcome => ({
  outcome: 'failed',
  sent,
  error: problem(retryable),
});

export const answer = (status: ModelAnswer['status'] = 'answered'): ModelAnswer => ({
  status,
  why: status === 'answered' ? null : 'below the bar',
  choice: status === 'answered' ? 'refund' : null,
  guess: 'refund',
  confidence: 0.9,
  alternatives: [],
  reasons: [{ word: 'money', contribution: 1.5 }],
  model: { name: 'topic', version: '1.0.0', digest: 'sha256-x', owner: 'Bea', bar: 0.8 },
  latencyMs: 1,
});

/** A body as it comes back from disk: members in the order that the canonical bytes give them. */
const reread = (json: JsonValue): JsonValue => parseStrict(canonicalJson(asJson(json)));

/** What can be broken on purpose, so that each check is seen to fail. */
export interface Sabotage {
  /** A key per attempt. */
  keyPerAttempt?: boolean;
  /** Events that are lost on their way to disk. */
  lose?: (event: RunEvent) => boolean;
}

/**
 * One run, played by hand. After every stimulus the laws that hold everywhere are checked: I1 the fold of the journaled
 * events is the live state, I2 and I3 a call is under an intent on record with that key and request.
 */
export class Play {
  readonly program: Program;
  readonly journal: { event: RunEvent; at: number }[] = [];
  /** Commands of the last decision. */
  commands: readonly Command[] = [];
  /** Every command so far, in order, with how often the run had been recovered by then. */
  readonly commanded: Command[] = [];
  refused: ErrorShape | null = null;
  now = AT;
  state: RunState;
  private readonly sabotage: Sabotage;

  constructor(program: Program, input: Record<string, unknown>, sabotage: Sabotage = {}, more: Partial<Start> = {}) {
    this.program = program;
    this.sabotage = sabotage;
    const given = { run: 'run1', release: null, key: null, initiator: INA, salt: null, input: contextOf(input) };
    const { state, decision } = begin(program, { ...given, ...more }, this.now);
    this.state = state;
    this.take(this.whole(decision));
  }

  get events(): RunEvent[] {
    return this.journal.map(({ event }) => event);
  }

  get phase(): string {
    return this.state.ended === null ? (this.position?.phase ?? 'nowhere') : this.state.ended.result;
  }

  /** Where the root of the run stands. */
  get position(): Position | null {
    return this.state.root.position;
  }

  /** Events of one type. */
  of<T extends RunEvent['type']>(type: T): Extract<RunEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  }

  say(stimulus: Stimulus): Decision {
    const decision = this.whole(decide(this.program, this.state, stimulus, this.now));
    this.take(decision);
    return decision;
  }

  /** With what follows in decisions of its own, as one. */
  private whole(first: Decision): Decision {
    let all = first;
    while (all.more) {
      const next = decide(this.program, this.state, { stimulus: 'continued' }, this.now);
      const { more, refused } = next;
      all = { events: [...all.events, ...next.events], commands: [...all.commands, ...next.commands], more, refused };
    }
    return all;
  }

  /** The only command of the last decision. */
  get command(): Command {
    const [only, ...more] = this.commands;
    if (only === undefined || more.length > 0) throw new Error(`${this.commands.length} commands`);
    return only;
  }

  performed(outcome: PerformOutcome): Decision {
    const { command } = this;
    if (command.command !== 'perform') throw new Error(`the command is to ${command.command}`);
    const { path, node, visit, attempt } = command;
    return this.say({ stimulus: 'performed', path, node, visit, attempt, outcome });
  }

  asked(outcome: DoneOutcome): Decision {
    const { command } = this;
    if (command.command !== 'ask done') throw new Error(`the command is to ${command.command}`);
    const { path, node, visit, attempt } = command;
    return this.say({ stimulus: 'asked', path, node, visit, attempt, outcome });
  }

  answered(status: ModelAnswer['status'] = 'answered'): Decision {
    const { path, node, visit } = this.command;
    return this.say({
      stimulus: 'answered',
      path,
      node,
      visit,
      outcome: { outcome: 'answered', answer: answer(status) },
    });
  }

  vote(decision: PersonDecision['decision'], person = 'ada', more: Partial<PersonDecision> = {}): Decision {
    const { task } = this.task;
    return this.say({ stimulus: 'decided', task: task.id, decision: this.decision(decision, person, more) });
  }

  decision(decision: PersonDecision['decision'], person = 'ada', more: Partial<PersonDecision> = {}): PersonDecision {
    const { role, digest } = this.task.task;
    return { decision, person, role, comment: '', shown: digest, at: this.now, signature: SIGNATURE, ...more };
  }

  /** What a person says of the effect in doubt; null has the engine look again. */
  settle(happened: boolean | null): Decision {
    const { position } = this;
    if (position?.phase !== 'doubted') throw new Error('nothing is in doubt');
    return this.say({ stimulus: 'settled', task: position.task, settlement: this.settlement(happened) });
  }

  settlement(happened: boolean | null): Settlement {
    return { happened, person: 'otto', role: 'operator', comment: '', at: this.now, signature: SIGNATURE };
  }

  get task() {
    const { position } = this;
    if (position?.phase !== 'tasked') throw new Error(`the run is ${this.phase}`);
    return position;
  }

  /** Moves to where the run's timer is due, and says so. */
  wait(): Decision {
    const { position } = this;
    const due =
      position?.phase === 'retrying' ? position.retryAt : position?.phase === 'tasked' ? position.task.due : null;
    if (due === null) throw new Error(`nothing is due: the run is ${this.phase}`);
    this.now = Math.max(this.now, due);
    return this.say({ stimulus: 'due' });
  }

  /** The engine dies and starts again: memory is what the journaled bytes fold to, and calls under way are forgotten. */
  crash(): Decision {
    this.commands = [];
    this.state = this.folded();
    return this.say({ stimulus: 'recovered' });
  }

  /** The state that the journaled bytes fold to. */
  folded(): RunState {
    const read = this.journal.map(({ event, at }) => {
      const { open, sealed } = encodeEvent(this.program, event);
      const node = 'node' in event ? event.node : null;
      const path = 'path' in event ? (event.path ?? null) : null;
      const body = { open: reread(open), sealed: sealed === null ? null : reread(sealed) };
      return { event: decodeEvent({ type: event.type, node, path, ...body }), at };
    });
    return fold(this.program, this.state.run, read);
  }

  private take(decision: Decision): void {
    for (const event of decision.events)
      if (this.sabotage.lose?.(event) !== true) this.journal.push({ event, at: this.now });
    this.refused = decision.refused;
    this.commands =
      this.sabotage.keyPerAttempt === true
        ? decision.commands.map((one) => ('key' in one ? { ...one, key: `${one.key} ${one.attempt}` } : one))
        : decision.commands;
    this.commanded.push(...this.commands);
    this.check();
  }

  private check(): void {
    const live = canonicalState(this.state);
    const folded = canonicalState(this.folded());
    if (live !== folded) throw new Error(`I1 does not hold:\n live   ${live}\n folded ${folded}`);
    for (const command of this.commands) {
      if (command.command === 'ask' || command.key === '') continue;
      const intent = [...this.of('call.intended'), ...this.of('undo.intended')].find(
        ({ body }) => body.key === command.key,
      );
      if (intent === undefined) throw new Error(`I2 does not hold: no intent has the key ${command.key}`);
      const same = (one: FeelContext) => canonicalJson(encodeValue(one));
      if (same(intent.body.request) !== same(command.request))
        throw new Error(
          `I3 does not hold: ${same(command.request)} is sent, ${same(intent.body.request)} was intended`,
        );
    }
  }
}
