import type { RunEvent } from '../../engine/core/event.ts';
import type { Program } from '../../engine/program/program.ts';
import type { StoredEvent } from '../../engine/journal/journal.ts';
import type { Ledger } from './ledger.ts';
import type { Told } from './laws-across.ts';

type Broke = (law: string, what: string) => void;

/** What begins something, rather than taking in what comes back or bringing a case to its end. */
const BEGINS: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'run.started',
  'run.admitted',
  'call.intended',
  'call.repeated',
  'undo.intended',
  'task.created',
  'wait.begun',
  'branches.opened',
]);

/** What is stopped now, as the record says so far. */
export class StopsOnRecord {
  private readonly held = new Set<string | null>();
  /** The reasons that stand on record. */
  readonly words = new Set<string>();

  take({ type, open }: Pick<StoredEvent, 'type' | 'open'>): void {
    if (type !== 'stop.set' && type !== 'stop.lifted') return;
    if (open === null || typeof open !== 'object' || Array.isArray(open)) return;
    const flow = typeof open['flow'] === 'string' ? open['flow'] : null;
    if (typeof open['reason'] === 'string') this.words.add(open['reason']);
    if (type === 'stop.set') this.held.add(flow);
    else this.held.delete(flow);
  }

  hold(program: Program | undefined): boolean {
    return this.held.size > 0 && (this.held.has(null) || this.held.has(program?.title ?? ''));
  }
}

/** An event of a run, or one that is about the runner itself. */
export type OnRecord = Told | { note: StoredEvent };

/** Nothing begins while its flow, or everything, is stopped, nor in a case that is suspended; and a stop is not lost. */
export function held(
  rows: readonly OnRecord[],
  programs: ReadonlyMap<string, Program>,
  ledger: Ledger,
  broke: Broke,
): void {
  const stops = new StopsOnRecord();
  const programOf = new Map<string, Program | undefined>();
  const suspended = new Set<string>();
  for (const row of rows) {
    if ('note' in row) {
      stops.take(row.note);
      continue;
    }
    const { run, event } = row;
    if (event.type === 'run.started') programOf.set(run, programs.get(event.body.program));
    if (event.type === 'run.suspended') suspended.add(run);
    // A person who cancels it lets it come to its end; neither its deadline nor its failing does.
    const isCancelled = event.type === 'run.stopping' && event.body.cancelled !== null;
    if (event.type === 'run.resumed' || isCancelled) suspended.delete(run);
    if (!BEGINS.has(event.type)) continue;
    if (stops.hold(programOf.get(run))) broke('nothing begins while it is stopped', `${run}: ${event.type}`);
    if (suspended.has(run)) broke('nothing begins while a case is suspended', `${run}: ${event.type}`);
  }
  for (const word of ledger.switched)
    if (!stops.words.has(word)) broke('P3 nothing acknowledged is lost', `the word “${word}”`);
}
