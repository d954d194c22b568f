import { toJson, type FeelContext } from '../../engine/feel/value.ts';
import { inputOf } from '../../engine/flow/input.ts';
import type { Program } from '../../engine/program/program.ts';
import { pickLater, pickSubject, subjectNamed, type Subject } from './cases.ts';
import type { Chance } from './chance.ts';
import type { Ledger } from './ledger.ts';
import type { Machine, Plant } from './machine.ts';
import type { World } from './world.ts';

const PATIENCE_MS = 90_000;

export interface Wish {
  program: Program;
  key: string | null;
  input: FeelContext;
  initiator: string;
  /** The run that it was told of. */
  run: string | null;
  /** Its key has turned out to belong to another input. */
  taken: boolean;
  tries: number;
}

/** Those who start cases, and ask again under the same key when they hear nothing. */
export class Clients {
  readonly programs = new Map<string, Program>();
  private readonly world: World;
  private readonly ledger: Ledger;
  private readonly chance: Chance;
  readonly wishes: Wish[] = [];

  constructor(world: World, ledger: Ledger, { program = (one) => one, subject }: Pick<Plant, 'program' | 'subject'>) {
    this.world = world;
    this.ledger = ledger;
    this.chance = world.chance.branch();
    const subjects =
      subject === undefined
        ? Array.from({ length: this.chance.between(1, 3) }, () => pickSubject(this.chance))
        : [subjectNamed(subject)];
    if (subject === undefined && !world.isFirst && world.later.hits(0.6)) subjects.push(pickLater(world.later));
    for (let i = this.chance.between(2, 6); i > 0; i--) this.wish(this.chance.pick(subjects), program);
    world.tell(`subjects: ${subjects.map(({ name }) => name).join(', ')}`);
  }

  /** Every wish at a time of its own, within so many milliseconds. */
  begin(machine: Machine, withinMs: number): void {
    for (const wish of this.wishes) {
      this.world.after(this.chance.between(0, withinMs), () => this.ask(machine, wish));
      if (this.world.storm.hits('started twice'))
        this.world.after(this.chance.between(0, withinMs), () => this.ask(machine, wish));
    }
  }

  /** All that have a key ask once more: they get the case that they have. */
  askAgain(machine: Machine): void {
    for (const wish of this.wishes) if (wish.key !== null) this.ask(machine, wish);
  }

  private wish(subject: Subject, change: (program: Program) => Program): void {
    const program = change(subject.program);
    this.programs.set(program.digest, program);
    const input = inputOf(program.flow.input, this.chance.pick(subject.inputs));
    const key = this.chance.hits(0.8) ? `key ${this.wishes.length}` : null;
    const initiator = this.chance.hits(0.2) ? 'ada' : 'ina';
    const wish = { program, key, input, initiator, run: null, taken: false, tries: 0 };
    this.wishes.push(wish);
    const other = inputOf(program.flow.input, this.chance.pick(subject.inputs));
    const isOther = JSON.stringify(toJson(other)) !== JSON.stringify(toJson(input));
    if (key !== null && isOther && this.world.storm.hits('key used for another input'))
      this.wishes.push({ ...wish, input: other });
  }

  private ask(machine: Machine, wish: Wish): void {
    const asked = machine.use((engine, life) => {
      wish.tries += 1;
      const { program, key, input } = wish;
      const initiator = { issuer: 'test', subject: wish.initiator, role: 'clerk', method: 'none' };
      const tries = wish.tries;
      // Without a key nobody may ask twice.
      if (key !== null)
        this.world.after(PATIENCE_MS, () => {
          if (wish.run === null && !wish.taken && wish.tries === tries) this.ask(machine, wish);
        });
      engine.start({ program, release: null, key, initiator, input }).then(
        ({ run, again }) => this.told(machine, wish, run, again),
        (error: unknown) => {
          // A process that is gone tells nobody anything.
          if (!life.isAlive) return;
          const code = this.ledger.refused(error);
          wish.taken ||= code === 'RUN_KEY_REUSED';
          this.world.tell(`start ${key ?? 'without a key'} is refused: ${code}`);
        },
      );
    });
    if (!asked && wish.tries < 50) {
      wish.tries += 1;
      this.world.after(this.chance.between(1_000, 60_000), () => this.ask(machine, wish));
    }
  }

  private told({ disk }: Machine, wish: Wish, run: string, again: boolean): void {
    const { key } = wish;
    this.world.tell(`start ${key ?? 'without a key'} is ${again ? 'again ' : ''}${run}`);
    this.ledger.starts.push({ run, key });
    const other = this.wishes.find((one) => one.key === key && key !== null && one !== wish && one.run !== null);
    // Of what was erased or pruned nobody knows any more what its input was.
    const isGone = disk.image.pruned.has(`run:${run}`) || disk.keys.wasErased(`run:${run}`);
    if (other !== undefined && !isGone)
      this.ledger.broke('R4 a key starts one input', `${key ?? ''}: ${run} and ${other.run ?? ''}`);
    if (wish.run !== null && wish.run !== run && key !== null)
      this.ledger.broke('R4 a key starts one run', `${key}: ${wish.run} and ${run}`);
    wish.run = run;
  }
}
