import { effectKey } from '../../engine/core/digest.ts';
import type { RunEvent } from '../../engine/core/event.ts';
import type { Program } from '../../engine/program/program.ts';
import type { Ledger } from './ledger.ts';
import type { Told } from './laws-across.ts';

type Broke = (law: string, what: string) => void;

interface Case {
  program: Program | undefined;
  /** The first of its chain. */
  root: string;
  /** The case that it tries again itself, and the node from which it goes on. */
  retries: string | null;
  from: string | null;
  isOver: boolean;
  /** Effects of its own that stand, by key. */
  standing: Map<string, string>;
  intents: Map<string, Extract<RunEvent, { type: 'call.intended' }>>;
}

/** A case that tries another again begins with what that one has done, does none of it twice, and says whose it is. */
export class Again {
  private readonly cases = new Map<string, Case>();
  private readonly retried = new Map<string, string>();
  private readonly programs: ReadonlyMap<string, Program>;
  private readonly ledger: Ledger;
  private readonly broke: Broke;

  constructor(programs: ReadonlyMap<string, Program>, ledger: Ledger, broke: Broke) {
    this.programs = programs;
    this.ledger = ledger;
    this.broke = broke;
  }

  take({ run, event }: Told): void {
    if (event.type === 'run.started') return this.started(run, event);
    const own = this.cases.get(run);
    if (own === undefined) return;
    switch (event.type) {
      case 'call.intended':
        this.intended(run, own, event);
        return;
      case 'node.completed': {
        const path = ('path' in event ? event.path : undefined) ?? '';
        const key = effectKey(own.root, event.node, path, event.body.visit, 'do');
        if (event.body.port === 'done' && own.intents.has(key)) own.standing.set(key, event.node);
        return;
      }
      case 'effect.undone':
        if (event.body.outcome === 'undone') for (const one of this.chainOf(run)) one.standing.delete(event.body.of);
        return;
      case 'run.ended':
        own.isOver = event.body.status !== 'completed';
        return;
      default:
        return;
    }
  }

  private started(run: string, { body }: Extract<RunEvent, { type: 'run.started' }>): void {
    const { retries } = body;
    const before = retries === undefined ? undefined : this.cases.get(retries.run);
    const own: Case = {
      program: this.programs.get(body.program),
      root: retries?.root ?? run,
      retries: retries?.run ?? null,
      from: retries?.from ?? null,
      isOver: false,
      standing: new Map(),
      intents: new Map(),
    };
    this.cases.set(run, own);
    if (retries === undefined) return;
    if (before?.isOver !== true) this.broke('what failed is tried again, and nothing else', `${retries.run} by ${run}`);
    if (before?.root !== own.root) this.broke('a case tried again leads to the first', `${run}: ${own.root}`);
    const other = this.retried.get(retries.run);
    if (other !== undefined) this.broke('a case is tried again once', `${retries.run}: ${other} and ${run}`);
    this.retried.set(retries.run, run);
    if (own.from !== null) return;
    const named = this.ledger.named.get(retries.run);
    for (const { standing } of this.chainOf(retries.run))
      for (const key of standing.keys())
        if (named?.has(key) !== true)
          this.broke('what was done is not done twice unless somebody knew', `${run} begins again after ${key}`);
  }

  private intended(run: string, own: Case, event: Extract<RunEvent, { type: 'call.intended' }>): void {
    const { key, visit } = event.body;
    if (key !== effectKey(own.root, event.node, event.path ?? '', visit, 'do'))
      this.broke('a case tried again leads to the first', `${run}: ${key} is no key of ${own.root}`);
    own.intents.set(key, event);
    // From where it failed, a flow that never goes back does not come by what was done.
    if (own.from === null || goesBack(own.program)) return;
    for (const { standing } of this.earlier(own))
      for (const [done, node] of standing)
        if (node === event.node) this.broke('what was done is not done twice', `${run}: ${node}, done under ${done}`);
  }

  /** A case and all before it. */
  private chainOf(run: string): Case[] {
    const own = this.cases.get(run);
    if (own === undefined) return [];
    return [own, ...(own.retries === null ? [] : this.chainOf(own.retries))];
  }

  /** Those that it goes on from; what was before a new beginning is done anew. */
  private earlier(own: Case): Case[] {
    const before = own.retries === null || own.from === null ? undefined : this.cases.get(own.retries);
    return before === undefined ? [] : [before, ...this.earlier(before)];
  }
}

const goesBack = (program: Program | undefined): boolean =>
  program === undefined || [...program.nodes.values()].some(({ ways }) => [...ways.values()].some((way) => way.back));
