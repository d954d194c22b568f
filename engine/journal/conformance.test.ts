import { journalConformance } from './testing/conformance.ts';
import { sqlitePlace } from './testing/sqlite-place.ts';

journalConformance('SQLite', sqlitePlace);
