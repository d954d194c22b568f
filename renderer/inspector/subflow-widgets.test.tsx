import { describe, expect, it } from 'vitest';
import type { Flow } from '../../engine/flow/document.ts';
import { choicesOf } from './subflow-widgets.tsx';
import { payingFlow } from '../test-kit/flows.ts';

const named = (title: string): Flow => ({ ...payingFlow(), about: { ...payingFlow().about, title } });

describe('the flows that a step may stand for', () => {
  const flows = { 'flows/a.flow.json': named('Same'), 'flows/b.flow.json': named('Same'), c: named('Other') };

  it('are all but the flow itself, told apart where two have one title', () => {
    expect(choicesOf(flows, 'c', null).map(({ value }) => value)).toEqual(['flows/a.flow.json', 'flows/b.flow.json']);
    expect(choicesOf(flows, 'flows/a.flow.json', null).map(({ label }) => label)).toEqual([
      'Same (flows/b.flow.json)',
      'Other',
    ]);
  });

  it('what is chosen is among them, whatever it is', () => {
    expect(choicesOf(flows, 'c', 'c').map(({ value }) => value)).toContain('c');
    expect(choicesOf(flows, undefined, 'gone').at(-1)).toEqual({ value: 'gone', label: 'gone' });
  });
});
