import { CountersignError } from '../flow/error.ts';
import { keysPathOf, openJournalReader } from './reader.ts';
import { damageInLog } from './wal-check.ts';

export interface KeysReport {
  ok: boolean;
  /** Keys in the file. */
  keys: number;
  /** Sealed parts that were looked at; each opened, or its key known to be erased. */
  sealed: number;
  problems: string[];
}

const MOST = 20;

/**
 * Checks the key file of a journal: its structure, the links from persons to cases, and that every sealed part of the
 * journal opens or was erased on purpose. Reads the whole journal, beside the engine if there is one.
 * Errors: FILE_UNREADABLE, JOURNAL_SCHEMA. Damage is returned.
 *
 * @param path of `journal.sqlite`
 */
export function verifyKeys(path: string): KeysReport {
  const report: KeysReport = { ok: false, keys: 0, sealed: 0, problems: [] };
  const found = (message: string): void => {
    if (report.problems.length < MOST) report.problems.push(message);
  };
  try {
    const damage = damageInLog(keysPathOf(path));
    if (damage !== null) found(`The write-ahead log of the key file is damaged: ${damage}.`);
    const reader = openJournalReader(path);
    try {
      const { keys, problems } = reader.keyFile();
      report.keys = keys;
      problems.forEach(found);
      for (const event of reader.sealedEvents()) {
        report.sealed += 1;
        try {
          reader.openSealed(event);
        } catch (error) {
          found(damageOf(error));
        }
      }
    } finally {
      reader.close();
    }
  } catch (error) {
    found(damageOf(error));
  }
  report.ok = report.problems.length === 0;
  return report;
}

/** What is damaged; anything else is not a finding and is thrown on. */
function damageOf(error: unknown): string {
  if (error instanceof CountersignError && error.code !== 'JOURNAL_DAMAGED') throw error;
  return error instanceof Error ? error.message : String(error);
}
