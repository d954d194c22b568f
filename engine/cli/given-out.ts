import type { Log } from '../audit/checkpointer.ts';
import { giveOut } from '../runner/give-out.ts';
import type { Talk } from './command.ts';
import { passphrase } from './make-key.ts';

/** {@link giveOut}, with what did not work said to whoever gave the command. */
export async function givenOut(talk: Talk, folder: string, journal: Log): Promise<void> {
  for (const line of await giveOut(folder, journal, { passphrase: passphrase(), secrets: process.env })) talk.say(line);
}
