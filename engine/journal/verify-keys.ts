import { CountersignError } from '../flow/error.ts';
import { decodeHeader } from './event-codec.ts';
import { keysPathOf, openJournalReader } from './reader.ts';
import { untilIn } from './sealed-until.ts';
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
      const untils = new Map<string, number>();
      for (const event of reader.sealedEvents()) {
        report.sealed += 1;
        try {
          const sealed = reader.openSealed(event);
          const { type, node, path: branch } = decodeHeader(event.header);
          if (type !== 'wait.begun') continue;
          const until = untilIn(sealed);
          // A node that waits again has another time.
          const turn = JSON.stringify([event.subject, node, branch ?? '']);
          if (until === null) untils.delete(turn);
          else untils.set(turn, until);
        } catch (error) {
          found(damageOf(error));
        }
      }
      // What the record itself cannot say: that timers whose times are sealed are as they were set.
      for (const { run, node, path: branch, at } of reader.waitTimers()) {
        const until = untils.get(JSON.stringify([`run:${run}`, node, branch]));
        if (until !== undefined && until !== at) found(`The timer of ${run} is set to another time than its wait was.`);
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
