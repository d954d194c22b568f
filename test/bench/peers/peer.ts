import type { Worked } from '../by-callers.ts';

export type Workload = 'W1' | 'W2';

/** Another engine that the workloads are measured on, beside ours. */
export interface Peer {
  /** As rows name it. */
  name: string;
  /**
   * Starts a server of its own with its data in `folder`; null where nobody said where the peer is installed, so that it
   * is named and not measured.
   *
   * @param target address that W1 posts to
   * @param round tells the keys of one server's posts from those of another
   */
  start: ((folder: string, target: string, round: number) => Promise<RunningPeer>) | null;
}

export interface RunningPeer {
  /**
   * Runs so many cases by so many callers, each of which begins its next when the last has ended. Rejects when a case
   * comes to another result than it has to.
   */
  run(workload: Workload, runs: number, callers: number): Promise<Worked>;
  stop(): Promise<void>;
}
