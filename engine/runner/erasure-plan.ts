import type { JsonValue } from '../flow/json.ts';
import type { RunStatus } from '../journal/journal.ts';
import { normalised } from '../journal/person-links.ts';
import type { JournalReader } from '../journal/reader.ts';
import { chainOf } from '../runtime/chain.ts';
import { keyCopies, type KeyCopies } from './key-copies.ts';

/** A case that would be erased. */
export interface PlannedCase {
  id: string;
  status: RunStatus;
  /** Milliseconds since 1970. */
  started: number;
  ended: number | null;
  /** How it was found: the fields that link it to the person, or what else. */
  by: string[];
  /** The case that this one was tried again by or tries again, where nothing else led to it: it holds a copy. */
  along: string | null;
  /** Effects of it that nobody has settled; what was sent cannot be looked up once it is erased. */
  unsettled: number;
}

/** Besides the cases, the backups that were made and the records that were set aside since the first of them began: they hold its keys. */
export interface ErasurePlan extends KeyCopies {
  cases: PlannedCase[];
}

export interface PlanRequest {
  person?: string | undefined;
  field?: string | undefined;
  runs: readonly string[];
  /** Opens everything that is sealed and looks for the person in it: slow, and finds what no field was marked for. */
  search: boolean;
  /** The runner folder, in which a restore may have set aside what was there before. */
  folder?: string;
}

/** What erasing would take. Reads only. */
export function planErasure(reader: JournalReader, request: PlanRequest): ErasurePlan {
  const found = new Map<string, Set<string>>();
  const find = (run: string, by: string): void => void found.set(run, (found.get(run) ?? new Set()).add(by));
  for (const run of request.runs) find(run, 'named');
  if (request.person !== undefined) {
    for (const { run, field } of reader.personRuns(request.person, request.field ?? null)) find(run, field);
    if (request.search) for (const run of holding(reader, request.person)) find(run, 'found by searching');
  }
  const cases = withChains(reader, found).flatMap(({ id, by, along }): PlannedCase[] => {
    const row = reader.run(id);
    if (row === null) return [];
    const unsettled = (['intended', 'in doubt'] as const).flatMap((status) =>
      reader.effects({ run: id, status }),
    ).length;
    return [{ id, status: row.status, started: row.started, ended: row.ended, by, along, unsettled }];
  });
  const first = Math.min(...cases.map(({ started }) => started));
  const { backups, replaced } = keyCopies(reader, request.folder ?? null);
  return {
    cases: cases.sort((a, b) => a.started - b.started),
    backups: backups.filter(({ madeAt }) => madeAt >= first),
    replaced: replaced.filter(({ at }) => at >= first),
  };
}

/** What was found, and beside it all that hold a copy of it. */
function withChains(
  reader: JournalReader,
  found: ReadonlyMap<string, ReadonlySet<string>>,
): Pick<PlannedCase, 'id' | 'by' | 'along'>[] {
  const taken = new Set(found.keys());
  return [...found].flatMap(([id, by]) => {
    const more = chainOf(reader, id).filter((run) => !taken.has(run));
    for (const run of more) taken.add(run);
    return [{ id, by: [...by].sort(), along: null }, ...more.map((run) => ({ id: run, by: [], along: id }))];
  });
}

/** Runs in which a text that is the person's, and not only part of one, is sealed. */
function holding(reader: JournalReader, person: string): Set<string> {
  const wanted = normalised(person);
  const runs = new Set<string>();
  for (const event of reader.sealedEvents()) {
    const run = event.subject.startsWith('run:') ? event.subject.slice('run:'.length) : null;
    if (run !== null && !runs.has(run) && holds(reader.openSealed(event), wanted)) runs.add(run);
  }
  return runs;
}

function holds(value: JsonValue, wanted: string): boolean {
  if (typeof value === 'string' || typeof value === 'number') return normalised(String(value)) === wanted;
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some((part) => holds(part, wanted));
}
