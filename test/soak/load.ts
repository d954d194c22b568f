import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bindingSchema, BINDING_FORMAT } from '../../engine/connections/binding.ts';
import { call, end, shopFlow } from '../../engine/core/testing/flows.ts';
import { asJson, prettyJson } from '../../engine/flow/json.ts';
import { openForReading } from '../../engine/journal/open.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { JOURNAL_SCHEMA } from '../../engine/journal/schema.ts';
import { runnerPaths } from '../../engine/runner/folder.ts';
import { Office } from '../../engine/runner/testing/office.ts';
import { startTarget, type Target } from '../bench/target/target.ts';
import { atLeast, atMost, told, type Check, type Soak } from './check.ts';
import { LoadClient } from './load-client.ts';
import type { Standing } from './load-messages.ts';
import { startServer, type LoadServer } from './load-server.ts';
import { Tally } from './load-tally.ts';
import { growth, quantile, slopePerMinute, type Sample } from './statistics.ts';

/** Calls at once to the system that cases end at, and how slow it is made to be the bottleneck. */
const AT_ONCE = 64;
const SLOW_MS = 100;
/** Callers in a closed loop, to find out how much goes through. */
const CALLERS = 128;
const PROBE_S = 5;
/** Of what goes through. */
const STEADY = 0.6;
const OVER = 2;
/** The engine's own bound of runs under way, and what may come back to it meanwhile. */
const MOST_UNDER_WAY = 20_000;
const COMING_BACK = 2 * AT_ONCE;
/** How long as many callers as it takes may need to reach the bound. */
const FULL_WITHIN_MS = 180_000;

const flow = () =>
  shopFlow()
    .node('Route', 'rule', {
      table: {
        hitPolicy: 'FIRST',
        inputs: [{ id: 'i1', expression: 'input.amount', type: 'number' }],
        outputs: [{ id: 'o1', name: 'way', type: 'string', values: ['refund', 'no'] }],
        rows: [
          { id: 'r1', when: ['< 1000'], then: ['"refund"'] },
          { id: 'r2', when: ['-'], then: ['"no"'] },
        ],
      },
      branchBy: 'way',
    })
    .node('Refund', 'connector', call('refund', { timeout: 'PT10M' }))
    .node('Done', 'end', end('done'))
    .node('Not done', 'end', end('not done'))
    .edge('Start', 'next', 'Route')
    .edge('Route', 'refund', 'Refund')
    .edge('Route', 'no', 'Not done')
    .edge('Route', 'otherwise', 'Not done')
    .edge('Refund', 'done', 'Done')
    .edge('Refund', 'refused', 'Not done')
    .build();

export const loadSoak: Soak = {
  about: 'a runner under load over HTTP (--minutes, 10): memory, its thread, and twice as much as it can take',
  run: async (progress, { minutes }) => {
    const office = new Office();
    const target = await startTarget();
    try {
      const manifest = office.manifest(flow());
      bind(office, target.url);
      const server = await startServer(office.runner, manifest);
      return await new LoadSoak(office, target, server, progress).run(minutes);
    } finally {
      target.close();
      await office.close();
    }
  },
};

function bind(office: Office, baseUrl: string): void {
  const binding = bindingSchema.parse({
    format: BINDING_FORMAT,
    version: 1,
    connection: 'shop',
    baseUrl,
    allow: { private: true },
    maxConcurrent: AT_ONCE,
    grants: ['refund'],
  });
  writeFileSync(join(runnerPaths(office.runner).bindings, 'shop.binding.json'), prettyJson(asJson(binding)));
}

/** One phase: what was sent and how the process stood meanwhile. */
interface Phase {
  perSecond: number;
  tally: Tally;
  heap: Sample[];
  rss: Sample[];
  end: Standing;
}

class LoadSoak {
  readonly #office: Office;
  readonly #target: Target;
  readonly #server: LoadServer;
  readonly #client: LoadClient;
  readonly #progress: (line: string) => void;
  readonly #tallies: Tally[] = [];
  #next = 0;

  constructor(office: Office, target: Target, server: LoadServer, progress: (line: string) => void) {
    this.#office = office;
    this.#target = target;
    this.#server = server;
    this.#client = new LoadClient(server);
    this.#progress = progress;
  }

  async run(minutes: number): Promise<Check[]> {
    const journal = runnerPaths(this.#office.runner).journal;
    const reader = openJournalReader(journal);
    const isOnDisk = (run: string) => reader.run(run) !== null;
    await this.#through(isOnDisk);
    const through = await this.#through(isOnDisk);
    const steady = await this.#phase(STEADY * through, minutes, isOnDisk);
    await this.#server.ask('idle');
    await this.#target.delay(SLOW_MS);
    const slow = await this.#through(isOnDisk);
    await this.#fill(isOnDisk);
    const over = await this.#phase(OVER * slow, minutes, isOnDisk);
    this.#progress('what was accepted comes to its end');
    const begun = performance.now();
    await this.#server.ask('idle');
    const drained = (performance.now() - begun) / 1000;
    const after = new Tally(isOnDisk);
    await this.#send(after);
    this.#tallies.push(after);
    await this.#server.ask('idle');
    const got = await this.#target.got();
    this.#client.close();
    reader.close();
    await this.#server.ask('stop');
    return [
      told('goes through', through, 'cases/s'),
      ...steadyChecks(steady),
      told('goes through to a slow system', slow, 'cases/s'),
      ...overChecks(over),
      told('twice: what was accepted had ended after', drained, 's'),
      atLeast('afterwards: accepted', after.accepted.length, 'cases', 1),
      ...this.#wholeChecks(journal, got),
    ];
  }

  /** How many cases come to their end in a second, with as many callers as it takes. */
  async #through(isOnDisk: (run: string) => boolean): Promise<number> {
    this.#progress('finding out how much goes through');
    const tally = new Tally(isOnDisk);
    this.#tallies.push(tally);
    const until = performance.now() + PROBE_S * 1000;
    const caller = async (): Promise<void> => {
      // oxlint-disable-next-line no-await-in-loop -- a caller has one case under way at a time
      while (performance.now() < until) await this.#send(tally);
    };
    const callers = Promise.all(Array.from({ length: CALLERS }, caller));
    await sleep(1000);
    const [before, from] = [await this.#target.got(), performance.now()];
    await callers;
    const [after, to] = [await this.#target.got(), performance.now()];
    await this.#server.ask('idle');
    return (1000 * (after.posts - before.posts)) / (to - from);
  }

  /** Sends cases until the first is refused: what follows finds the queue full. */
  async #fill(isOnDisk: (run: string) => boolean): Promise<void> {
    this.#progress('filling it up');
    const tally = new Tally(isOnDisk);
    this.#tallies.push(tally);
    const until = performance.now() + FULL_WITHIN_MS;
    const caller = async (): Promise<void> => {
      // oxlint-disable-next-line no-await-in-loop -- a caller has one case under way at a time
      while (tally.refused === 0 && performance.now() < until) await this.#send(tally);
    };
    await Promise.all(Array.from({ length: 2 * CALLERS }, caller));
  }

  /** Sends so many cases a second for so long, whatever became of those before. */
  async #phase(perSecond: number, minutes: number, isOnDisk: (run: string) => boolean): Promise<Phase> {
    this.#progress(`${Math.round(perSecond)} cases a second for ${minutes} minutes`);
    const tally = new Tally(isOnDisk);
    this.#tallies.push(tally);
    const phase: Omit<Phase, 'end'> = { perSecond, tally, heap: [], rss: [] };
    await this.#server.ask('phase');
    const begun = performance.now();
    const lasts = minutes * 60_000;
    const under = new Set<Promise<void>>();
    let sent = 0;
    let sampled = 0;
    while (performance.now() - begun < lasts) {
      const since = performance.now() - begun;
      for (const due = (since * perSecond) / 1000; sent < due; sent++) {
        const one: Promise<void> = this.#send(tally).finally(() => under.delete(one));
        under.add(one);
      }
      if (since >= sampled) {
        sampled = since + Math.min(1000, lasts / 60);
        void this.#server.ask('sample').then(({ heapMb, rssMb, load }) => {
          if (phase.heap.length % 30 === 0)
            this.#progress(`heap ${Math.round(heapMb)} MB, resident ${Math.round(rssMb)} MB, ${load} under way`);
          phase.heap.push({ at: since, value: heapMb });
          phase.rss.push({ at: since, value: rssMb });
        });
      }
      // oxlint-disable-next-line no-await-in-loop -- the pace
      await sleep(5);
    }
    const standing = await this.#server.ask('sample');
    await Promise.all(under);
    for (const [reason, times] of tally.why) this.#progress(`not accepted: ${reason}, ${times} times`);
    return { ...phase, end: standing };
  }

  async #send(tally: Tally): Promise<void> {
    const number = this.#next++;
    try {
      tally.answered(await this.#client.start(number));
    } catch (error) {
      tally.unanswered(error);
    }
  }

  /** What the journal and the system at the end have of everything that was accepted. */
  #wholeChecks(journal: string, got: { posts: number; keys: number }): Check[] {
    const db = openForReading(journal, JOURNAL_SCHEMA);
    const ended = db.prepare<[], string>(`SELECT id FROM run WHERE status = 'completed' AND result = 'done'`).pluck();
    const completed = new Set(ended.iterate());
    db.close();
    const lost = this.#tallies.flatMap(({ accepted }) => accepted).filter((run) => !completed.has(run));
    const sum = (of: (tally: Tally) => number) => this.#tallies.reduce((all, tally) => all + of(tally), 0);
    return [
      told(
        'accepted in all',
        sum(({ accepted }) => accepted.length),
        'cases',
      ),
      atMost('accepted and not done', lost.length, 'cases', 0),
      atMost('done without its post', completed.size - got.keys, 'cases', 0),
      atMost('posts sent again', got.posts - got.keys, 'posts', 0),
      told('cases asked for again, as a kept connection was closed', this.#client.resent, 'cases'),
      told(
        'looked up when accepted',
        sum(({ looked }) => looked),
        'cases',
      ),
      atMost(
        'accepted before it was on disk',
        sum(({ notOnDisk }) => notOnDisk),
        'cases',
        0,
      ),
    ];
  }
}

function memoryChecks(when: string, { heap, rss }: Phase): Check[] {
  return [
    told(`${when}: heap, a minute`, slopePerMinute(heap), 'MB'),
    told(`${when}: resident, a minute`, slopePerMinute(rss), 'MB'),
    atMost(`${when}: heap, last third of middle third`, growth(heap), 'times', 1.15),
    atMost(`${when}: resident, last third of middle third`, growth(rss), 'times', 1.1),
    told(`${when}: resident at its highest`, Math.max(...rss.map(({ value }) => value)), 'MB'),
  ];
}

function steadyChecks(phase: Phase): Check[] {
  const { tally, perSecond, end: standing } = phase;
  return [
    told('steady: sent', perSecond, 'cases/s'),
    told('steady: accepted after, p50', quantile(tally.waits, 0.5), 'ms'),
    told('steady: accepted after, p99', quantile(tally.waits, 0.99), 'ms'),
    atMost('steady: refused', tally.refused + tally.otherwise, 'cases', 0),
    told('steady: the thread is late, p50', standing.delayP50Ms, 'ms'),
    atMost('steady: the thread is late, p99', standing.delayP99Ms, 'ms', 20),
    told('steady: the thread is late, at most', standing.delayMaxMs, 'ms'),
    ...memoryChecks('steady', phase),
  ];
}

function overChecks(phase: Phase): Check[] {
  const { tally, perSecond, end: standing } = phase;
  return [
    told('twice: sent', perSecond, 'cases/s'),
    told('twice: accepted', tally.accepted.length, 'cases'),
    atLeast('twice: refused with 429 or 503 and when to come again', tally.refused, 'cases', 1),
    atMost('twice: refused otherwise', tally.otherwise, 'cases', 0),
    atMost('twice: under way at once', standing.mostLoad, 'cases', MOST_UNDER_WAY + COMING_BACK),
    told('twice: accepted after, p99', quantile(tally.waits, 0.99), 'ms'),
    told('twice: the thread is late, p99', standing.delayP99Ms, 'ms'),
    ...memoryChecks('twice', phase),
  ];
}
