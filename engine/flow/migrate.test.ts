import { describe, expect, it } from 'vitest';
import { FLOW_VERSION } from './document.ts';
import { asJson, prettyJson } from './json.ts';
import { historyGaps, migrateFlow, newestVersion, type FlowHistory } from './migrate.ts';
import type { Kinds } from './open.ts';
import { readFlow } from './read.ts';
import { flowOf } from './testing/build.ts';
import { FAKE_KINDS, fakeKind } from './testing/kinds.ts';
import { watched } from './testing/migrations.ts';

/** A format with two versions before version 1: `purpose` stood at the top, `reads` was one text. */
const HISTORY: FlowHistory = {
  oldest: FLOW_VERSION - 2,
  steps: [
    {
      document: ({ purpose, about, ...raw }) => ({
        ...raw,
        about: typeof about === 'object' ? { ...about, purpose: purpose ?? '' } : about,
      }),
    },
    { kinds: { step: 0 } },
  ],
};
const step = fakeKind('step');
const SPLITTING: Kinds = {
  ...FAKE_KINDS,
  step: {
    ...step,
    migrations: [({ reads, ...config }) => ({ ...config, reads: typeof reads === 'string' ? reads.split(' ') : [] })],
  },
};

function oldest(): string {
  const { about, ...flow } = flowOf('Old').node('Start', 'start').node('A', 'step', {}).build();
  const { purpose, ...rest } = about;
  const nodes = { ...flow.nodes, n_a: { kind: 'step', name: 'A', config: { reads: 'Start.x input.y' } } };
  return prettyJson(
    asJson({
      ...flow,
      nodes: { ...nodes, n_start: { kind: 'start', name: 'Start', config: {} } },
      about: rest,
      purpose,
      version: HISTORY.oldest,
    }),
  );
}

describe('migrations', () => {
  it('bring a document and its configs to today’s shape, and say so', () => {
    const { history, kinds, unrun } = watched(HISTORY, SPLITTING);
    expect(unrun()).toEqual([`document ${HISTORY.oldest}`, 'step 0']);
    const reading = readFlow(oldest(), kinds, history);
    expect(reading).toMatchObject({ problems: [], migrated: true, newer: false });
    expect(reading.flow?.version).toBe(FLOW_VERSION);
    expect(reading.flow?.about.purpose).toBe('To be tested.');
    expect(reading.flow?.nodes['n_a']?.config).toEqual({ reads: ['Start.x', 'input.y'] });
    expect(unrun()).toEqual([]);
  });

  it('start where the document stands', () => {
    const raw = {
      version: FLOW_VERSION - 1,
      purpose: 'untouched',
      nodes: { n_a: { kind: 'step', config: { reads: 'a b' } } },
    };
    expect(migrateFlow(raw, FLOW_VERSION - 1, SPLITTING, HISTORY)).toEqual({
      version: FLOW_VERSION,
      purpose: 'untouched',
      nodes: { n_a: { kind: 'step', config: { reads: ['a', 'b'] } } },
    });
  });

  it('are reported when one is missing, out of order, or of a kind that is not there', () => {
    expect(historyGaps(HISTORY, SPLITTING, FLOW_VERSION)).toEqual([]);
    expect(historyGaps(HISTORY, SPLITTING, FLOW_VERSION + 1)).toHaveLength(1);
    expect(historyGaps({ ...HISTORY, steps: [{}, {}] }, SPLITTING, FLOW_VERSION)).toHaveLength(1);
    expect(
      historyGaps({ ...HISTORY, steps: [{}, { kinds: { step: 1 } }] }, SPLITTING, FLOW_VERSION).length,
    ).toBeGreaterThan(0);
    expect(historyGaps({ ...HISTORY, steps: [{}, { kinds: { step: 0, gone: 0 } }] }, SPLITTING, FLOW_VERSION)).toEqual([
      'there is no kind gone',
    ]);
    expect(newestVersion(HISTORY)).toBe(FLOW_VERSION);
  });

  it('turn what does not fit its version into a problem, not into a crash', () => {
    const failing: FlowHistory = {
      oldest: FLOW_VERSION - 1,
      steps: [
        {
          document: () => {
            throw new Error('no about');
          },
        },
      ],
    };
    const { flow, problems } = readFlow(
      oldest().replace(`"version": ${HISTORY.oldest}`, `"version": ${FLOW_VERSION - 1}`),
      FAKE_KINDS,
      failing,
    );
    expect(flow).toBeNull();
    expect(problems).toMatchObject([{ code: 'DOCUMENT_SHAPE', path: ['version'] }]);
    expect(problems[0]?.message).toContain('no about');
  });
});
