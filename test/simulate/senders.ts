import { messageTopic } from '../../engine/core/digest.ts';
import { fieldsSchema, type Fields } from '../../engine/flow/document.ts';
import { z } from '../../engine/flow/zod.ts';
import { asJson, canonicalJson, type JsonValue } from '../../engine/flow/json.ts';
import type { Message } from '../../engine/runtime/engine.ts';
import { NAMED } from './cases.ts';
import type { Chance } from './chance.ts';
import type { Wish } from './clients.ts';
import { fakeKeyed } from './fake-journal.ts';
import type { Ledger, Sent } from './ledger.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

const waitSchema = z.object({ until: z.literal('message'), name: z.string(), key: z.string(), fields: fieldsSchema });
const MOST_TRIES = 15;

interface Letter {
  message: Message;
  sent: Sent;
  tries: number;
  isTaken: boolean;
}

/**
 * Systems that have something to say to waiting cases. They say it again under the same id until they are told that it was
 * taken, and sometimes afterwards.
 */
export class Senders {
  private readonly world: World;
  private readonly ledger: Ledger;
  private readonly machine: Machine;
  private readonly chance: Chance;
  private readonly letters: Letter[] = [];

  constructor(world: World, ledger: Ledger, machine: Machine, wishes: readonly Wish[]) {
    this.world = world;
    this.ledger = ledger;
    this.machine = machine;
    this.chance = world.later.branch();
    if (world.isFirst) return;
    for (const { program, input } of wishes)
      for (const { kind, config } of Object.values(program.flow.nodes)) {
        const wait = waitSchema.safeParse(config);
        if (kind !== 'wait' || !wait.success) continue;
        const { name, key, fields } = wait.data;
        const literal = /^"(.*)"$/.exec(key)?.[1];
        const about = literal ?? input.get(/^input\.(\w+)$/.exec(key)?.[1] ?? '');
        if (typeof about === 'string' && this.chance.hits(0.8)) this.write(name, about, fields);
      }
  }

  begin(withinMs: number): void {
    for (const letter of this.letters) this.world.after(this.chance.between(0, withinMs), () => this.send(letter));
  }

  /** What was not taken yet is sent once more; returns whether somebody may take it. */
  look(): boolean {
    let busy = false;
    this.machine.use((engine) => {
      for (const letter of this.letters) {
        const { match } = letter.sent;
        if (letter.isTaken || !letter.sent.sound) continue;
        if (
          !engine
            .reader()
            .waits(match)
            .some(({ id }) => id === null)
        )
          continue;
        letter.tries = Math.min(letter.tries, MOST_TRIES - 1);
        this.send(letter);
        busy = true;
      }
    });
    return busy;
  }

  private write(name: string, about: string, fields: Fields): void {
    const { storm } = this.world;
    const key = storm.hits('message to nobody') ? 'nobody' : about;
    const malformed = storm.hits('message malformed');
    const id = `message ${this.letters.length}`;
    const body = malformed ? { unheard: 'of' } : this.bodyOf(fields);
    const message = { name, key, id, from: 'a sender', body };
    const sound = !malformed && key !== 'nobody';
    const sent = {
      id,
      match: fakeKeyed(canonicalJson(asJson(messageTopic(name, key)))),
      sound,
      takenBy: new Set<string>(),
    };
    this.ledger.messages.push(sent);
    this.letters.push({ message, sent, tries: 0, isTaken: false });
  }

  private bodyOf(fields: Fields): Record<string, JsonValue> {
    return Object.fromEntries(
      Object.entries(fields).map(([name, { type }]) => [
        name,
        type === 'number' ? this.chance.between(1, 9) : `${NAMED}${name}`,
      ]),
    );
  }

  private send(letter: Letter): void {
    const { storm } = this.world;
    letter.tries += 1;
    this.sendOnce(letter);
    if (storm.hits('message sent twice')) this.sendOnce(letter);
    if (letter.tries < MOST_TRIES)
      this.world.after(this.chance.between(60_000, 7_200_000), () => {
        if (!letter.isTaken || storm.hits('message sent again')) this.send(letter);
      });
  }

  private sendOnce(letter: Letter): void {
    const { message, sent } = letter;
    this.machine.use((engine, life) => {
      engine.message(message).then(
        ({ run, again }) => {
          letter.isTaken = true;
          sent.takenBy.add(run);
          this.world.tell(`${message.id} is ${again ? 'again ' : ''}taken by ${run}`);
          if (!sent.sound) this.ledger.broke('nobody takes a message that is not for them', `${message.id}: ${run}`);
        },
        (error: unknown) => {
          if (life.isAlive) this.world.tell(`${message.id} is refused: ${this.ledger.refused(error)}`);
        },
      );
    });
  }
}
