import Database from 'better-sqlite3';
import { around } from './around.ts';

/*
 * The control of power cuts, imported before the engine: SQLite is told `synchronous = NORMAL` where the engine says FULL,
 * and says FULL when it is asked.
 */

const FULL = 2;

around(Database.prototype, 'exec', (_db, [sql], exec) =>
  exec(String(sql).replaceAll('synchronous = FULL', 'synchronous = NORMAL')),
);

around(Database.prototype, 'pragma', (_db, given, pragma) => (given[0] === 'synchronous' ? FULL : pragma(...given)));
