/** A part of a list: some rows, and the id to give as `after` for the rest; null where all was told. */
export interface Page<T> {
  rows: T[];
  next: string | null;
}

/** At most `limit` rows of what `list` gives. It is asked for one more, to know whether there are more. */
export function pageOf<T extends { id: string }>(limit: number, list: (limit: number) => readonly T[]): Page<T> {
  const found = list(limit + 1);
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}
