import Database from 'better-sqlite3';
import { around } from './around.ts';

/* The control of replaced runners, imported before the engine: what it was told of the epoch first, it believes for good. */

const believed = new WeakMap<object, unknown>();

around(Database.prototype, 'prepare', (_db, given, prepare) => {
  const statement = prepare(...given);
  if (given[0] !== 'SELECT epoch FROM writer') return statement;
  if (typeof statement !== 'object' || statement === null || !('get' in statement)) throw new Error('no statement');
  around<'get'>(statement, 'get', (self, parameters, get) => {
    if (!believed.has(self)) believed.set(self, get(...parameters));
    return believed.get(self);
  });
  return statement;
});
