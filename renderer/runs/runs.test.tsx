import { describe, expect, it } from 'vitest';
import { stepAt } from '../document/describe.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { ANY, asksNothing, olderPage, questionOf } from './find-cases.tsx';
import { firstChoice } from './start-case-dialog.tsx';

describe('cases', () => {
  it('S1 a case is offered of the flow on the canvas where it has a release, and of the one exported last otherwise', () => {
    const of = (flow: string) => ({ flow, title: flow, release: 1, input: {}, problem: null });
    const flows = [of('newest'), of('open')];
    expect(firstChoice(flows, 'open')?.flow).toBe('open');
    expect(firstChoice(flows, 'never released')?.flow).toBe('newest');
    expect(firstChoice(flows, null)?.flow).toBe('newest');
    expect(firstChoice([], 'open')).toBeUndefined();
  });

  it('S2 what is not asked for is not sent', () => {
    expect(questionOf(ANY)).toEqual({});
    expect(asksNothing({ ...ANY, search: '  ' })).toBe(true);
    const asked = { ...ANY, search: ' 01m ', status: 'failed' };
    expect(questionOf(asked)).toEqual({ search: '01m', status: 'failed' });
    expect(asksNothing(asked)).toBe(false);
  });

  it('S3 steps of a sub-flow are told as the program has them, whatever the workspace says of that flow', () => {
    const flow = payingFlow();
    const inner = { kind: 'end', name: 'Pay back _ Refunded', config: {} };
    const ran = { ...flow, nodes: { ...flow.nodes, 'n_pay.n_done': inner } };
    expect(stepAt(ran, surroundings, 'n_pay.n_done')).toEqual({ node: inner, name: 'Pay back › Refunded' });
    expect(stepAt(ran, surroundings, 'n_pay').name).toBe('pay');
    expect(stepAt(flow, surroundings, 'n_pay.n_done').node).toBeUndefined();
    expect(stepAt(null, surroundings, 'n_pay').name).toBe('n_pay');
  });

  it('S4 a page that is asked for twice, before it is there, is gone to once', () => {
    const shown = [{ id: 'r-3' }, { id: 'r-2' }];
    const once = olderPage(['r-9'], shown);
    expect(once).toEqual(['r-9', 'r-2']);
    expect(olderPage(once, shown)).toEqual(once);
    expect(olderPage(once, [{ id: 'r-1' }])).toEqual(['r-9', 'r-2', 'r-1']);
    expect(olderPage([], [])).toEqual([]);
  });
});
