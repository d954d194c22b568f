import type { Draft } from '../../engine/journal/journal.ts';
import type { RecordJournal } from '../../engine/journal/testing/erasing-conformance.ts';
import { throughAppend } from '../../engine/runtime/testing/rig.ts';
import type { Engine } from '../../engine/runtime/engine.ts';
import { EffectLedger } from '../../engine/runtime/ledger.ts';
import { isFeelContext, decodeValue } from '../../engine/feel/value.ts';
import type { JsonInput, JsonValue } from '../../engine/flow/json.ts';
import { parseStrict } from '../../engine/flow/json.ts';
import type { Program, ProgramNode } from '../../engine/program/program.ts';
import type { Plant } from './machine.ts';

/** A bug that is planted between the engine and its world, and the laws one of which must notice it. */
export interface Planted extends Plant {
  bug: string;
  laws: readonly string[];
  /** Where to look for it first: the seeds before this one do not show it. */
  from?: number;
}

export const LOST = 'P3 nothing acknowledged is lost';
const INTENT_FIRST = 'the intent of an effect is on disk before it is sent';
const REPLACED = 'P9 who was replaced writes nothing';
export const AT_REST = 'every case ends or waits for something';
const LIMIT = 'no limit is passed without a person’s word';
const ONE_KEY = 'no two effects of one business key stand';
const ONE_AT_A_TIME = 'cases of one line run one at a time, in order';
const LINE_GOES_ON = 'a line goes on';
export const LIVE = 'the fold of the events is the live state';

/** A journal of whose methods some are others. */
export function changed(journal: RecordJournal, change: Partial<RecordJournal>): RecordJournal {
  return new Proxy(journal, {
    get: (target, name) => {
      const own: unknown = Reflect.get(change, name);
      if (own !== undefined) return own;
      if (name === 'appendMeanwhile' && change.append !== undefined) return undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Acknowledges first and writes a moment later, unless the process is gone by then. */
const writesLater: NonNullable<Plant['journal']> = (journal, { machine, life }) => {
  let held: Draft[] = [];
  const flush = (): void => {
    const drafts = held;
    held = [];
    if (drafts.length > 0) journal.append(drafts);
  };
  return throughAppend((append, drafts) => {
    // Calls go out only once their intent is on disk: what is late is everything that somebody waits to hear.
    if (drafts.some(({ type }) => type === 'call.intended' || type === 'call.repeated')) {
      flush();
      return append();
    }
    held.push(...drafts);
    machine.world.after(500, () => life.run(flush));
    return 0;
  })(journal);
};

const member = (value: JsonInput | undefined, name: string): JsonValue => {
  const json = parseStrict(JSON.stringify(value ?? null));
  return json !== null && typeof json === 'object' && !Array.isArray(json) ? (json[name] ?? null) : null;
};

/** Says that a batch is on disk as soon as another thread has it. */
const toldEarly: NonNullable<Plant['journal']> = (journal) =>
  changed(journal, {
    appendMeanwhile: (drafts) => {
      const written = journal.appendMeanwhile?.(drafts) ?? null;
      written?.catch(() => undefined);
      return written === null ? null : Promise.resolve();
    },
  });

/** Sends as soon as it knows what, and then writes that it is about to. */
const sendsFirst: NonNullable<Plant['journal']> = (journal, { machine, life }) =>
  throughAppend((append, drafts) => {
    for (const { type, open, sealed } of drafts) {
      if (type !== 'call.intended') continue;
      const written = member(open, 'request') ?? member(sealed?.value, 'request');
      const request = written === null ? null : decodeValue(written);
      if (!isFeelContext(request)) continue;
      const text = (name: string): string => {
        const value = member(open, name);
        return typeof value === 'string' ? value : '';
      };
      const call = { connection: text('connection'), action: text('action'), key: text('key'), request };
      void machine.systems(life).perform({ ...call, timeoutMs: 5000 });
    }
    return append();
  })(journal);

/** A program whose contracts say something else than the systems hold to. */
const withContract =
  (from: string, to: 'natural') =>
  (program: Program): Program =>
    withNodes(program, (node) =>
      node.action?.idempotency.by === from ? { ...node, action: { ...node.action, idempotency: { by: to } } } : node,
    );

const withNodes = (program: Program, change: (node: ProgramNode) => ProgramNode): Program => ({
  ...program,
  nodes: new Map([...program.nodes].map(([id, node]) => [id, change(node)])),
});

/** What a join collected reaches the disk without its last item. */
const losesBranch: NonNullable<Plant['journal']> = (journal) =>
  changed(journal, {
    append: (drafts) =>
      journal.append(
        drafts.map((draft) => {
          const value = member(draft.open, 'value');
          if (draft.type !== 'node.completed' || draft.path !== undefined || !Array.isArray(value)) return draft;
          const open = parseStrict(JSON.stringify(draft.open));
          if (open === null || typeof open !== 'object' || Array.isArray(open)) return draft;
          return { ...draft, open: { ...open, value: value.slice(0, -1) } };
        }),
      ),
  });

/** Says that a decision is accepted that came too late. */
function acceptsTwice(engine: Engine): Engine {
  const decide = engine.decide.bind(engine);
  engine.decide = (run, task, decision) =>
    decide(run, task, decision).catch((error: unknown) => {
      if (engine.reader().task(task)?.status === 'open') throw error;
    });
  return engine;
}

/** Of its ledger another process knows what was intended since it began, and nothing of before. */
const forgetsEffects: NonNullable<Plant['journal']> = (journal, { machine, life }) => {
  const began = life.number === 1 ? Number.NEGATIVE_INFINITY : machine.world.wall.now();
  return changed(journal, {
    counted: (of, after) => journal.counted(of, after).filter(({ at }) => at >= began),
    withBusinessKey: (business, after) => journal.withBusinessKey(business, after).filter(({ at }) => at >= began),
  });
};

/** What a decision intends is known to the ledger in a later turn only. */
function learnsLater(engine: Engine): Engine {
  const ledger: unknown = Reflect.get(engine, 'ledger');
  if (!(ledger instanceof EffectLedger)) throw new Error('an engine has a ledger');
  const intended = ledger.intended.bind(ledger);
  ledger.intended = (effect) => queueMicrotask(() => intended(effect));
  return engine;
}

/** Those that came with the first world. */
export const PLANTED: readonly Planted[] = [
  { bug: 'acknowledged before the commit', laws: [LOST], subject: 'approved', journal: writesLater },
  { bug: 'told before another thread has written', laws: [LOST, INTENT_FIRST], journal: toldEarly },
  { bug: 'the disk is never synced', laws: [LOST, INTENT_FIRST], forgetfulDisk: true },
  { bug: 'no epoch is checked', laws: [REPLACED, 'events are numbered without gaps'], journalWithout: 'epoch check' },
  {
    bug: 'a key for each attempt',
    laws: [INTENT_FIRST],
    environment: (environment) => {
      let attempts = 0;
      return {
        ...environment,
        systemsOf: (program) => {
          const systems = environment.systemsOf(program);
          const keyed = (key: string): string =>
            key === '' ? '' : `${key.slice(0, 36)}${String(attempts++).padStart(4, '0')}`;
          return { ...systems, perform: (request) => systems.perform({ ...request, key: keyed(request.key) }) };
        },
      };
    },
  },
  {
    bug: 'another request than was intended',
    laws: ['what is sent is what the intent says'],
    environment: (environment) => ({
      ...environment,
      systemsOf: (program) => {
        const systems = environment.systemsOf(program);
        return {
          ...systems,
          perform: (request) => {
            const other = request.request.has('amount') ? new Map(request.request).set('amount', 1) : request.request;
            return systems.perform({ ...request, request: other });
          },
        };
      },
    }),
  },
  { bug: 'an effect is sent before its intent is on disk', laws: [INTENT_FIRST], journal: sendsFirst },
  {
    bug: 'what must not be repeated is repeated',
    laws: ['what cannot be repeated is sent once', 'an effect happens once'],
    program: withContract('none', 'natural'),
  },
  {
    bug: 'nobody is asked before it is repeated',
    laws: ['askable is asked before it is repeated', 'an effect happens once'],
    program: withContract('askable', 'natural'),
  },
  {
    bug: 'timers are forgotten at a restart',
    laws: [AT_REST],
    environment: (environment, life) =>
      life.number === 1
        ? environment
        : { ...environment, clock: { ...environment.clock, wakeAt: () => () => undefined } },
  },
  {
    bug: 'a retry is never planned',
    laws: [AT_REST],
    journal: (journal) =>
      changed(journal, {
        nextTimer: () =>
          journal.dueTimers(Number.MAX_SAFE_INTEGER, 999).find(({ kind }) => kind !== 'retry')?.at ?? null,
      }),
  },
  { bug: 'a decision is accepted twice', laws: ['a decision is accepted once', LOST], engine: acceptsTwice },
  { bug: 'a branch is lost at the join', laws: ['a join loses no branch', LIVE], journal: losesBranch },
  { bug: 'an event has no leaf', laws: ['P24 transitions are leaves'], journalWithout: 'leaf' },
  {
    bug: 'effects of before a restart are forgotten',
    laws: [LIMIT, ONE_KEY],
    subject: 'limited',
    journal: forgetsEffects,
  },
  {
    bug: 'the ledger does not see what its own batch intends',
    laws: [LIMIT, ONE_KEY],
    subject: 'limited',
    engine: learnsLater,
  },
  {
    bug: 'nobody knows who is before a case in its line',
    laws: [ONE_AT_A_TIME],
    subject: 'in order',
    journal: (journal) => changed(journal, { line: () => [] }),
  },
  {
    bug: 'the next of a line is forgotten at a restart',
    laws: [LINE_GOES_ON],
    subject: 'in order',
    journal: (journal, { life }) =>
      changed(journal, {
        unfinished: () => journal.unfinished().filter((run) => journal.run(run)?.status !== 'queued'),
        line: (line, limit) => (life.number > 1 ? journal.line(line, 1) : journal.line(line, limit)),
      }),
  },
  { bug: 'a projection is not kept up', laws: ['projections are what a rebuild gives'], journalWithout: 'projection' },
];
