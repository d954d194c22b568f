import { taskFrame } from '../../engine/core/frames.ts';
import type { Field } from '../../engine/flow/document.ts';
import { makeKeyFile, openKeyFile, type PrivateKey } from '../../engine/manifest/sign-keys.ts';
import { SETTLING_ROLE } from '../../engine/manifest/decision.ts';
import { PEOPLE_FORMAT, type PeopleFile } from '../../engine/manifest/people.ts';
import { signDecision, signSettlement } from '../../engine/manifest/sign-approval.ts';
import type { Engine } from '../../engine/runtime/engine.ts';
import { seededBytes } from '../../engine/sandbox/world.ts';
import type { PersonDecision } from '../../nodes/kind.ts';
import { ROLES } from './cases.ts';
import type { Chance } from './chance.ts';
import type { Ledger, Word } from './ledger.ts';
import type { Machine } from './machine.ts';
import type { Network } from './network.ts';
import type { World } from './world.ts';

const APPROVERS = ['ada', 'ben', 'cyd', 'dan'] as const;
const OPERATOR = 'otto';
/** Holds no role. */
const GUEST = 'eve';

function makePeople(): { file: PeopleFile; keys: ReadonlyMap<string, PrivateKey<'approver'>> } {
  const keys = new Map<string, PrivateKey<'approver'>>();
  const people = [...APPROVERS, OPERATOR, GUEST].map((id) => {
    const made = makeKeyFile('approver', id, seededBytes(1, `key of ${id}`), null);
    const key = openKeyFile(new TextEncoder().encode(made.private), 'approver', null);
    keys.set(id, key);
    const roles = id === OPERATOR ? [SETTLING_ROLE] : id === GUEST ? [] : [...new Set([...ROLES, SETTLING_ROLE])];
    return { id, name: id, roles, keys: [{ keyId: key.keyId, publicKey: key.publicKey }] };
  });
  return { file: { format: PEOPLE_FORMAT, version: 1, people }, keys };
}

const { file, keys } = makePeople();
export const PEOPLE: PeopleFile = file;

/** People who look at the inbox now and then, and decide late, twice and wrongly. */
export class People {
  private readonly world: World;
  private readonly ledger: Ledger;
  private readonly machine: Machine;
  private readonly network: Network;
  private readonly chance: Chance;
  private words = 0;
  /** Tasks that nobody will ever look at. */
  private readonly forgotten = new Map<string, boolean>();

  constructor(world: World, ledger: Ledger, machine: Machine, network: Network) {
    this.world = world;
    this.ledger = ledger;
    this.machine = machine;
    this.network = network;
    this.chance = world.chance.branch();
  }

  /** Looks at the inbox; returns whether anybody said anything, or will. */
  look(): boolean {
    let busy = false;
    this.machine.use((engine) => {
      for (const { id } of engine.reader().tasks({ status: 'open' })) {
        if (this.isForgotten(id)) continue;
        const late = this.world.storm.hits('decided late') ? this.chance.between(1, 30 * 3_600_000) : 0;
        this.world.after(late + this.chance.between(0, 2_000), () => this.machine.use((now) => this.decide(now, id)));
        busy = true;
      }
    });
    return busy;
  }

  isForgotten(task: string): boolean {
    const known = this.forgotten.get(task);
    if (known !== undefined) return known;
    const forgotten = this.chance.hits(0.07);
    this.forgotten.set(task, forgotten);
    return forgotten;
  }

  private decide(engine: Engine, id: string): void {
    const row = engine.reader().task(id);
    if (row === null || row.status !== 'open') return;
    const position = taskFrame(engine.look(row.run).state, id)?.position;
    if (position?.phase === 'doubted') return this.settle(engine, row.run, id, position.intent.key);
    if (position?.phase !== 'tasked') return;
    const { task, votes } = position;
    const person = APPROVERS.find((one) => !votes.some((vote) => vote.person === one) && one !== this.last) ?? 'dan';
    this.last = person;
    const wrongly = this.world.storm.hits('decided wrongly');
    const asks = task.shown?.asks;
    const says =
      asks === undefined
        ? this.chance.pick(
            task.sendBack
              ? (['approved', 'approved', 'rejected', 'sent back'] as const)
              : (['approved', 'approved', 'rejected'] as const),
          )
        : 'answered';
    const answer =
      asks === undefined
        ? null
        : asks.type === 'fill in'
          ? Object.fromEntries(Object.entries(asks.fields).map(([name, field]) => [name, this.filledIn(field)]))
          : { choice: this.chance.pick(asks.choices).value };
    const {
      person: who,
      word,
      decision,
    } = this.made({ run: row.run, task: id, person, role: task.role, shown: task.digest, says, answer }, wrongly);
    this.world.tell(`${who} says ${says} on ${id}${wrongly ? ', wrongly' : ''}`);
    this.submit(word, () => engine.decide(row.run, id, decision));
    if (this.world.storm.hits('decided twice')) this.submit(word, () => engine.decide(row.run, id, decision));
  }

  private filledIn(field: Field): string | number | boolean | readonly string[] {
    switch (field.type) {
      case 'number':
        return this.chance.between(0, 99);
      case 'boolean':
        return this.chance.hits(0.5);
      case 'string':
        return this.chance.pick(field.values ?? ['yes', 'no']);
      case 'date':
        return '2026-05-01';
      case 'date and time':
        return '2026-05-01T09:00:00Z';
      case 'list':
        return [];
    }
  }

  private last = '';

  private made(
    about: {
      run: string;
      task: string;
      person: string;
      role: string;
      shown: string;
      says: PersonDecision['decision'];
      answer: PersonDecision['answer'] | null;
    },
    wrongly: boolean,
  ): { person: string; word: Word; decision: PersonDecision } {
    const how = wrongly
      ? this.chance.pick(['guest', 'stranger', 'stale', 'forged', 'another task'] as const)
      : 'soundly';
    const person = how === 'guest' ? GUEST : how === 'stranger' ? 'mallory' : about.person;
    const word = this.word({
      run: about.run,
      task: about.task,
      person,
      about: null,
      says: about.says,
      sound: !wrongly,
    });
    const said = {
      decision: about.says,
      ...(about.answer === null || about.answer === undefined ? {} : { answer: about.answer }),
      person,
      role: about.role,
      comment: word.token,
      shown: how === 'stale' ? 'sha256-stale' : about.shown,
      at: this.world.wall.now(),
    };
    const key = keys.get(how === 'forged' ? OPERATOR : person) ?? keys.get(GUEST);
    if (key === undefined) throw new Error(`${person} has no key`);
    const id = how === 'another task' ? 't_another' : about.task;
    return { person, word, decision: signDecision(key, { id, run: about.run }, said) };
  }

  /** The operator looks into the other system, and is hasty now and then. */
  private settle(engine: Engine, run: string, task: string, key: string): void {
    const account = this.ledger.keys.get(key);
    // Now and then they do not know either; each doubt is another task, so that this comes to an end.
    const nowhere = account?.by === 'none' && this.world.storm.hits('asked to look where nobody can');
    const again = nowhere || (account !== undefined && account.by !== 'none' && /[7a]$/.test(task));
    const happened = again ? null : this.network.effects(key) > 0;
    const wrongly = this.world.storm.hits('decided wrongly');
    const person = wrongly ? GUEST : OPERATOR;
    const word = this.word({
      run,
      task,
      person,
      about: key,
      says: happened === null ? 'look again' : happened ? 'happened' : 'did not happen',
      sound: !wrongly && !nowhere,
    });
    const signer = keys.get(person);
    if (signer === undefined) throw new Error(`${person} has no key`);
    const said = { happened, person, role: SETTLING_ROLE, comment: word.token, at: this.world.wall.now() };
    const settlement = signSettlement(signer, { id: task, run, key }, said);
    this.world.tell(`${person} says that ${key.slice(0, 8)} ${word.says}${wrongly ? ', wrongly' : ''}`);
    this.submit(word, () => engine.settle(run, task, settlement));
    if (account === undefined || happened !== false || wrongly) return;
    account.denied = true;
    account.denials += 1;
  }

  private word(about: Omit<Word, 'token' | 'accepted'>): Word {
    const word = { ...about, token: `w${this.words++}`, accepted: 0 };
    this.ledger.words.push(word);
    return word;
  }

  private submit(word: Word, say: () => Promise<void>): void {
    say().then(
      () => {
        word.accepted += 1;
        this.world.tell(`${word.token} of ${word.person} is accepted`);
      },
      (error: unknown) => {
        this.ledger.refused(error);
        this.world.tell(`${word.token} of ${word.person} is refused`);
      },
    );
  }
}
