import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { inOrder, money, plainNumber } from '../ui/format.ts';

type Piece = StudioAnswer<'task'>['effects'][number]['said'][number];

/** Signs and codes of currencies, as contracts write them beside an amount. */
const CURRENCIES: ReadonlyMap<string, string> = new Map([
  ['€', 'EUR'],
  ['$', 'USD'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ...['EUR', 'USD', 'GBP', 'JPY', 'CHF', 'PLN', 'SEK', 'DKK', 'NOK', 'CZK'].map((code) => [code, code] as const),
]);
const SIGN = String.raw`([€$£¥]|\b[A-Z]{3}\b)`;
const BEHIND = new RegExp(String.raw`^\s?${SIGN}`, 'u');
const BEFORE = new RegExp(String.raw`${SIGN}\s?$`, 'u');

/** What will be done, in the words of the contract; numbers and money as where the person lives. */
export function saidOf(pieces: readonly Piece[]): string {
  const texts = pieces.map((piece) => (typeof piece === 'string' ? piece : ''));
  pieces.forEach((piece, i) => {
    if (typeof piece === 'string') return;
    const [before = '', after = ''] = [texts[i - 1], texts[i + 1]];
    texts[i] = valueText(piece.value);
    if (typeof piece.value !== 'number') return;
    const [behind, front] = [BEHIND.exec(after), BEFORE.exec(before)];
    const code = CURRENCIES.get(behind?.[1] ?? front?.[1] ?? '');
    if (code === undefined) return;
    texts[i] = money(piece.value, code);
    if (behind !== null) texts[i + 1] = after.slice(behind[0].length);
    else if (front !== null) texts[i - 1] = before.slice(0, front.index);
  });
  return inOrder(texts.join(''));
}

function valueText(value: Exclude<Piece, string>['value']): string {
  if (value === null) return '…';
  if (typeof value === 'number') return plainNumber(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
