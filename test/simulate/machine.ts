import { peopleOf } from '../../engine/manifest/people.ts';
import type { Program } from '../../engine/program/program.ts';
import { Engine } from '../../engine/runtime/engine.ts';
import type { Environment, PerformOutcome, Systems } from '../../engine/runtime/environment.ts';
import type { RecordJournal } from '../../engine/journal/testing/erasing-conformance.ts';
import { personsIn } from '../../engine/runner/persons.ts';
import type { HeldJournal, RecordInHand } from '../../engine/runner/record.ts';
import { StopSwitch } from '../../engine/runner/stops.ts';
import type { Chance } from './chance.ts';
import { DiskError, FakeDisk, type DiskPoint } from './fake-disk.ts';
import { FakeJournal, type FakeJournalOptions } from './fake-journal.ts';
import type { Laws } from './laws.ts';
import type { Ledger } from './ledger.ts';
import { Life, ProcessGone } from './life.ts';
import { modelsOf, type Minds } from './minds.ts';
import type { Network } from './network.ts';
import { PEOPLE } from './people.ts';
import type { World } from './world.ts';

/** What a test breaks on purpose, to see that a law notices. Each part stands between the engine and the world. */
export interface Plant {
  journal?: (journal: RecordJournal, around: { machine: Machine; life: Life }) => RecordJournal;
  journalWithout?: FakeJournalOptions['without'];
  environment?: (environment: Environment, life: Life) => Environment;
  engine?: (engine: Engine) => Engine;
  program?: (program: Program) => Program;
  /** The subject of every case, by its name: one where the bug can show. */
  subject?: string;
  forgetfulDisk?: boolean;
  /** What happens to the disk while no process is there. */
  between?: (disk: FakeDisk, life: Life) => void;
  /** The stop switch that a process has. */
  record?: (record: RecordInHand<HeldJournal>) => RecordInHand<HeldJournal>;
  switch?: (stops: StopSwitch, life: Life) => StopSwitch;
}

/** A process at work: its engine, and what a runner does with the record beside it. */
export interface Running {
  life: Life;
  engine: Engine;
  stops: StopSwitch;
  /** The journal that is open now. */
  journal: () => RecordJournal;
  record: RecordInHand<HeldJournal>;
}

interface Parts {
  world: World;
  ledger: Ledger;
  laws: Laws;
  network: Network;
  minds: Minds;
  programs: ReadonlyMap<string, Program>;
  plant: Plant;
}

/** The machine that the runner is on: its disk, and one process after the other. */
export class Machine {
  readonly disk = new FakeDisk();
  readonly world: World;
  readonly network: Network;
  private readonly parts: Parts;
  private readonly chance: Chance;
  private readonly lives: Life[] = [];
  private readonly journals = new Map<Life, FakeJournal[]>();
  private current: Running | null = null;
  private booting = false;

  constructor(parts: Parts) {
    this.parts = parts;
    this.world = parts.world;
    this.network = parts.network;
    this.chance = parts.world.chance.branch();
    this.disk.forgetful = parts.plant.forgetfulDisk === true;
  }

  /** The engine at work, or null while there is none. */
  get engine(): Engine | null {
    return this.current?.life.isAlive === true ? this.current.engine : null;
  }

  /** Does something with the engine; nothing while there is none, it sleeps, or its journal is down. */
  use(what: (engine: Engine, life: Life, running: Running) => void): boolean {
    const { current } = this;
    if (current === null || !current.life.isAlive || current.life.isPaused) return false;
    try {
      current.engine.reader();
    } catch {
      // Down; whoever wanted something comes again.
      return false;
    }
    what(current.engine, current.life, current);
    return true;
  }

  /** Somebody works on the record. */
  onRecord(work: (running: Running) => Promise<void>): boolean {
    return this.use((_engine, _life, running) => {
      work(running).catch((error: unknown) =>
        this.world.tell(`the record: ${error instanceof Error ? error.message : String(error)}`),
      );
    });
  }

  /** Starts a process; another is tried a little later when it does not come up. */
  boot(): void {
    this.booting = false;
    // Whoever hangs cannot be made to let go of the lock.
    const takeOver = this.lives.some((other) => other.isAlive);
    const life = new Life(this.lives.length + 1);
    this.lives.push(life);
    this.world.tell(`${life.name} starts${takeOver ? ' and takes over' : ''}`);
    try {
      this.parts.plant.between?.(this.disk, life);
      this.current = this.running(life, takeOver);
    } catch (error) {
      this.world.tell(`${life.name} does not come up: ${error instanceof Error ? error.message : String(error)}`);
      this.endLife(life);
      this.bootLater();
    }
  }

  kill(life: Life | null = this.current?.life ?? null): void {
    if (life === null || !life.isAlive) return;
    this.world.tell(`${life.name} is killed`);
    this.endLife(life);
    if (!life.replaced) this.bootLater();
  }

  /** Ends a process as an operator does. */
  stop(): void {
    const { current } = this;
    if (current === null || !current.life.isAlive || current.life.isPaused) return;
    this.world.tell(`${current.life.name} is stopped`);
    current.engine.stop();
    this.endLife(current.life);
    this.bootLater();
  }

  powerCut(): void {
    for (const life of this.lives) if (life.isAlive) this.endLife(life);
    const lost = this.disk.powerCut((unsynced) => this.chance.between(0, unsynced));
    this.world.tell(`the power goes; transactions lost: ${lost}`);
    this.bootLater();
  }

  /** The process stands still for a while. Somebody may lose patience, and start another in its place. */
  pause(life: Life | null = this.current?.life ?? null): void {
    if (life === null || !life.isAlive || life.isPaused || life.replaced) return;
    life.pause();
    const replacedAfter = this.chance.hits(0.7) ? this.chance.between(1_000, 300_000) : null;
    const wakesAfter = (replacedAfter ?? 0) + this.chance.between(10, 600_000);
    this.world.tell(`${life.name} is paused`);
    if (replacedAfter !== null)
      this.world.after(replacedAfter, () => {
        if (life.isAlive && life === this.current?.life) this.boot();
      });
    this.world.after(wakesAfter, () => {
      if (!life.isAlive) return;
      this.world.tell(`${life.name} wakes`);
      life.wake();
    });
  }

  /** Nothing goes wrong any more; whoever sleeps wakes, and a process is there. */
  heal(): void {
    this.disk.room = Number.POSITIVE_INFINITY;
    for (const life of this.lives) if (life.isAlive && life.isPaused) life.wake();
    // Somebody ends what nobody needs any more, once it has had time to do what it still had in mind.
    this.world.after(60_000, () => {
      for (const life of this.lives) if (life.replaced) this.kill(life);
    });
    if (this.engine === null && !this.booting) this.boot();
  }

  private bootLater(): void {
    if (this.booting) return;
    this.booting = true;
    if (this.world.storm.hits('old keys came back')) {
      const back = this.disk.keys.putBack();
      if (back > 0) this.world.tell(`old keys are put back: ${back}`);
    }
    this.world.after(this.chance.pick([1, 1_000, 30_000, 600_000]), () => this.boot());
  }

  private endLife(life: Life): void {
    life.end();
    for (const journal of this.journals.get(life) ?? []) if (this.disk.holder === journal) this.disk.holder = null;
  }

  private running(life: Life, takeOver: boolean): Running {
    const { plant, programs } = this.parts;
    const environment = this.environmentOf(life);
    const own = new StopSwitch((flow, { program }) => programs.get(program)?.title === flow);
    const stops = plant.switch?.(own, life) ?? own;
    let open: RecordJournal | null = null;
    const made = new Engine({
      openJournal: () => {
        open = this.open(life, takeOver);
        stops.opened(open);
        return open;
      },
      environment: plant.environment?.(environment, life) ?? environment,
      programOf: (digest) => programs.get(digest) ?? null,
      isStopped: (held) => stops.isStopped(held),
    });
    const engine = plant.engine?.(made) ?? made;
    const journal = (): RecordJournal => {
      if (open === null) throw new Error('an engine opens its journal');
      return open;
    };
    const record: RecordInHand<HeldJournal> = {
      journal: () => {
        engine.record([]);
        return journal();
      },
      isAtRest: (run) => !engine.isMoving(run),
      now: () => this.world.wall.now(),
      endedApart: () => engine.stopsChanged(),
      failed: () => {
        try {
          engine.record([]);
        } catch {
          // Told to those whom it concerns.
        }
      },
    };
    return { life, engine, stops, journal, record: plant.record?.(record) ?? record };
  }

  private open(life: Life, takeOver: boolean): RecordJournal {
    if (!life.isAlive) throw new ProcessGone('the process has ended');
    const { world, ledger, plant } = this.parts;
    const journal = new FakeJournal({
      disk: this.disk,
      now: () => world.wall.now(),
      random: (bytes) => this.chance.bytes(bytes),
      takeOver,
      at: (point) => this.at(life, point),
      personsIn: (drafts) =>
        personsIn(
          drafts,
          (digest) => this.parts.programs.get(digest) ?? null,
          (run) => this.disk.image.runs.get(run)?.run?.program ?? null,
        ),
      aside: () =>
        this.chance.hits(0.5) ? (work) => world.after(this.chance.pick([0, 1, 5, 2_000]), () => life.run(work)) : null,
      failed: (error) =>
        world.tell(`${life.name} cannot write: ${error instanceof Error ? error.message : String(error)}`),
      ...(plant.journalWithout === undefined ? {} : { without: plant.journalWithout }),
    });
    this.journals.set(life, [...(this.journals.get(life) ?? []), journal]);
    if (takeOver) for (const other of this.lives) if (other !== life && other.isAlive) other.replaced = true;
    if (life.replaced) ledger.broke('P9 who was replaced writes nothing', `${life.name} began epoch ${journal.epoch}`);
    world.tell(`${life.name} opens the journal: epoch ${journal.epoch}`);
    return plant.journal?.(journal, { machine: this, life }) ?? journal;
  }

  /** What goes wrong at the disk. */
  private at(life: Life, point: DiskPoint): void {
    const { storm } = this.world;
    if (point === 'open') {
      if (storm.hits('journal did not open')) throw new DiskError('io');
    } else if (point === 'write') {
      if (storm.hits('killed before a write')) this.die(life);
      if (storm.hits('write failed')) throw new DiskError('io');
      if (storm.hits('disk full')) throw new DiskError('full');
    } else if (point === 'sync') {
      if (storm.hits('killed between write and sync')) this.die(life);
      if (storm.hits('power cut between write and sync')) {
        this.powerCut();
        throw new ProcessGone('the power went');
      }
      if (storm.hits('sync failed, batch there')) throw new DiskError('io', false);
      if (storm.hits('sync failed, batch gone')) throw new DiskError('io', true);
    } else if (point === 'listed' || point === 'erase keys') {
      if (storm.hits('killed while erasing')) this.die(life);
    } else if (storm.hits('killed after a commit')) this.die(life);
  }

  private die(life: Life): never {
    this.kill(life);
    throw new ProcessGone('the process was killed');
  }

  private environmentOf(life: Life): Environment {
    const { world, minds } = this.parts;
    const models = modelsOf(minds, async (request) => back(life, minds.ask(request)));
    const systems = this.systems(life);
    const begins = (program: string): void => this.parts.laws.begins(this.disk, life, program);
    return {
      clock: {
        now: () => world.wall.now(),
        wakeAt: (at, wake) => world.wall.wakeAt(at, () => life.run(wake)),
        wakeIn: (ms, wake) => world.wall.wakeIn(ms, () => life.run(wake)),
      },
      random: (bytes) => this.chance.bytes(bytes),
      soon: (turn) => world.after(this.chance.pick([0, 0, 1, 3]), () => life.run(turn)),
      modelsOf: (program) => ({
        answerNow: (request) => models.answerNow(request),
        ask: (request) => {
          begins(program);
          return models.ask(request);
        },
      }),
      systemsOf: (program) => ({
        perform: (request) => {
          begins(program);
          return systems.perform(request);
        },
        askDone: (request) => {
          begins(program);
          return systems.askDone(request);
        },
      }),
      people: peopleOf(() => PEOPLE),
    };
  }

  /** The outside systems as a process reaches them. */
  systems(life: Life): Systems {
    const { world, laws, network } = this.parts;
    return {
      perform: (request) =>
        new Promise<PerformOutcome>((resolve) => {
          if (world.storm.hits('killed before a send')) return this.kill(life);
          if (world.storm.hits('paused before a send')) this.pause(life);
          life.run(() => {
            laws.sends(this.disk, life, request);
            void network.perform(life, request).then((outcome) => {
              if (life.isAlive && world.storm.hits('killed before an answer')) this.kill(life);
              life.run(() => resolve(outcome));
            });
          });
        }),
      askDone: async (request) => back(life, network.askDone(life, request)),
    };
  }
}

/** What comes back to a process: when it is awake, and never to one that is gone. */
const back = <T>(life: Life, promise: Promise<T>): Promise<T> =>
  new Promise((resolve) => {
    void promise.then((value) => life.run(() => resolve(value)));
  });
