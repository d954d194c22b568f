import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { checkFlow } from './check.ts';
import { FLOW_VERSION } from './document.ts';
import { FLOW_HISTORY, historyGaps } from './migrate.ts';
import { readFlow, writeFlow } from './read.ts';
import { isRecord } from './shape.ts';
import { flowOf } from './testing/build.ts';
import { NOTHING_AROUND } from './testing/kinds.ts';
import { watched } from './testing/migrations.ts';

/**
 * One document of every released version before today's, as that version wrote it. A new version of the format adds
 * the last text of the old one here; the tests below fail until it is there.
 */
const OLDER_DOCUMENTS: readonly { version: number; text: string }[] = [];

describe('the format that ships', () => {
  it('has a migration for every older version and every older config, in order', () => {
    expect(historyGaps(FLOW_HISTORY, KINDS, FLOW_VERSION)).toEqual([]);
  });

  it('still opens a document of every version ever released, and each migration is run by that', () => {
    const { history, kinds, unrun } = watched(FLOW_HISTORY, KINDS);
    for (const { version, text } of OLDER_DOCUMENTS) {
      const reading = readFlow(text, kinds, history);
      expect([reading.problems, reading.migrated, version]).toEqual([[], true, version]);
    }
    expect(OLDER_DOCUMENTS.map(({ version }) => version)).toEqual(history.steps.map((_, i) => history.oldest + i));
    expect(unrun()).toEqual([]);
  });

  it('opens the config of a freshly drawn node of every kind, and can check it', () => {
    const builder = flowOf();
    for (const kind of Object.values(KINDS)) {
      const config = kind.initial();
      if (isRecord(config)) builder.node(kind.kind.replaceAll('-', ' '), kind.kind, config);
    }
    const flow = builder.build();
    expect(readFlow(writeFlow(flow), KINDS)).toEqual({ flow, problems: [], migrated: false, newer: false });
    expect(checkFlow(flow, KINDS, NOTHING_AROUND).every(({ path }) => path.length > 0)).toBe(true);
  });
});
