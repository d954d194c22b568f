import { CHECKPOINT_POLICY } from '../audit/checkpoint-policy.ts';
import { latestCheckpoint } from '../audit/checkpoint-sink.ts';
import type { CheckpointState } from '../audit/checkpointer.ts';
import type { ConnectionState } from '../connections/circuits.ts';
import type { ErrorShape } from '../flow/error.ts';
import { openJournalReader } from '../journal/reader.ts';
import { sinkNames, type SinkState } from './checkpoint-outbox.ts';
import { runnerPaths } from './folder.ts';
import type { Runner } from './runner.ts';
import { acceptedIn } from './accepted.ts';
import { suspendedIn } from './cases-listed.ts';
import { flowsHeldIn } from './flows-held.ts';
import { stopsIn, toldStop, type StopTold } from './stops.ts';

/** How the record of a runner stands, and whether it leaves the machine. */
export interface RunnerStatus {
  engine: 'running' | 'not running';
  events: number;
  checkpoint: { covered: number; behind: number; writtenAt: number | null; outage: ErrorShape | null };
  /** Sinks outside of this machine; null where no engine runs that knows. */
  sinks: SinkState[] | null;
  /** Connections that are paused or probed, because their systems do not answer; null where no engine runs that knows. */
  connections: ConnectionState[] | null;
  /** What an operator has stopped, with who and why; a flow by its path, or everything where it is null. */
  stops: readonly StopTold[];
  /** How many cases are suspended. */
  suspended: number;
  /** What somebody should look into, in plain words; empty when all is well. */
  troubles: string[];
}

/** The status of a runner at work. */
export function statusOf(
  runner: Pick<Runner, 'engine' | 'checkpoints' | 'connections' | 'stops' | 'suspended' | 'held'>,
): RunnerStatus {
  const { size } = runner.engine.reader().head();
  const status = statusFrom(size, runner.checkpoints(), runner.connections(), runner.stops, runner.suspended.length);
  return { ...status, troubles: [...runner.held.map(heldWords), ...status.troubles] };
}

/** What becomes of a release that the runner may not serve, and why. */
export const heldWords = ({ flow, release, error }: Runner['held'][number]): string =>
  `Release ${release} of ${flow} is held: it starts nothing, and its cases wait. ${error.message}`;

/** {@link statusOf} of what its checkpoints say. */
export function statusFrom(
  size: number,
  state: CheckpointState & { sinks: SinkState[] },
  connections: ConnectionState[] = [],
  stops: readonly StopTold[] = [],
  suspended = 0,
): RunnerStatus {
  const { latest, behind, writtenAt, outage, sinks } = state;
  return {
    engine: 'running',
    events: size,
    checkpoint: { covered: latest?.size ?? 0, behind, writtenAt, outage },
    sinks,
    connections,
    stops,
    suspended,
    troubles: [
      ...connections.map(
        ({ connection, since }) =>
          `Nothing is sent to “${connection}”, which has not answered as it should since ${new Date(since).toISOString()}.`,
      ),
      ...(outage === null ? [] : [`No checkpoint was written: ${outage.message}`]),
      ...lagging(behind, 'no checkpoint covers'),
      ...sinks.flatMap((sink) => [
        ...(sink.outage === null
          ? []
          : [`The sink “${sink.name}” did not take the last checkpoint: ${sink.outage.message}`]),
        ...(sink.listed ? [] : [`The sink “${sink.name}” lacks the newest list of erasures.`]),
        ...lagging(sink.behind, `are not covered at the sink “${sink.name}”`),
      ]),
      ...(sinks.length === 0 ? [NO_SINK] : []),
    ],
  };
}

const NO_SINK =
  'Checkpoints do not leave this machine: no place outside of it is named that keeps them (sinks.json in the runner folder).';

/** What is due at once is not a lag; twice as many is. */
const lagging = (behind: number, what: string): string[] =>
  behind > 2 * CHECKPOINT_POLICY.everyEvents ? [`${behind} events ${what}.`] : [];

/** The status of a runner folder on which no engine runs. Errors: FILE_UNREADABLE, CHECKPOINT_INVALID. */
export function statusAtRest(folder: string): RunnerStatus {
  const paths = runnerPaths(folder);
  const journal = openJournalReader(paths.journal);
  try {
    const { size } = journal.head();
    const flows = flowsHeldIn(paths.releases, acceptedIn(journal));
    const covered = latestCheckpoint(paths.checkpoints)?.checkpoint.size ?? 0;
    const behind = size - covered;
    return {
      engine: 'not running',
      events: size,
      checkpoint: { covered, behind, writtenAt: null, outage: null },
      sinks: null,
      connections: null,
      stops: stopsIn(journal).map((stop) => toldStop(stop, flows)),
      suspended: suspendedIn(journal).length,
      troubles: [
        // Nobody is there who would write one.
        ...(behind > 0
          ? [`${behind} events no checkpoint covers, and no engine is running that would write one.`]
          : []),
        ...(sinkNames(paths.sinks).length === 0 ? [NO_SINK] : []),
        ...(behind < 0
          ? ['A checkpoint covers more events than there are: the journal was cut off or exchanged.']
          : []),
      ],
    };
  } finally {
    journal.close();
  }
}
