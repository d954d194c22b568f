import { signCheckpoint as noteOf, type LogSigner, type Note } from '../../engine/audit/checkpoint.ts';
import { checkpointDue } from '../../engine/audit/checkpoint-policy.ts';
import { lookAtLog, type WatchState } from '../../engine/audit/watch.ts';
import { rawPublicKey } from '../../engine/manifest/keys.ts';
import { openLogKey, signCheckpoint } from '../../engine/manifest/log-key.ts';
import { makeKeyFile } from '../../engine/manifest/key-file.ts';
import { seededBytes } from '../../engine/sandbox/world.ts';
import type { Ledger } from './ledger.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

const made = makeKeyFile('log', 'log', seededBytes(1, 'key of the log'), null);
const key = openLogKey(new TextEncoder().encode(made.private), null);
const publicKey = rawPublicKey(key.publicKey) ?? new Uint8Array(0);
const SIGNER: LogSigner = { name: 'log', publicKey, sign: (bytes) => signCheckpoint(key, bytes) };

/** Checkpoints are not late here: who looks comes when they like. */
const PATIENT_MS = Number.MAX_SAFE_INTEGER;

/**
 * The runner gives checkpoints out, and somebody elsewhere keeps them. Whoever looks at the log then finds that it
 * continues what was given out before, whatever became of the machine meanwhile.
 */
export class Witness {
  private readonly world: World;
  private readonly ledger: Ledger;
  private readonly machine: Machine;
  private readonly notes: Note[] = [];
  private givenOutAt: number | null = null;
  private state: WatchState | null = null;

  constructor(world: World, ledger: Ledger, machine: Machine) {
    this.world = world;
    this.ledger = ledger;
    this.machine = machine;
  }

  /** As a runner after a commit: a checkpoint of what is on disk, if one is due. */
  giveOut(): void {
    this.machine.use((_engine, _life, { journal }) => {
      const { origin } = journal();
      const { size, root } = journal().head();
      const covered = this.notes.at(-1)?.checkpoint.size ?? 0;
      const now = this.world.wall.now();
      const standing = { size, covered, writtenAt: this.givenOutAt, triedAt: this.givenOutAt };
      if (!checkpointDue(standing, now)) return;
      this.givenOutAt = now;
      this.notes.push(noteOf({ origin, size, root }, SIGNER));
    });
  }

  /** P26: the log continues what was seen and given out. */
  look(): void {
    this.machine.use((_engine, _life, { journal }) => {
      const options = { now: this.world.wall.now(), logKeys: [publicKey], maxLagMs: PATIENT_MS };
      const { findings, state } = lookAtLog(journal(), this.notes, this.state, options);
      this.state = state;
      // A clock that somebody set back is part of this world.
      for (const { code, message } of findings)
        if (code !== 'CLOCK') this.ledger.broke('P26 the log continues what was given out', message);
    });
  }
}
