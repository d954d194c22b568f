import { Holds } from '../../engine/runtime/holds.ts';
import type { Engine, StartRequest } from '../../engine/runtime/engine.ts';
import { parseStrict, type JsonValue } from '../../engine/flow/json.ts';
import { innerHash, leafHash } from '../../engine/journal/event-codec.ts';
import type { Plant } from './machine.ts';
import { AT_REST, changed, LIVE, LOST, type Planted } from './plants.ts';

const STOPPED = 'nothing begins while it is stopped';
const GONE = 'what was erased cannot be read';
const GIVEN_OUT = 'P26 the log continues what was given out';
const TWICE = 'what was done is not done twice';
const KNOWN = 'what was done is not done twice unless somebody knew';

/** An engine to which cases that are tried again are told otherwise. */
const retriesOtherwise =
  (change: (request: StartRequest) => StartRequest): NonNullable<Plant['engine']> =>
  (engine: Engine) => {
    const start = engine.start.bind(engine);
    engine.start = (request) => start(request.retries === undefined ? request : change(request));
    return engine;
  };

const isParts = (value: JsonValue): value is { [key: string]: JsonValue } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const PLANTED_LATER: readonly Planted[] = [
  {
    bug: 'who has taken a message is forgotten',
    laws: ['a message is taken once'],
    subject: 'awaited',
    journal: (journal) =>
      changed(journal, { waits: (match) => journal.waits(match).filter((wait) => wait.id === null) }),
  },
  {
    bug: 'whoever came last takes a message',
    laws: ['who has waited longest takes a message'],
    subject: 'awaited',
    journal: (journal) => changed(journal, { waits: (match) => journal.waits(match).toReversed() }),
  },
  {
    bug: 'what is stopped is forgotten at a restart',
    laws: [STOPPED],
    switch: (stops, life) => {
      if (life.number > 1) stops.opened = () => undefined;
      return stops;
    },
  },
  {
    bug: 'a stop that was written and not acknowledged does not hold',
    laws: [STOPPED],
    switch: (stops) => {
      const opened = stops.opened.bind(stops);
      let times = 0;
      stops.opened = (journal) => {
        if (times++ === 0) opened(journal);
      };
      return stops;
    },
  },
  {
    bug: 'what is under way goes on although it is stopped',
    laws: [STOPPED],
    engine: (engine) => {
      Reflect.set(engine, 'holds', new Holds(undefined, { manifestOf: () => null }));
      return engine;
    },
  },
  {
    bug: 'nobody tells the engine that it may go on',
    from: 40,
    laws: [AT_REST],
    switch: (stops) => {
      const turn = stops.turn.bind(stops);
      stops.turn = (engine, draft) =>
        turn(
          { record: (of) => engine.record(of), reader: () => engine.reader(), stopsChanged: () => undefined },
          draft,
        );
      return stops;
    },
  },
  {
    bug: 'a case that is tried again begins to count anew',
    from: 160,
    laws: ['an effect is intended once'],
    engine: retriesOtherwise((request) =>
      request.carried === undefined ? request : { ...request, carried: { ...request.carried, visits: {} } },
    ),
  },
  {
    bug: 'from where it failed is from the start',
    from: 35,
    laws: [TWICE, KNOWN],
    engine: retriesOtherwise((request) =>
      request.retries === undefined ? request : { ...request, retries: { ...request.retries, from: null } },
    ),
  },
  {
    bug: 'a case is tried again as often as somebody asks',
    from: 130,
    laws: ['a case is tried again once'],
    engine: retriesOtherwise((request) => ({ ...request, key: null })),
  },
  {
    bug: 'the word to look again is not written',
    laws: [LOST, LIVE],
    journal: (journal) =>
      changed(journal, { append: (drafts) => journal.append(drafts.filter(({ type }) => type !== 'doubt.reopened')) }),
  },
  { bug: 'the key of what is erased stays', laws: [GONE], subject: 'personal', journalWithout: 'keys erased' },
  {
    bug: 'an erasure is not listed before it is carried out',
    from: 170,
    laws: [GONE],
    subject: 'personal',
    journalWithout: 'list of erasures',
  },
  {
    bug: 'a case is erased while a call of it is out',
    from: 310,
    laws: [GONE, 'a case ends once, and nothing follows'],
    subject: 'personal',
    record: (record) => ({ ...record, isAtRest: () => true }),
  },
  {
    bug: 'the copy in the case that tries it again is left',
    from: 195,
    laws: [GONE],
    subject: 'personal',
    record: (record) => ({
      ...record,
      journal: () => {
        const journal = record.journal();
        return new Proxy(journal, {
          get: (target, name) => {
            if (name === 'runByKey') return () => null;
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        });
      },
    }),
  },
  {
    bug: 'what is personal is not sealed',
    laws: ['what is personal is sealed'],
    subject: 'personal',
    program: (program) => ({ ...program, personalFields: new Set() }),
  },
  {
    bug: 'why somebody held or ended a case is not sealed',
    laws: ['what is personal is sealed'],
    subject: 'personal',
    journal: (journal) =>
      changed(journal, {
        append: (drafts) =>
          journal.append(
            drafts.map((draft) => {
              if (!['run.suspended', 'run.resumed', 'run.stopping'].includes(draft.type)) return draft;
              const { sealed, texts: _, ...bare } = draft;
              if (sealed === undefined) return draft;
              const open = parseStrict(JSON.stringify(draft.open));
              const said = parseStrict(JSON.stringify(sealed.value));
              return isParts(open) && isParts(said) ? { ...bare, open: { ...open, ...said } } : draft;
            }),
          ),
      }),
  },
  {
    bug: 'a pruned event keeps another hash',
    laws: ['P24 proofs hold after erasing and pruning'],
    journalWithout: 'inner hash',
  },
  {
    bug: 'what has not ended is pruned',
    laws: ['only what has ended is pruned', 'the engine meets nothing unforeseen'],
    journalWithout: 'end before pruning',
  },
  {
    bug: 'an older copy of the disk is put back',
    laws: [GIVEN_OUT],
    between: (disk, { number }) => {
      if (number === 3) disk.keep(Math.floor(disk.transactions.length / 2));
    },
  },
  {
    bug: 'the past is written anew, leaves and all',
    laws: [GIVEN_OUT],
    between: (disk, { number }) => {
      if (number !== 3) return;
      disk.rewrite((row) => {
        if (row.seq !== 2) return row;
        const open = Buffer.from(row.open.toString('utf8').replace(/"subject":"(ina|ada)"/, '"subject":"eve"'));
        return { ...row, open, leaf: leafHash(row.header, innerHash(row.salt, open, row.sealed)) };
      });
    },
  },
];
