import type { HttpSystems } from '../../../engine/connections/http-systems.ts';
import type { Program } from '../../../engine/program/program.ts';
import { byCallers, type Worked } from '../by-callers.ts';
import { inFolder } from '../in-folder.ts';
import type { Peer, Workload } from '../peers/peer.ts';
import { compare, type Compared, type Row } from '../row.ts';
import { startTarget, type Target } from '../target/target.ts';
import { bareLoop } from '../w2/bare-loop.ts';
import { loadEngine, type Measured } from '../w2/engine-load.ts';
import { caseOf } from '../w2/workload.ts';
import { PAD } from './body.ts';
import { compileW1, LEDGER, ledgerAt } from './w1-flow.ts';

/** How many runs a round takes, by how many are in flight. */
export interface W1Sizes {
  many: { inFlight: number; runs: number };
  one: { runs: number };
  warmUp: number;
}

export const W1_SIZES: W1Sizes = { many: { inFlight: 64, runs: 4_000 }, one: { runs: 400 }, warmUp: 500 };

/** A run of W1 is acknowledged when it ended; until then it was on disk once before its call and once after. */
const BARRIERS = 2;

interface W1Round {
  many: Measured;
  one: Measured;
  /** Calls a second by as many callers, and milliseconds of one, of the same connector without an engine. */
  callsAlone: number;
  callAlone: number;
  /** Milliseconds of one bare commit that writes half of a run. */
  commit: number;
}

/** What a peer's own server came to in a round. */
interface PeerRound {
  many: Record<Workload, Worked>;
  one: Record<Workload, Worked>;
}

/** What the other benchmark has of W2 in the same rounds. */
export interface OfW2 {
  runs: { many: number; one: number };
  many: readonly Measured[];
  one: readonly Measured[];
}

/** W1 on the engine, beside the connector alone, bare commits and peers; and W2 beside the peers. */
export class W1Rounds {
  readonly #target: Target;
  readonly #sizes: W1Sizes;
  readonly #peers: ReadonlyMap<Peer, PeerRound[]>;
  readonly #program: Program = compileW1();
  readonly #rounds: W1Round[] = [];

  private constructor(target: Target, sizes: W1Sizes, peers: readonly Peer[]) {
    this.#target = target;
    this.#sizes = sizes;
    this.#peers = new Map(peers.map((peer) => [peer, []]));
  }

  static async begin(peers: readonly Peer[], sizes: W1Sizes = W1_SIZES): Promise<W1Rounds> {
    const rounds = new W1Rounds(await startTarget(), sizes, peers);
    await rounds.#engine(sizes.warmUp, sizes.many.inFlight);
    return rounds;
  }

  /** Measures everything once. Throws when the target was not sent each run's post exactly once. */
  async measure(progress: (line: string) => void): Promise<void> {
    const { many, one } = this.#sizes;
    const round: W1Round = {
      many: await this.#engine(many.runs, many.inFlight),
      one: await this.#engine(one.runs, 1),
      callsAlone: many.runs / (await this.#calls(many.runs, many.inFlight)).seconds,
      callAlone: (await this.#calls(one.runs, 1)).p50,
      commit: 0,
    };
    const shape = {
      events: Math.round(round.one.events / one.runs / BARRIERS),
      eventBytes: Math.round(round.one.eventBytes / round.one.events),
      runBytes: Math.round(round.one.runBytes / one.runs),
    };
    round.commit = (await inFolder((folder) => bareLoop(folder, shape, one.runs, 1))).p50;
    const said = [`engine ${Math.round(many.runs / round.many.seconds)}`];
    for (const [{ name, start }, rounds] of this.#peers) {
      if (start === null) {
        said.push(`${name} not measured`);
        continue;
      }
      // oxlint-disable-next-line no-await-in-loop -- one after the other, or they would disturb each other
      const theirs = await this.#peer(start);
      rounds.push(theirs);
      said.push(`${name} ${Math.round(many.runs / theirs.many.W1.seconds)}`);
    }
    this.#rounds.push(round);
    progress(`W1, ${many.inFlight} in flight: ${said.join(', ')} runs/s`);
  }

  close(): void {
    this.#target.close();
  }

  /**
   * Throws RangeError when there were too few rounds.
   *
   * @param w2 put beside the peers as well
   */
  rows(w2?: OfW2): Row[] {
    const { many } = this.#sizes;
    const at = (inFlight: number, workload: Workload) => `${workload}, ${inFlight} in flight`;
    const each = (of: (round: W1Round) => number) => this.#rounds.map(of);
    const engine = (values: number[]) => ({ name: 'engine', values });
    const besidePeers = (row: Compared, of: (measured: PeerRound) => number): Row[] =>
      [...this.#peers].map(([{ name, start }, rounds]) =>
        compare({ ...row, reference: { name, values: start === null ? null : rounds.map(of) } }),
      );
    const perSecond = { unit: 'runs/s', better: 'more' } as const;
    const p50 = { unit: 'ms (p50)', better: 'less' } as const;
    const manyW1 = { case: at(many.inFlight, 'W1'), subject: engine(each((r) => many.runs / r.many.seconds)) };
    const oneW1 = { case: at(1, 'W1'), subject: engine(each((r) => r.one.p50)), ...p50 };
    const per = (unit: string, of: (measured: Measured) => number): Row =>
      compare({
        case: at(many.inFlight, 'W1'),
        unit,
        better: 'less',
        subject: engine(each((r) => of(r.many) / many.runs)),
      });
    return [
      ...besidePeers({ ...manyW1, ...perSecond }, (r) => many.runs / r.many.W1.seconds),
      compare({ ...manyW1, ...perSecond, reference: { name: 'calls alone', values: each((r) => r.callsAlone) } }),
      per('transactions/1000 runs', (m) => 1000 * m.transactions),
      per('events/run', (m) => m.events),
      per('B/run, content', (m) => m.eventBytes + m.runBytes),
      compare({ ...oneW1, reference: { name: `${BARRIERS} bare commits`, values: each((r) => BARRIERS * r.commit) } }),
      compare({
        ...oneW1,
        reference: { name: `${BARRIERS} and the call`, values: each((r) => BARRIERS * r.commit + r.callAlone) },
      }),
      ...besidePeers(oneW1, (r) => r.one.W1.p50),
      ...(w2 === undefined
        ? []
        : [
            ...besidePeers(
              {
                case: at(many.inFlight, 'W2'),
                ...perSecond,
                subject: engine(w2.many.map(({ seconds }) => w2.runs.many / seconds)),
              },
              (r) => many.runs / r.many.W2.seconds,
            ),
            ...besidePeers(
              { case: at(1, 'W2'), ...p50, subject: engine(w2.one.map((m) => m.p50)) },
              (r) => r.one.W2.p50,
            ),
          ]),
    ];
  }

  async #engine(runs: number, callers: number): Promise<Measured> {
    return this.#posting(runs, callers, (systems) =>
      inFolder((folder) => loadEngine(this.#program, folder, runs, callers, systems)),
    );
  }

  /** The connector's own calls, one after the other by so many callers, with nothing on disk. */
  async #calls(runs: number, callers: number): Promise<Worked> {
    return this.#posting(runs, callers, (systems) =>
      byCallers(runs, callers, async (i) => {
        const { id, amount, country } = caseOf(i);
        const { outcome } = await systems.perform({
          connection: LEDGER.name,
          action: 'enter',
          request: new Map(
            Object.entries({
              id,
              label: 'refund',
              confidence: 1,
              outcome: 'review',
              branch: 'other',
              amount,
              country,
              pad: PAD,
            }),
          ),
          key: `alone ${callers} ${this.#rounds.length} ${i}`,
          timeoutMs: 30_000,
        });
        if (outcome !== 'done') throw new Error(`a call came to ${outcome}`);
      }),
    );
  }

  async #posting<T>(runs: number, callers: number, work: (systems: HttpSystems) => Promise<T>): Promise<T> {
    const systems = ledgerAt(this.#target.url, callers);
    try {
      return await this.#once(runs, () => work(systems));
    } finally {
      await systems.close();
    }
  }

  /** Whatever is done in here, the target is sent so many posts, each with a key of its own. */
  async #once<T>(runs: number, work: () => Promise<T>): Promise<T> {
    const before = await this.#target.got();
    const done = await work();
    const after = await this.#target.got();
    const [posts, keys] = [after.posts - before.posts, after.keys - before.keys];
    if (posts !== runs || keys !== runs) throw new Error(`${runs} runs sent ${posts} posts with ${keys} keys`);
    return done;
  }

  /** A server of its own for each round, as the engine has a journal of its own. */
  async #peer(start: NonNullable<Peer['start']>): Promise<PeerRound> {
    const { many, one, warmUp } = this.#sizes;
    return inFolder(async (folder) => {
      const peer = await start(folder, this.#target.url, this.#rounds.length);
      try {
        const load = (workload: Workload, runs: number, callers: number) =>
          this.#once(workload === 'W1' ? runs : 0, () => peer.run(workload, runs, callers));
        await load('W1', warmUp, many.inFlight);
        await load('W2', warmUp, many.inFlight);
        const manyOf = {
          W1: await load('W1', many.runs, many.inFlight),
          W2: await load('W2', many.runs, many.inFlight),
        };
        return { many: manyOf, one: { W1: await load('W1', one.runs, 1), W2: await load('W2', one.runs, 1) } };
      } finally {
        await peer.stop();
      }
    });
  }
}
