import { journalConformance } from './testing/conformance.ts';
import { erasingConformance } from './testing/erasing-conformance.ts';
import { sqlitePlace, sqliteRecordPlace } from './testing/sqlite-place.ts';

journalConformance('SQLite', sqlitePlace);
erasingConformance('SQLite', sqliteRecordPlace);
