import { CountersignError, type ErrorShape } from '../flow/error.ts';
import type { Engine } from '../runtime/engine.ts';
import { waitsFor } from '../runtime/message.ts';
import { durationMs } from '../../nodes/duration.ts';
import type { SimulatedMessage } from './scenario.ts';
import type { World } from './world.ts';

/** The simulated senders: each message of the scenario goes out once the case waits for it. */
export class Post {
  refused: ErrorShape | null = null;
  private readonly engine: () => Engine;
  private readonly world: World;
  private readonly pending: { message: SimulatedMessage; id: string }[];

  constructor(engine: () => Engine, world: World, messages: readonly SimulatedMessage[]) {
    this.engine = engine;
    this.world = world;
    this.pending = messages.map((message, i) => ({ message, id: `scenario ${i + 1}` }));
  }

  look(): void {
    const { clock } = this.world;
    const journal = this.engine().reader();
    for (const letter of this.pending.splice(0)) {
      const { name, about, after } = letter.message;
      const isAwaited = waitsFor(journal, name, about).some((wait) => wait.id === null);
      if (!isAwaited) this.pending.push(letter);
      else clock.wakeAt(clock.now() + (after === undefined ? 0 : durationMs(after)), () => this.send(letter));
    }
  }

  private send(letter: { message: SimulatedMessage; id: string }): void {
    const { name, about, brings = {} } = letter.message;
    this.engine()
      .message({ name, key: about, id: letter.id, from: 'scenario', body: brings })
      .catch((error: unknown) => {
        if (!(error instanceof CountersignError)) return;
        // A sender whom nobody answered sends again; what the case refuses is wrong in the scenario.
        if (error.retryable) this.pending.push(letter);
        else this.refused = error.toShape();
      });
  }
}
