import type { Limit } from '../../engine/connections/contract.ts';
import type { RunEvent } from '../../engine/core/event.ts';
import { sameLimit } from '../../engine/core/limits.ts';
import { addNumbers, compareNumbers, isFeelNumber, numberFromJs, type FeelNumber } from '../../engine/feel/number.ts';
import type { Program } from '../../engine/program/program.ts';
import { durationMs } from '../../nodes/duration.ts';

/** An event of some run, in the order of the whole journal. */
export interface Told {
  run: string;
  at: number;
  event: RunEvent;
}

type Broke = (law: string, what: string) => void;

interface Effect {
  run: string;
  key: string;
  turn: string;
  at: number;
  program: Program | undefined;
  event: Extract<RunEvent, { type: 'call.intended' }>;
}

const turnOf = (run: string, event: Extract<RunEvent, { node: string }>, visit: number): string =>
  JSON.stringify([run, ('path' in event ? event.path : undefined) ?? '', event.node, visit]);

/**
 * What contracts say of effects across runs, worked out from the journal alone: which effects stood when another was
 * intended, and who had let it past its limits.
 */
class Across {
  private readonly programs: ReadonlyMap<string, Program>;
  private readonly broke: Broke;
  private readonly programOf = new Map<string, Program>();
  private readonly standing = new Map<string, Effect>();
  /** By turn, the limits that somebody was asked about, and those that enough of them let it pass. */
  private readonly asked = new Map<string, readonly Limit[]>();
  private readonly let = new Map<string, readonly Limit[]>();

  constructor(programs: ReadonlyMap<string, Program>, broke: Broke) {
    this.programs = programs;
    this.broke = broke;
  }

  take({ run, at, event }: Told): void {
    switch (event.type) {
      case 'run.started': {
        const program = this.programs.get(event.body.program);
        if (program !== undefined) this.programOf.set(run, program);
        return;
      }
      case 'task.created':
        this.asked.set(turnOf(run, event, event.body.visit), event.body.over ?? []);
        return;
      case 'task.voted': {
        const turn = turnOf(run, event, event.body.visit);
        if (event.body.enough === true)
          this.let.set(turn, [...(this.let.get(turn) ?? []), ...(this.asked.get(turn) ?? [])]);
        return;
      }
      case 'call.intended':
        return this.intended({
          run,
          at,
          event,
          key: event.body.key,
          turn: turnOf(run, event, event.body.visit),
          program: this.programOf.get(run),
        });
      case 'node.completed': {
        const turn = turnOf(run, event, event.body.visit);
        if (!['refused', 'failed', 'timed out'].includes(event.body.port)) return;
        for (const effect of this.standing.values()) if (effect.turn === turn) this.standing.delete(effect.key);
        return;
      }
      case 'effect.undone':
        if (event.body.outcome === 'undone') this.standing.delete(event.body.of);
        return;
      default:
        return;
    }
  }

  private intended(effect: Effect): void {
    const action = effect.program?.nodes.get(effect.event.node)?.action ?? null;
    const { business } = effect.event.body;
    const what = `${effect.run}: ${effect.event.body.action} ${effect.key}`;
    if (action?.businessKey !== undefined) {
      const after = effect.at - durationMs(action.businessKey.within);
      if (business === undefined) this.broke('an effect has its business key on record', what);
      for (const other of this.standing.values())
        if (other.event.body.business === business && other.at > after)
          this.broke('no two effects of one business key stand', `${what} beside ${other.key} of ${other.run}`);
    }
    for (const limit of action?.limits ?? []) this.limit(effect, limit, what);
    this.standing.set(effect.key, effect);
  }

  private limit(effect: Effect, limit: Limit, what: string): void {
    const after = effect.at - durationMs(limit.per);
    const { connection, action } = effect.event.body;
    let used = amountOf(effect, limit);
    for (const other of this.standing.values()) {
      const { body } = other.event;
      // A release whose contract had no limits yet is not counted.
      const isCounted = body.counts !== undefined && body.connection === connection && body.action === action;
      if (isCounted && other.at > after) used = addNumbers(used, amountOf(other, limit)) ?? used;
    }
    const most = 'sum' in limit ? (numberFromJs(limit.max) ?? 0) : limit.count;
    if (compareNumbers(used, most) <= 0) return;
    if (!(this.let.get(effect.turn) ?? []).some((one) => sameLimit(one, limit)))
      this.broke('no limit is passed without a person’s word', `${what} comes to ${String(used)} of ${String(most)}`);
  }
}

/** From the request itself, whatever the engine says that it counts. */
function amountOf({ event }: Effect, limit: Limit): FeelNumber {
  if (!('sum' in limit)) return 1;
  const amount = event.body.request.get(limit.sum) ?? 0;
  return isFeelNumber(amount) && compareNumbers(amount, 0) > 0 ? amount : 0;
}

/** Cases of one line begin in the order in which they were accepted, each when those before it have ended. */
function lines(events: readonly Told[], broke: Broke): void {
  const accepted = new Map<string, string[]>();
  const lineOf = new Map<string, string>();
  const ended = new Set<string>();
  const queued = new Set<string>();
  for (const { run, event } of events) {
    if (event.type === 'run.started' && event.body.line !== undefined) {
      const { line } = event.body;
      lineOf.set(run, line);
      accepted.set(line, [...(accepted.get(line) ?? []), run]);
      if (event.body.queued === true) queued.add(run);
    }
    if (event.type === 'run.ended') ended.add(run);
    if (event.type === 'run.admitted') queued.delete(run);
    const begins = event.type === 'run.admitted' || (event.type === 'run.started' && !queued.has(run));
    const line = lineOf.get(run);
    if (begins && line !== undefined) {
      const all = accepted.get(line) ?? [];
      const before = all.slice(0, all.indexOf(run)).filter((one) => !ended.has(one));
      if (before.length > 0)
        broke('cases of one line run one at a time, in order', `${run} begins before ${before[0] ?? ''} has ended`);
    }
    if (queued.has(run) && (event.type === 'call.intended' || event.type === 'node.completed'))
      broke('a queued case does nothing', `${run}: ${event.type}`);
  }
  for (const [line, runs] of accepted) {
    const first = runs.find((run) => !ended.has(run));
    if (first !== undefined && queued.has(first)) broke('a line goes on', `${first} is first in ${line} and waits`);
  }
}

/** The laws that hold between runs, asked of all events in the order of the journal. */
export function acrossRuns(events: readonly Told[], programs: ReadonlyMap<string, Program>, broke: Broke): void {
  const across = new Across(programs, broke);
  for (const told of events) across.take(told);
  lines(events, broke);
}
