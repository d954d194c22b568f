import { describe, expect, it } from 'vitest';
import { beginsStretch, doneBy, type Typed } from './text-undo.ts';

/** How often one has to undo what is typed key by key. */
function stretches(keys: readonly Typed[]): number {
  let last: Typed | null = null;
  let count = 0;
  for (const key of keys) {
    if (beginsStretch(last, key)) count++;
    last = key;
  }
  return count;
}

const written = (text: string, at = 0): Typed[] =>
  Array.from(text, (letter, i) => ({ does: 'write', from: at + i, to: at + i + 1, text: letter }));
const deleted = (count: number, at: number): Typed[] =>
  Array.from({ length: count }, (_, i) => ({ does: 'delete', from: at - i, to: at - i - 1, text: '' }));

describe('what one undo takes back in a text', () => {
  it('is a word with the spaces after it', () => {
    expect(stretches(written('refund'))).toBe(1);
    expect(stretches(written('refund twice  now'))).toBe(3);
  });

  it('ends where the caret goes elsewhere, and where deleting begins', () => {
    expect(stretches([...written('ab'), ...written('cd', 0)])).toBe(2);
    expect(stretches([...written('abcd'), ...deleted(3, 4)])).toBe(2);
  });

  it('is what was pasted, each by itself', () => {
    const paste: Typed = { does: 'other', from: 0, to: 3, text: 'abc' };
    expect(stretches([paste, { ...paste, from: 3, to: 6 }])).toBe(2);
  });

  it('is a word of an input method, however many keys it took and whatever it was meanwhile', () => {
    const composed = (parts: readonly string[], from: number): Typed[] =>
      parts.map((text) => ({ does: doneBy('insertCompositionText'), from, to: from + text.length, text }));
    const word = composed(['n', 'ni', 'ni h', 'ni hao', '你好'], 4);
    expect(stretches(word)).toBe(1);
    expect(stretches([...written('one '), ...word, ...written(' two', 6)])).toBe(4);
  });

  it('goes by what the browser says was done', () => {
    expect(
      [
        'insertText',
        'insertCompositionText',
        'deleteContentBackward',
        'deleteByCut',
        'insertFromPaste',
        'insertLineBreak',
      ].map(doneBy),
    ).toEqual(['write', 'compose', 'delete', 'other', 'other', 'other']);
  });
});
