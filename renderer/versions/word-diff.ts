/** A stretch of text that stayed, went or came. */
export interface Stretch {
  readonly text: string;
  readonly change: 'same' | 'removed' | 'added';
}

/** Names with their dots, numbers, texts in quotes, spaces, and every other sign by itself: what a formula is read as. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?|\s+|./gsu;

/** Longer texts are compared by line, so that the table of pairs stays small. */
const MOST_TOKENS = 800;

/**
 * What changed between two texts, word by word: what stayed, in order, with what went and came between. The stretches
 * that are not `added` give the text before, those that are not `removed` the text after. A longest common subsequence
 * over the tokens, after what is the same at both ends is set aside.
 */
export function wordDiff(before: string, after: string): Stretch[] {
  if (before === after) return before === '' ? [] : [{ text: before, change: 'same' }];
  return (
    compared(tokens(before), tokens(after)) ??
    compared(lines(before), lines(after)) ??
    joined([
      { text: before, change: 'removed' },
      { text: after, change: 'added' },
    ])
  );
}

/** Null where what lies between the equal ends is too long to be compared so. */
function compared(a: readonly string[], b: readonly string[]): Stretch[] | null {
  const head = commonHead(a, b);
  const tail = commonTail(a.slice(head), b.slice(head));
  const [one, other] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if (one.length > MOST_TOKENS || other.length > MOST_TOKENS) return null;
  const same = (all: readonly string[]): Stretch[] => all.map((text) => ({ text, change: 'same' }));
  return joined([...same(a.slice(0, head)), ...between(one, other), ...same(a.slice(a.length - tail))]);
}

const tokens = (text: string): string[] => text.match(TOKEN) ?? [];
const lines = (text: string): string[] => text.split(/(?<=\n)/);

function commonHead(a: readonly string[], b: readonly string[]): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

function commonTail(a: readonly string[], b: readonly string[]): number {
  let at = 0;
  while (at < a.length && at < b.length && a[a.length - 1 - at] === b[b.length - 1 - at]) at += 1;
  return at;
}

function between(a: readonly string[], b: readonly string[]): Stretch[] {
  const width = b.length + 1;
  // common[i * width + j]: the longest that the rest of `a` from i and of `b` from j have in common.
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const out: Stretch[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]];
    if (one !== undefined && one === other) {
      out.push({ text: one, change: 'same' });
      i += 1;
      j += 1;
    } else if (one !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      out.push({ text: one, change: 'removed' });
      i += 1;
    } else if (other !== undefined) {
      out.push({ text: other, change: 'added' });
      j += 1;
    }
  }
  return out;
}

function joined(all: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  for (const one of all) {
    const last = out.at(-1);
    if (one.text === '') continue;
    if (last?.change === one.change) out[out.length - 1] = { text: last.text + one.text, change: one.change };
    else out.push(one);
  }
  return out;
}
