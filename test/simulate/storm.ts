import type { Chance } from './chance.ts';

/** Everything that can go wrong, by the name under which it is counted. */
export const FAULTS = {
  'killed before a write': 0.02,
  'killed between write and sync': 0.02,
  'killed after a commit': 0.02,
  'killed before a send': 0.03,
  'killed before an answer': 0.03,
  'power cut between write and sync': 0.02,
  'write failed': 0.02,
  'sync failed, batch there': 0.015,
  'sync failed, batch gone': 0.015,
  'disk full': 0.015,
  'journal did not open': 0.1,
  'paused before a send': 0.03,
  'connection refused': 0.08,
  'request lost': 0.05,
  'request slow': 0.08,
  'answer lost': 0.08,
  'answer slow': 0.06,
  'delivered twice': 0.06,
  'answered 403': 0.02,
  'answered 429': 0.04,
  'answered 500, not done': 0.04,
  'answered 500, done': 0.04,
  'model failed': 0.1,
  'model silent': 0.05,
  'model slow': 0.1,
  'decided wrongly': 0.2,
  'decided twice': 0.2,
  'decided late': 0.3,
  'key used for another input': 0.1,
  'started twice': 0.2,
} as const;

/** What happens at some time of its own rather than at a step of the engine; how often in a seed, at most. */
export const ACCIDENTS = {
  kill: 2,
  'power cut': 2,
  stop: 2,
  pause: 1,
  'clock forward': 2,
  'clock back': 2,
  'disk full for a while': 1,
  cancel: 2,
  suspend: 2,
} as const;

/** The same of what the world came to know later. */
export const LATER_FAULTS = {
  'message sent twice': 0.3,
  'message sent again': 0.3,
  'message to nobody': 0.2,
  'message malformed': 0.2,
  'tried again twice': 0.3,
  'tried again at once': 0.6,
  'effects not named': 0.4,
  'killed while erasing': 0.2,
  'old keys came back': 0.2,
  'asked to look where nobody can': 0.3,
} as const;

export const LATER_ACCIDENTS = {
  'stop switch': 3,
  'try again': 5,
  erase: 3,
  prune: 2,
} as const;

export type FaultName = keyof typeof FAULTS | keyof typeof LATER_FAULTS;
export type AccidentName = keyof typeof ACCIDENTS | keyof typeof LATER_ACCIDENTS;

const names = <T extends string>(of: Readonly<Record<T, number>>): T[] =>
  Object.keys(of).filter((key): key is T => key in of);

/**
 * Which faults a seed knows and how often they hit. Each seed knows some only, as what never fails is part of what can
 * happen: a disk that always fails hides what a lost answer does.
 */
export class Storm {
  readonly counts = new Map<string, number>();
  readonly accidents: AccidentName[] = [];
  private readonly chance: Chance;
  private readonly strength = new Map<FaultName, number>();
  private calm = false;

  constructor(chance: Chance, later: Chance | null) {
    this.chance = chance;
    this.draw(chance, FAULTS, ACCIDENTS);
    if (later !== null) this.draw(later, LATER_FAULTS, LATER_ACCIDENTS);
  }

  private draw<F extends FaultName, A extends AccidentName>(
    chance: Chance,
    faults: Readonly<Record<F, number>>,
    accidents: Readonly<Record<A, number>>,
  ): void {
    const share = chance.pick([0, 0.15, 0.4, 0.8]);
    for (const name of names(faults))
      if (chance.hits(share)) this.strength.set(name, Math.min(0.7, faults[name] * chance.pick([0.5, 1, 3])));
    for (const name of names(accidents))
      if (chance.hits(share * 0.6))
        for (let times = chance.between(1, accidents[name]); times > 0; times--) this.accidents.push(name);
  }

  hits(name: FaultName): boolean {
    const strength = this.strength.get(name);
    if (strength === undefined || this.calm || !this.chance.hits(strength)) return false;
    this.count(name);
    return true;
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** From here on nothing goes wrong. */
  end(): void {
    this.calm = true;
  }

  get isOver(): boolean {
    return this.calm;
  }
}
