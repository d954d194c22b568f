import type { Command } from '../../core/state.ts';
import { INA, SIGNATURE } from '../../core/testing/people.ts';
import { contextOf, DONE } from '../../core/testing/play.ts';
import type { Journal } from '../../journal/journal.ts';
import { openJournal } from '../../journal/sqlite-journal.ts';
import { tempFolder } from '../../journal/testing.ts';
import type { Program } from '../../program/program.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { seededBytes } from '../../sandbox/world.ts';
import { Engine, type Started } from '../engine.ts';
import type { AskOutcome, DoneOutcome, Environment, MayLeave, PerformOutcome, PerformRequest } from '../environment.ts';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

export const START = Date.parse('2026-03-02T09:00:00Z');

type Later<T> = T | Promise<T>;

/** What the outside world does in a test. What is left out answers “done”, “did not happen”, and no model at all. */
export interface Outside {
  perform?: (request: PerformRequest, mayLeave: MayLeave) => Later<PerformOutcome>;
  askDone?: (request: PerformRequest) => Later<DoneOutcome>;
  answerNow?: (request: Extract<Command, { command: 'ask' }> | object) => AskOutcome | null;
  ask?: () => Later<AskOutcome>;
  check?: Environment['people']['check'];
}

export interface RigOptions {
  programs: readonly Program[];
  outside?: Outside;
  /** Put between the engine and its real journal. */
  wrap?: (journal: Journal) => Journal;
  maxUnderWay?: number;
  isStopped?: () => boolean;
}

/** An engine over a real journal in a folder of its own, with a virtual clock and a scripted world. */
export class Rig {
  readonly clock = new VirtualClock(START);
  /** Everything that was sent, in order. */
  readonly sent: PerformRequest[] = [];
  /** Opens of the journal so far. */
  opened = 0;
  engine: Engine;
  private readonly temp = tempFolder();
  private readonly options: RigOptions;
  private readonly environment: Environment;

  constructor(options: RigOptions) {
    this.options = options;
    const outside = options.outside ?? {};
    const random = seededBytes(1, 'rig');
    this.environment = {
      clock: this.clock,
      random,
      modelsOf: () => ({
        answerNow: (request) => outside.answerNow?.(request) ?? null,
        ask: async () => (await outside.ask?.()) ?? new Promise(() => undefined),
      }),
      systemsOf: () => ({
        perform: async (request, mayLeave = () => true) => {
          this.sent.push(request);
          return (await outside.perform?.(request, mayLeave)) ?? DONE;
        },
        askDone: async (request) => (await outside.askDone?.(request)) ?? { asked: 'did not happen' },
      }),
      people: { check: outside.check ?? (() => null), checkSettlement: () => null },
    };
    this.engine = this.open();
  }

  get path(): string {
    return join(this.temp.folder, 'journal.sqlite');
  }

  /** Stops the engine, as a process that ends does, and starts another on the same journal. */
  restart(): Engine {
    this.engine.stop();
    this.engine = this.open();
    return this.engine;
  }

  /** Starts a run of the first program. */
  start(
    input: Record<string, unknown>,
    key: string | null = null,
    program = this.options.programs[0],
  ): Promise<Started> {
    if (program === undefined) throw new Error('a rig has a program');
    return this.engine.start({ program, release: null, key, initiator: INA, input: contextOf(input) });
  }

  /** Approves, or decides otherwise on, the open task of a run. */
  async vote(run: string, decision: 'approved' | 'rejected' | 'sent back' = 'approved', person = 'ada'): Promise<void> {
    const [task] = this.engine.reader().tasks({ run, status: 'open' });
    if (task === undefined) throw new Error(`the run ${run} has no open task`);
    await this.engine.decide(run, task.id, this.decision(task.shown, decision, person, task.role));
  }

  decision(shown: string, decision: 'approved' | 'rejected' | 'sent back' = 'approved', person = 'ada', role = 'lead') {
    return { decision, person, role, comment: '', shown, at: this.clock.now(), signature: SIGNATURE };
  }

  status(run: string): string {
    const row = this.engine.reader().run(run);
    return row?.result ?? row?.status ?? 'unknown';
  }

  /** Lets what is queued happen, without moving the clock. */
  async turns(count = 8): Promise<void> {
    for (let i = 0; i < count; i++) await nextTurn();
  }

  close(): void {
    this.engine.stop();
    this.temp.remove();
  }

  private open(): Engine {
    const { programs, wrap, maxUnderWay, isStopped } = this.options;
    return new Engine({
      openJournal: () => {
        this.opened += 1;
        const random = seededBytes(this.opened, 'journal');
        const journal = openJournal({ path: this.path, now: () => this.clock.now(), random });
        return wrap?.(journal) ?? journal;
      },
      environment: this.environment,
      programOf: (digest) => programs.find((program) => program.digest === digest) ?? null,
      ...(isStopped === undefined ? {} : { isStopped }),
      ...(maxUnderWay === undefined ? {} : { maxUnderWay }),
    });
  }
}

/** A journal whose every append passes through a function, which may throw before or after it. */
export function throughAppend(around: (append: () => number, drafts: Parameters<Journal['append']>[0]) => number) {
  return <J extends Journal>(journal: J): J =>
    new Proxy(journal, {
      get: (target, name) => {
        if (name === 'append') {
          const through: Journal['append'] = (drafts) => around(() => target.append(drafts), drafts);
          return through;
        }
        if (name === 'appendMeanwhile') return undefined;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
}

/** A journal that keys a text as it is written, as earlier versions did, for as long as it is `before`. */
export function keyedAsWritten(written: string, before: () => boolean) {
  return <J extends Journal>(journal: J): J =>
    new Proxy(journal, {
      get: (target, name) => {
        if (name === 'keyed') {
          const asBefore = (text: string): string =>
            text.replace(JSON.stringify(written.trim()), JSON.stringify(written));
          return (text: string) => target.keyed(before() ? asBefore(text) : text);
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
}
