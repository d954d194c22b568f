import { Circuits } from '../../engine/connections/circuits.ts';
import { createCarriedSystems, findAction, type Carrier, type Sent } from '../../engine/connections/carried-systems.ts';
import { networkError, timedOut } from '../../engine/connections/egress-errors.ts';
import type { ActionName, HttpRequest } from '../../engine/connections/request.ts';
import type { DoneOutcome, PerformOutcome, PerformRequest } from '../../engine/runtime/environment.ts';
import { createReceiver, type Receiver } from '../../engine/sandbox/reception.ts';
import { createSystemState, type SystemState } from '../../engine/sandbox/system-state.ts';
import { CONNECTIONS, SYSTEMS } from './cases.ts';
import type { Chance } from './chance.ts';
import type { KeyAccount, Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

const NO_FAULTS = { next: () => null };

/** A request on its way, and whoever waits for its answer. */
interface Flight {
  life: Life;
  name: ActionName;
  account: KeyAccount | null;
  timeoutMs: number;
  answer: (sent: Sent) => void;
  answered: boolean;
  /** How often the key had been sent when this left. */
  sends: number;
}

/**
 * The outside systems of the sandbox behind a network that delays, loses and doubles. Requests are built and answers are
 * read by the same code as in production.
 */
export class Network {
  private readonly world: World;
  private readonly ledger: Ledger;
  private readonly chance: Chance;
  /** A process remembers which connections are paused; the next one does not. */
  private readonly circuits = new WeakMap<Life, Circuits>();
  private readonly members = new Map<string, { receiver: Receiver; state: SystemState }>();

  constructor(world: World, ledger: Ledger) {
    this.world = world;
    this.ledger = ledger;
    this.chance = world.chance.branch();
    for (const [name, document] of Object.entries(SYSTEMS)) {
      const connection = CONNECTIONS[name];
      if (connection === undefined) throw new Error(`there is no contract of ${name}`);
      this.members.set(name, {
        receiver: createReceiver(document, connection, world.seed),
        state: createSystemState(),
      });
    }
  }

  perform(life: Life, request: PerformRequest): Promise<PerformOutcome> {
    const by = findAction(CONNECTIONS, request)?.idempotency.by ?? '';
    const account = request.key === '' ? null : this.ledger.account(request.key, request.action, by);
    return createCarriedSystems(CONNECTIONS, this.carrier(life, account)).perform(request);
  }

  async askDone(life: Life, request: PerformRequest): Promise<DoneOutcome> {
    const by = findAction(CONNECTIONS, request)?.idempotency.by ?? '';
    const account = this.ledger.account(request.key, request.action, by);
    const { sends } = account;
    account.asking += 1;
    const outcome = await createCarriedSystems(CONNECTIONS, this.carrier(life, null)).askDone(request);
    account.asking -= 1;
    this.world.tell(`${life.name} asked about ${short(request.key)}: ${outcome.asked}`);
    // What was sent after the question left is not denied by its answer.
    if (outcome.asked === 'did not happen' && account.sends === sends) account.denied = true;
    return outcome;
  }

  /** How often the effect with a key took place. */
  effects(key: string): number {
    let found = 0;
    for (const { state } of this.members.values()) found += state.count(key)?.effects ?? 0;
    return found;
  }

  private carrier(life: Life, account: KeyAccount | null): Carrier {
    const circuits = this.circuits.get(life) ?? new Circuits({ clock: this.world.wall });
    this.circuits.set(life, circuits);
    return circuits.guard({
      refuse: () => null,
      send: (name, request, timeoutMs) => this.send(life, account, name, request, timeoutMs),
    });
  }

  private send(
    life: Life,
    account: KeyAccount | null,
    name: ActionName,
    request: HttpRequest,
    timeoutMs: number,
  ): Promise<Sent> {
    const { storm } = this.world;
    const what = `${life.name} sends ${name.connection}.${name.action}${account === null ? '' : ` ${short(account.key)}`}`;
    if (storm.hits('connection refused')) {
      this.world.tell(`${what}: connection refused`);
      return this.after(this.latency(), failed(name, 'ECONNREFUSED', 'no'));
    }
    this.world.tell(what);
    if (account !== null) this.sent(life, account);
    return new Promise((resolve) => {
      const sends = account?.sends ?? 0;
      const flight: Flight = { life, name, account, timeoutMs, answered: false, sends, answer: () => undefined };
      flight.answer = (sent) => {
        if (!flight.answered) resolve(sent);
        flight.answered = true;
      };
      this.world.after(timeoutMs, () =>
        flight.answer({ answered: false, sent: 'maybe', error: timedOut(name, timeoutMs, true) }),
      );
      if (storm.hits('request lost')) return;
      const slow = storm.hits('request slow') ? this.chance.between(1, 3 * timeoutMs) : 0;
      this.world.after(this.latency() + slow, () => this.arrive(flight, request, false));
      if (storm.hits('delivered twice'))
        this.world.after(this.latency() + slow + this.chance.between(0, 2 * timeoutMs), () =>
          this.arrive(flight, request, true),
        );
    });
  }

  private sent(life: Life, account: KeyAccount): void {
    account.sends += 1;
    // Who was replaced and wakes may send once more what it had committed; nobody can call that back, or knows of it.
    if (life.replaced) {
      account.strays += 1;
      return;
    }
    if (account.sends > 1) {
      if (account.by === 'askable' && !account.denied)
        this.ledger.broke('askable is asked before it is repeated', `${account.action} ${account.key}`);
      if (account.by === 'none' && account.sends > 1 + account.denials + account.strays)
        this.ledger.broke('what cannot be repeated is sent once', `${account.action} ${account.key}`);
    }
    account.denied = false;
  }

  private arrive(flight: Flight, request: HttpRequest, again: boolean): void {
    const { name, account, life } = flight;
    // The connection of a process that is gone may have been cut before the request was through.
    if (!life.isAlive && this.chance.hits(0.5)) return;
    const member = this.members.get(name.connection);
    if (member === undefined) throw new Error(`nothing answers for ${name.connection}`);
    const fate = this.fate();
    if (fate === 'not done') return this.answered(flight, name, again ? 0 : this.chance.pick([500, 503]));
    if (fate === '403' || fate === '429') return this.answered(flight, name, again ? 0 : Number(fate));
    // What arrives while somebody asks whether it did may come just behind the question.
    const late = again || flight.answered || account?.denied === true || account?.sends !== flight.sends;
    if (account !== null && (late || account.asking > 0)) account.strays += 1;
    const before = account === null ? 0 : this.effects(account.key);
    const reception = member.receiver.receive(request, member.state, NO_FAULTS, this.world.wall.now());
    member.state.apply(reception.writes);
    if (account !== null) {
      const took = this.effects(account.key) > before ? 'takes effect' : 'changes nothing';
      this.world.tell(`${name.action} ${short(account.key)} arrives, ${took}: ${reception.status}`);
    }
    if (again) return;
    if (fate === 'done') return this.answered(flight, name, 500);
    if (this.world.storm.hits('answer lost')) {
      if (this.chance.hits(0.5))
        this.world.after(this.latency(), () => flight.answer(failed(name, 'ECONNRESET', 'maybe')));
      return;
    }
    const slow = this.world.storm.hits('answer slow') ? this.chance.between(1, 2 * flight.timeoutMs) : 0;
    const { status, body } = reception;
    this.world.after(this.latency() + slow, () => flight.answer({ answered: true, status, body }));
  }

  private fate(): 'normal' | 'not done' | 'done' | '403' | '429' {
    const { storm } = this.world;
    if (storm.hits('answered 403')) return '403';
    if (storm.hits('answered 429')) return '429';
    if (storm.hits('answered 500, not done')) return 'not done';
    return storm.hits('answered 500, done') ? 'done' : 'normal';
  }

  private answered(flight: Flight, name: ActionName, status: number): void {
    if (status === 0) return;
    this.world.tell(`${name.action} is answered ${status}`);
    this.world.after(this.latency(), () => flight.answer({ answered: true, status, body: '{}' }));
  }

  private after(ms: number, sent: Sent): Promise<Sent> {
    return new Promise((resolve) => this.world.after(ms, () => resolve(sent)));
  }

  private latency(): number {
    return this.chance.pick([1, 5, 20, 20, 90, 400]);
  }
}

export const short = (key: string): string => key.slice(0, 8);

const failed = (name: ActionName, code: string, sent: 'no' | 'maybe'): Sent => ({
  answered: false,
  sent,
  error: networkError(name, Object.assign(new Error(code), { code }), sent === 'maybe'),
});
