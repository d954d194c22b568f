import { toErrorShape } from '../../engine/flow/error.ts';
import { ProcessGone } from './life.ts';

/** What became of one effect key outside of the engine. */
export interface KeyAccount {
  key: string;
  action: string;
  /** How its contract says that it may be repeated. */
  by: string;
  sends: number;
  /** Questions about it that are on their way. */
  asking: number;
  /** Somebody who knows has said, since the last send, that it did not happen. */
  denied: boolean;
  /** How often people said that it did not happen. */
  denials: number;
  /** Deliveries beyond the engine: the network brought one twice, or brought it after it had been given up or denied. */
  strays: number;
}

export interface StartAck {
  run: string;
  key: string | null;
}

/** A word of a person, as it was given to the engine. */
export interface Word {
  run: string;
  task: string;
  person: string;
  /** The key of the effect that it is about, if it is about one. */
  about: string | null;
  /** Unique among all words, so that it is found in the journal again; it stands there as the comment. */
  token: string;
  says: string;
  /** It is what a person who may say it, and has seen what is shown, would say. */
  sound: boolean;
  accepted: number;
}

/** A message, as its sender knows it. */
export interface Sent {
  id: string;
  match: string;
  /** Whether whoever waits may take it. */
  sound: boolean;
  /** The runs that it was said to have been taken by. */
  takenBy: Set<string>;
}

/** An erasure that was acknowledged: everything about these runs is gone. */
export interface ErasureAck {
  runs: readonly string[];
}

export interface Breach {
  law: string;
  what: string;
}

/** What was seen from outside: by clients, people and systems. The laws lay it beside the journal. */
export class Ledger {
  readonly starts: StartAck[] = [];
  readonly words: Word[] = [];
  readonly keys = new Map<string, KeyAccount>();
  readonly messages: Sent[] = [];
  readonly erasures: ErasureAck[] = [];
  /** What was stopped or let go on and acknowledged, by the reason that stands on record. */
  readonly switched: string[] = [];
  /** By the run that tries another again, the effects that whoever asked knew of. */
  readonly named = new Map<string, ReadonlySet<string>>();
  readonly breaches: Breach[] = [];

  broke(law: string, what: string): void {
    this.breaches.push({ law, what });
  }

  /** Why something was refused; nobody is told of a situation that the engine was not written for. */
  refused(error: unknown): string {
    const { code, message } = toErrorShape(error);
    const isGone = error instanceof ProcessGone || (error instanceof Error && error.cause instanceof ProcessGone);
    if (code === 'INTERNAL' && !isGone) this.broke('the engine meets nothing unforeseen', message);
    return code;
  }

  account(key: string, action: string, by: string): KeyAccount {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const made = { key, action, by, sends: 0, asking: 0, denied: false, denials: 0, strays: 0 };
    this.keys.set(key, made);
    return made;
  }
}
