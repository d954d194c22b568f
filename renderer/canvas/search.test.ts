import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { words } from '../words/index.ts';
import { findSteps, parseQuery, STATES, type Known } from './search.ts';

const flow = payingFlow();
const pay = flow.nodes['n_pay'];
if (pay === undefined) throw new Error('the sample pays');
const known: Known = {
  flow: {
    ...flow,
    nodes: { ...flow.nodes, n_pay: { ...pay, disabled: true } },
    comments: { c_1: { node: 'n_ask', remarks: [{ by: 'A', at: '2026-03-02T09:00:00Z', text: 'why' }] } },
  },
  surroundings,
  invalid: new Set(['n_topic']),
  unsafe: new Set(['n_pay']),
  personal: new Set(['n_end']),
};
const find = (text: string): string[] => findSteps(parseQuery(text), known);

describe('finding on the canvas', () => {
  it('F1 terms say what is meant, and all of them hold', () => {
    expect(find('is:invalid')).toEqual(['n_topic']);
    expect(find('is:disabled')).toEqual(['n_pay']);
    expect(find('is:commented')).toEqual(['n_ask']);
    expect(find('is:unsafe is:disabled')).toEqual(['n_pay']);
    expect(find('is:unsafe -is:disabled')).toEqual([]);
    expect(find('uses:billing')).toEqual(['n_pay']);
    expect(find('USES:topics')).toEqual(['n_topic']);
    expect(find('kind:approval')).toEqual(['n_ask']);
    expect(find('kind:"ai decision"')).toEqual(['n_topic']);
    expect(find('remark')).toEqual(['n_note']);
    expect(find('why')).toEqual(['n_note']);
    expect(find('-is:note -kind:end')).not.toContain('n_note');
  });

  it('F2 uses: knows whole names in formulas, and no parts of them', () => {
    expect(find('uses:topic')).toEqual(['n_topic', 'n_end']);
    expect(find('uses:top')).toEqual(['n_topic']);
    expect(find('uses:input.message')).toEqual(['n_topic', 'n_pay']);
    expect(find('uses:nothing')).toEqual([]);
  });

  it('F3 steps come as they lie, from the left', () => {
    expect(find('-is:note')).toEqual(['n_start', 'n_topic', 'n_ask', 'n_pay', 'n_end']);
  });

  it('F4 what is not known is said, and finds nothing; no words find nothing', () => {
    expect(parseQuery('is:wrong a').unknown).toEqual(['is:wrong']);
    expect(find('is:wrong')).toEqual([]);
    expect(find('   ')).toEqual([]);
    expect(find('is:')).toEqual([]);
  });

  it('F4 every state that can be asked for is told of', () => {
    for (const state of STATES) expect(words().canvas.find.help).toContain(`is:${state}`);
  });

  it('P39 any text is a query', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `uses:${text}`),
        ),
        (text) => {
          for (const id of find(text)) expect(Object.keys(KINDS)).toContain(flow.nodes[id]?.kind);
        },
      ),
    );
  });
});
