import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Actor } from '../../engine/core/event.ts';
import { eraseCases, pruneCases } from '../../engine/runner/record.ts';
import { stopDraft } from '../../engine/runner/stops.ts';
import { againKey } from '../../engine/runtime/chain.ts';
import { againRequest, effectsDone } from '../../engine/runtime/try-again.ts';
import { reasonFor } from './cases.ts';
import type { Chance } from './chance.ts';
import type { Wish } from './clients.ts';
import { runsOf } from './fake-rows.ts';
import type { Ledger } from './ledger.ts';
import type { Machine, Running } from './machine.ts';
import type { World } from './world.ts';

const OPERATOR: Actor = { issuer: 'test', subject: 'bo', role: 'operator', method: 'none' };
const MOST_TRIES = 60;

/** Operators who stop flows, try ended cases again, erase and prune. They come again until what they want is done. */
export class Operators {
  private readonly world: World;
  private readonly ledger: Ledger;
  private readonly machine: Machine;
  private readonly wishes: readonly Wish[];
  private readonly chance: Chance;
  private words = 0;
  private cancelled = 0;
  private readonly endedWith = new Set<string>();
  /** Cases that nobody will try again. */
  private readonly leftAlone = new Map<string, boolean>();

  constructor(world: World, ledger: Ledger, machine: Machine, wishes: readonly Wish[]) {
    this.world = world;
    this.ledger = ledger;
    this.machine = machine;
    this.wishes = wishes;
    this.chance = world.later.branch();
  }

  /** Stops a flow or everything for a while. */
  stop(): void {
    const flow = this.chance.hits(0.4) ? null : this.chance.pick(this.wishes).program.title;
    this.turn('stop', flow, MOST_TRIES);
    this.world.after(this.chance.between(1_000, this.chance.pick([60_000, 3_600_000, 7_200_000])), () =>
      this.turn('go on', flow, MOST_TRIES),
    );
  }

  /** Nothing stays stopped for ever. */
  letAllGo(): void {
    const flows = [null, ...new Set(this.wishes.map(({ program }) => program.title))];
    this.machine.use((_engine, _life, { stops }) => {
      for (const flow of flows)
        if (stops.stops.some((stop) => stop.flow === flow)) this.turn('go on', flow, MOST_TRIES);
    });
  }

  private turn(what: 'stop' | 'go on', flow: string | null, tries: number): void {
    const word = `${what} ${this.words++}`;
    let done = false;
    this.machine.use((engine, _life, { stops }) => {
      try {
        stops.turn(engine, stopDraft(what, flow, OPERATOR, word, this.world.wall.now()));
        this.ledger.switched.push(word);
        done = true;
        this.world.tell(`${word}: ${flow ?? 'everything'}`);
      } catch (error) {
        this.world.tell(`${word} is refused: ${this.ledger.refused(error)}`);
      }
    });
    if (!done && tries > 0)
      this.world.after(this.chance.between(1_000, 60_000), () => this.turn(what, flow, tries - 1));
  }

  /** Tries some ended case again; returns whether anybody did. */
  tryAgain(): boolean {
    const failed = runsOf(this.machine.disk).filter((run) => this.canTryAgain(run));
    if (failed.length === 0) return false;
    const run = this.chance.pick(failed);
    this.tryOnce(run);
    if (this.world.storm.hits('tried again twice')) this.tryOnce(run);
    return true;
  }

  /** In calm, every case that may be tried again and is not left alone, one after the other. */
  look(): boolean {
    if (this.world.isFirst) return false;
    const [run] = runsOf(this.machine.disk).filter((one) => this.canTryAgain(one) && !this.isLeftAlone(one));
    if (run === undefined) return this.cancel() || this.endWith('erase') || this.endWith('prune');
    this.leftAlone.set(run, true);
    this.tryOnce(run);
    return true;
  }

  /** Where cases are tried again, some that wait for ever are cancelled first. */
  private cancel(): boolean {
    if (this.cancelled > 1 || !this.world.storm.accidents.includes('try again')) return false;
    const { runs } = this.machine.disk.image;
    const [waiting] = [...runs.values()].flatMap(({ run }) => (run !== null && run.ended === null ? [run.id] : []));
    if (waiting === undefined) return false;
    this.cancelled += 1;
    this.machine.use((engine) => {
      const why = reasonFor(this.programOf(runs.get(waiting)?.run?.program ?? ''), 'nobody comes');
      engine.cancel(waiting, OPERATOR, why, this.chance.hits(0.5)).catch((error: unknown) => {
        this.ledger.refused(error);
      });
    });
    return true;
  }

  /** Who erased or pruned before does so once more in the end, when there is most to be gone. */
  private endWith(what: 'erase' | 'prune'): boolean {
    if (this.endedWith.has(what) || !this.world.storm.accidents.includes(what)) return false;
    this.endedWith.add(what);
    this[what]();
    return true;
  }

  private canTryAgain(run: string): boolean {
    const { runs } = this.machine.disk.image;
    const status = runs.get(run)?.run?.status;
    if (status !== 'failed' && status !== 'cancelled') return false;
    return ![...runs.values()].some((other) => other.run?.key === againKey(run));
  }

  private isLeftAlone(run: string): boolean {
    const known = this.leftAlone.get(run) ?? this.chance.hits(0.3);
    this.leftAlone.set(run, known);
    return known;
  }

  private tryOnce(run: string): void {
    const again = this.chance.hits(0.6) ? 'failed step' : 'start';
    const unnamed = this.world.storm.hits('effects not named');
    this.machine.use((engine, life, { journal }) => {
      const refused = (error: unknown): void => {
        if (life.isAlive) this.world.tell(`trying ${run} again is refused: ${this.ledger.refused(error)}`);
      };
      try {
        const reader = journal();
        const program = this.programOf(reader.run(run)?.program ?? '');
        if (program === null) return;
        const done = effectsDone(reader, run).map(({ key }) => key);
        const effects = again === 'start' && !unnamed ? done : [];
        const ask = {
          run,
          again,
          by: OPERATOR,
          reason: reasonFor(program, 'once more'),
          effects,
          program,
          release: null,
        } as const;
        const request = againRequest(reader, (digest) => this.programOf(digest), ask);
        // Whoever asks knows of these, whether or not they hear of what came of it.
        this.ledger.named.set(run, new Set([...(this.ledger.named.get(run) ?? []), ...effects]));
        engine.start(request).then((started) => {
          this.world.tell(`${run} is tried again by ${started.run}, from ${request.retries?.from ?? 'the start'}`);
          this.ledger.starts.push({ run: started.run, key: againKey(run) });
        }, refused);
      } catch (error) {
        refused(error);
      }
    });
  }

  private programOf(digest: string) {
    return this.wishes.find(({ program }) => program.digest === digest)?.program ?? null;
  }

  /** Somebody asks to be erased, or a case is to be; again until nothing of it is left. */
  erase(): void {
    const people = this.wishes.flatMap(({ input }) => {
      const who = input.get('customer');
      return typeof who === 'string' ? [who] : [];
    });
    const runs = runsOf(this.machine.disk).filter((run) => this.isPersonal(run));
    if (people.length > 0 && this.chance.hits(0.5)) this.eraseWhat({ person: this.chance.pick(people), runs: [] });
    else if (runs.length > 0) this.eraseWhat({ runs: [this.chance.pick(runs)] });
  }

  private isPersonal(run: string): boolean {
    return this.programOf(this.machine.disk.image.runs.get(run)?.run?.program ?? '')?.sealsAnything === true;
  }

  private eraseWhat(what: { person?: string; runs: readonly string[] }, tries = MOST_TRIES): void {
    const later = (): void => {
      if (tries > 0) this.world.after(this.chance.between(1_000, 600_000), () => this.eraseWhat(what, tries - 1));
    };
    const begun = this.machine.onRecord(async (running) => {
      try {
        await this.eraseNow(running, what, later);
      } catch (error) {
        later();
        throw error;
      }
    });
    if (!begun) later();
  }

  private async eraseNow(
    { record, life, journal }: Running,
    what: { person?: string; runs: readonly string[] },
    later: () => void,
  ): Promise<void> {
    const linked =
      what.person === undefined
        ? []
        : journal()
            .personRuns(what.person)
            .map(({ run }) => run);
    const request = { ...what, basis: 'asked for', end: true };
    if (this.world.storm.hits('tried again at once'))
      for (const run of [...what.runs, ...linked]) if (this.canTryAgain(run)) this.tryOnce(run);
    const { runs, ended, along, left } = await eraseCases(record, request, OPERATOR, 0);
    if (!life.isAlive) return;
    this.world.tell(
      `erased ${runs} for ${what.person ?? what.runs.join()}, ended ${ended.length}, left ${left.length}`,
    );
    const gone = [...what.runs, ...linked, ...along].filter((run) => !left.includes(run));
    this.ledger.erasures.push({ runs: gone });
    if (left.length > 0) later();
  }

  /** Everything that has ended by now loses its payload. */
  prune(tries = MOST_TRIES): void {
    const later = (): void => {
      if (tries > 0) this.world.after(this.chance.between(1_000, 600_000), () => this.prune(tries - 1));
    };
    const begun = this.machine.onRecord(async ({ record, life }) => {
      try {
        const before = this.world.wall.now() - this.chance.pick([0, 3_600_000, 86_400_000]);
        const { runs } = await pruneCases(record, { before, basis: 'told to', after: 0 }, OPERATOR, 0);
        await nextTurn();
        if (life.isAlive) this.world.tell(`pruned ${runs}`);
      } catch (error) {
        later();
        throw error;
      }
    });
    if (!begun) later();
  }
}
