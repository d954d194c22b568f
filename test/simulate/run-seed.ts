import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Actor } from '../../engine/core/event.ts';
import { reasonFor } from './cases.ts';
import { Clients } from './clients.ts';
import { runsOf } from './fake-rows.ts';
import { Laws } from './laws.ts';
import { Ledger, type Breach } from './ledger.ts';
import { Machine, type Plant } from './machine.ts';
import { Minds } from './minds.ts';
import { Network } from './network.ts';
import { Operators } from './operators.ts';
import { People } from './people.ts';
import { Senders } from './senders.ts';
import type { AccidentName } from './storm.ts';
import { Witness } from './witness.ts';
import { World } from './world.ts';

export interface SeedResult {
  seed: number;
  /** Of the story: equal digests are equal stories. */
  digest: string;
  breaches: readonly Breach[];
  /** Faults that hit, by name. */
  faults: ReadonlyMap<string, number>;
  story: readonly string[];
  runs: number;
  events: number;
}

const DAY_MS = 24 * 3_600_000;
/** More turns than this and something goes round in circles. */
const MOST_TURNS = 40_000;
/** How far true time may go after the last fault: longer than anything in the flows waits. */
const PATIENCE_MS = 400 * DAY_MS;

/**
 * Plays one seed: a storm, then calm until nothing moves, then the laws.
 *
 * @param isFirst in the world as it was at first, without what it came to know later
 */
export async function runSeed(seed: number, plant: Plant = {}, isFirst = false): Promise<SeedResult> {
  const warn = process.emitWarning.bind(process);
  const play = new Play(seed, plant, isFirst);
  // What the engine would warn of has no one else to hear it here, and none of it should happen.
  process.emitWarning = (warning: string | Error) =>
    play.ledger.broke('the engine meets nothing unforeseen', warning instanceof Error ? warning.message : warning);
  try {
    return await play.whole();
  } finally {
    process.emitWarning = warn;
  }
}

class Play {
  readonly ledger = new Ledger();
  private readonly world: World;
  private readonly clients: Clients;
  private readonly laws: Laws;
  private readonly machine: Machine;
  private readonly people: People;
  private readonly senders: Senders;
  private readonly operators: Operators;
  private readonly witness: Witness;
  private turns = 0;

  constructor(seed: number, plant: Plant, isFirst: boolean) {
    const { ledger } = this;
    const world = new World(seed, isFirst);
    this.world = world;
    this.clients = new Clients(world, ledger, plant);
    const { programs } = this.clients;
    this.laws = new Laws(ledger, programs);
    const network = new Network(world, ledger);
    const minds = new Minds(world);
    this.machine = new Machine({ world, ledger, laws: this.laws, network, minds, programs, plant });
    this.people = new People(world, ledger, this.machine, network);
    this.senders = new Senders(world, ledger, this.machine, this.clients.wishes);
    this.operators = new Operators(world, ledger, this.machine, this.clients.wishes);
    this.witness = new Witness(world, ledger, this.machine);
  }

  async whole(): Promise<SeedResult> {
    try {
      await this.storm();
      await this.calm();
      this.laws.end(this.machine, (task) => this.people.isForgotten(task));
    } catch (error) {
      this.ledger.broke(
        'the simulation itself goes through',
        error instanceof Error ? (error.stack ?? '') : String(error),
      );
    }
    this.machine.engine?.stop();
    const { story, seed, storm } = this.world;
    for (const { law, what } of this.ledger.breaches) this.world.tell(`BROKEN ${law}: ${what}`);
    return {
      seed,
      digest: hash('sha256', story.join('\n')),
      breaches: this.ledger.breaches,
      faults: storm.counts,
      story,
      runs: runsOf(this.machine.disk).length,
      events: this.machine.disk.image.rows.length,
    };
  }

  private async storm(): Promise<void> {
    const { world, machine } = this;
    const lasts = world.chance.pick([120_000, 1_800_000, DAY_MS, 4 * DAY_MS]);
    machine.boot();
    this.clients.begin(machine, lasts / 2);
    for (const name of world.storm.accidents) world.after(world.chance.between(0, lasts), () => this.accident(name));
    for (let looks = world.chance.between(2, 6); looks > 0; looks--) {
      world.after(world.chance.between(0, lasts), () => this.people.look());
      world.after(world.chance.between(0, lasts), () => this.laws.live(machine));
    }
    this.senders.begin(lasts);
    if (!world.isFirst)
      for (let looks = world.later.between(2, 8); looks > 0; looks--) {
        world.after(world.later.between(0, lasts), () => this.witness.giveOut());
        world.after(world.later.between(0, lasts), () => this.witness.look());
      }
    await this.until(world.time.now() + lasts);
  }

  private async calm(): Promise<void> {
    const { world, machine } = this;
    world.tell('calm');
    world.storm.end();
    machine.heal();
    const end = world.time.now() + PATIENCE_MS;
    await this.until(world.time.now() + 30 * 60_000);
    if (!machine.use(() => undefined)) this.ledger.broke('the engine comes back', 'half an hour after the last fault');
    this.operators.letAllGo();
    this.clients.askAgain(machine);
    this.resumeAll();
    // Stopped and let go on with no restart after it that would put right what was forgotten.
    if (world.storm.accidents.includes('stop switch')) {
      this.operators.stop();
      this.people.look();
      this.senders.look();
      await this.until(world.time.now() + 3 * 3_600_000);
      this.operators.letAllGo();
    }
    for (;;) {
      await this.until(end);
      this.witness.look();
      this.witness.giveOut();
      // Whoever is asked decides, and what was said is said again; what then moves goes on until nothing does.
      if (!this.people.look() && !this.senders.look() && !this.operators.look()) return;
    }
  }

  /** Lets everything happen that is due by then. */
  private async until(end: number): Promise<void> {
    const { time } = this.world;
    for (;;) {
      await nextTurn();
      const next = time.next();
      if (next === null || next > end) return;
      if (this.turns++ > MOST_TURNS) throw new Error('it does not come to rest');
      time.step();
    }
  }

  private accident(name: AccidentName): void {
    const { world, machine } = this;
    if (world.storm.isOver) return;
    world.storm.count(name);
    const jump = world.chance.pick([90_000, 3_600_000, 2 * DAY_MS, 10 * DAY_MS]);
    switch (name) {
      case 'kill':
        return machine.kill();
      case 'power cut':
        return machine.powerCut();
      case 'stop':
        return machine.stop();
      case 'pause':
        return machine.pause();
      case 'clock forward':
      case 'clock back':
        world.tell(`${name} by ${jump} ms`);
        return world.wall.jump(name === 'clock back' ? -jump : jump);
      case 'disk full for a while':
        machine.disk.room = 0;
        return world.after(world.chance.between(1_000, 3_600_000), () => {
          machine.disk.room = Number.POSITIVE_INFINITY;
        });
      case 'cancel':
      case 'suspend':
        return this.control(name);
      case 'stop switch':
        this.operators.stop();
        // What people and systems say meanwhile is taken in, and waits.
        return world.after(world.later.between(0, 60_000), () => {
          this.people.look();
          this.senders.look();
        });
      case 'try again':
        return void this.operators.tryAgain();
      case 'erase':
        return this.operators.erase();
      case 'prune':
        return this.operators.prune();
    }
  }

  private control(name: 'cancel' | 'suspend'): void {
    const { world, machine } = this;
    const runs = runsOf(machine.disk);
    if (runs.length === 0) return;
    const run = world.chance.pick(runs);
    const said = (how: string) => () => world.tell(`${name} ${run}: ${how}`);
    machine.use((engine) => {
      const asked =
        name === 'cancel'
          ? engine.cancel(run, BOSS, this.reason(run, 'no more'), world.chance.hits(0.5))
          : engine.suspend(run, BOSS, this.reason(run, 'wait'));
      asked.then(said('accepted'), (error: unknown) => {
        this.ledger.refused(error);
        said('refused')();
      });
    });
  }

  private reason(run: string, text: string): string {
    const digest = this.machine.disk.image.runs.get(run)?.run?.program ?? '';
    return reasonFor(this.clients.programs.get(digest), text);
  }

  /** Nothing stays suspended for ever. */
  private resumeAll(): void {
    const { machine } = this;
    machine.use((engine) => {
      for (const run of runsOf(machine.disk))
        engine.resume(run, BOSS, this.reason(run, 'go on')).catch((error: unknown) => this.ledger.refused(error));
    });
  }
}

const BOSS: Actor = { issuer: 'test', subject: 'bo', role: 'operator', method: 'none' };
