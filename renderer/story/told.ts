import { percent } from '../ui/format.ts';
import { readRecord } from './record.ts';

/** How sure a model was, and had to be, in the words of an engine; `share` writes a share. */
const sureness = (confidence: number, bar: number, share: (part: number) => string): string =>
  `sure at ${share(confidence)} where ${share(bar)}`;

/** How an engine writes a share, wherever it stands. */
const written = (part: number): string => `${Math.round(part * 100)}%`;

/** A sentence of an engine, with the shares of an AI answer as they are written where the person lives. */
export function toldAsHere(sentence: string, record: unknown): string {
  const read = readRecord(record);
  if (read?.by !== 'model') return sentence;
  const { confidence, model } = read.answer;
  const from = sureness(confidence, model.bar, written);
  // No other number of the sentence is touched: a guess or a reason may hold one.
  const at = sentence.lastIndexOf(from);
  return at < 0
    ? sentence
    : sentence.slice(0, at) + sureness(confidence, model.bar, percent) + sentence.slice(at + from.length);
}
