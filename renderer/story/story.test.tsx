import { describe, expect, it } from 'vitest';
import type { StoryFact } from '../../engine/studio/contract.ts';
import { initialState } from '../state/transitions.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { words } from '../words/index.ts';
import { Facts } from './facts.tsx';

const fact = (what: StoryFact['what'], name: string, value: StoryFact['value'], seal: StoryFact['seal'] = 'open') => ({
  what,
  name,
  value,
  seal,
});
const textOf = (...facts: StoryFact[]): string[] => textsOf(drawn(initialState(), <Facts facts={facts} />));

describe('what was sent, read and given', () => {
  it('S2 stands under its word, whole, also two of one name', () => {
    const told = textOf(
      fact('key', '', 'k-1'),
      fact('sent', 'amount', 905.5),
      fact('sent', 'to', { city: 'Ulm' }),
      fact('row', '5', 'more than 50'),
      fact('would send', 'shop · refund', { order: 'A-1' }),
      fact('would send', 'shop · refund', { order: 'A-2' }),
    ).join(' | ');
    for (const text of ['k-1', '905.5', 'Ulm', 'more than 50', 'A-1', 'A-2', words().story.row('5')])
      expect(told).toContain(text);
    for (const what of ['key', 'sent', 'row', 'would send'] as const) expect(told).toContain(words().story.facts[what]);
    expect(told).not.toContain(words().story.personal);
  });

  it('S3 says of personal content that it is, and of erased content that it is gone', () => {
    const told = textOf(fact('read', 'input.name', 'Ada', 'sealed'), fact('sent', '', null, 'erased'));
    expect(told).toContain(words().story.personal);
    expect(told).toContain('Ada');
    expect(told).toContain(words().story.erased);
    expect(told).not.toContain('null');
  });
});
