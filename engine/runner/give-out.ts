import { Checkpointer, type Log } from '../audit/checkpointer.ts';
import { toErrorShape } from '../flow/error.ts';
import { erasuresPathOf } from '../journal/erasure-list.ts';
import { CheckpointOutbox, erasureListIn, sinksIn } from './checkpoint-outbox.ts';
import { runnerPaths } from './folder.ts';
import { logSigner } from './log-signer.ts';
import { systemClock } from './system-clock.ts';

export interface GiveOutOptions {
  /** Of the log's key, where it has one. */
  passphrase: string | null;
  /** Environment variables that sinks may take secrets from. */
  secrets: Readonly<Record<string, string | undefined>>;
}

/**
 * P27 for commands that write to the record where no engine runs: a checkpoint over all there is, which leaves this machine
 * with the list of erasures, once to each sink. Gives what did not work, in plain words; it never rejects, as what was
 * written stands either way.
 */
export async function giveOut(folder: string, log: Log, options: GiveOutOptions): Promise<string[]> {
  const paths = runnerPaths(folder);
  try {
    const checkpointer = new Checkpointer(paths.checkpoints, logSigner(paths, options.passphrase));
    const { outage } = checkpointer.flush(log, Date.now());
    const outbox = new CheckpointOutbox(
      sinksIn(paths.sinks, options.secrets, systemClock()),
      erasureListIn(erasuresPathOf(paths.journal)),
    );
    await outbox.close(checkpointer, Date.now());
    return [
      ...(outage === null ? [] : [`No checkpoint was written: ${outage.message} ${outage.hint}`]),
      ...outbox
        .state(log.head().size)
        .flatMap((sink) =>
          sink.outage === null
            ? []
            : [`The sink “${sink.name}” did not take it: ${sink.outage.message} ${sink.outage.hint}`],
        ),
    ];
  } catch (error) {
    const { message, hint } = toErrorShape(error);
    return [`No checkpoint was written: ${message} ${hint}`];
  }
}
