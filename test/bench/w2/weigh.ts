import type { Database } from 'better-sqlite3';

/** Bytes in all columns of some rows of a table; a number counts as its digits. `where` is SQL, with its WHERE. */
export function bytesIn(db: Database, table: string, where = ''): number {
  const columns = db.prepare<[], string>(`SELECT name FROM pragma_table_info('${table}')`).pluck().all();
  const sums = columns.map((column) => `sum(coalesce(octet_length("${column}"), 0))`);
  return (
    db
      .prepare<[], number>(`SELECT ${sums.join(' + ')} FROM ${table} ${where}`)
      .pluck()
      .get() ?? 0
  );
}
