/** A line of the palette: a command, a step or a flow. */
export interface Entry {
  /** Unique among all lines; of a command its id. */
  id: string;
  title: string;
  /** What it belongs to, as it stands beside it. */
  group: string;
  also: string;
  chord: string | null;
  run: () => void;
  /** Only found by searching: there may be a thousand steps. */
  onDemand: boolean;
}

const NOT_FOUND = 9;

/** How well a title answers a search; smaller is better, {@link NOT_FOUND} not at all. */
function distance({ title, also, group }: Entry, wanted: string): number {
  const name = title.toLowerCase();
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (wordsOf(name).some((word) => word.startsWith(wanted))) return 2;
  if (name.includes(wanted)) return 3;
  const all = `${name} ${also.toLowerCase()} ${group.toLowerCase()}`;
  const parts = wordsOf(wanted);
  if (parts.length > 0 && parts.every((part) => wordsOf(all).some((word) => word.startsWith(part)))) return 4;
  // “rc” finds “Run case”.
  const initials = wordsOf(name)
    .map((word) => word.charAt(0))
    .join('');
  return initials.startsWith(wanted) ? 5 : NOT_FOUND;
}

const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

/** Lines that a search finds, the best first; of those that answer alike, those used last, and then as they were listed. */
export function rankEntries(entries: readonly Entry[], query: string, recent: readonly string[]): Entry[] {
  const wanted = query.trim().toLowerCase();
  const age = ({ id }: Entry): number => {
    const at = recent.indexOf(id);
    return at === -1 ? recent.length : at;
  };
  if (wanted === '') return entries.filter((entry) => !entry.onDemand).toSorted((a, b) => age(a) - age(b));
  return entries
    .map((entry) => ({ entry, far: distance(entry, wanted) }))
    .filter(({ far }) => far < NOT_FOUND)
    .toSorted((a, b) => a.far - b.far || age(a.entry) - age(b.entry))
    .map(({ entry }) => entry);
}

const REMEMBERED = 12;

/** What was used last, after `id` was. */
export const usedNow = (recent: readonly string[], id: string): string[] =>
  [id, ...recent.filter((one) => one !== id)].slice(0, REMEMBERED);
