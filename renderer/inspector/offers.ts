import { describeType, type FeelScopeTypes, type FeelType } from '../../engine/feel/index.ts';
import { words } from '../words/index.ts';

/** A name that a formula may use, with its type in words. */
export interface Offer {
  path: string;
  type: string;
  /** What it is also found by: the bare text of a value in quotes. */
  also?: string;
}

const MAX_DEPTH = 3;

/** Every name in scope, fields of contexts after the context that holds them. */
export function offersOf(scope: FeelScopeTypes): Offer[] {
  const offers: Offer[] = [];
  const add = (path: string, type: FeelType, depth: number): void => {
    offers.push({ path, type: shortType(type) });
    if (type.kind === 'context' && depth < MAX_DEPTH)
      for (const [name, field] of Object.entries(type.fields)) add(`${path}.${name}`, field, depth + 1);
  };
  for (const [name, type] of Object.entries(scope)) add(name, type, 1);
  return offers;
}

/** A type in a word or two: contexts and long choices are not spelled out. */
export function shortType(type: FeelType): string {
  const { nullable, ...bare } = type;
  const said = words().inspector.types;
  if (nullable === true) return said.orNothing(shortType(bare));
  if (type.kind === 'context') return said.record;
  if (type.kind === 'choice' && type.values.length > 3) return said.oneOf(type.values.length);
  if (type.kind === 'list') return said.listOf(shortType(type.of));
  return describeType(bare);
}

export interface Completion {
  offer: Offer;
  /** Characters before the caret that the offer replaces. */
  replaces: number;
}

const WORD = /[\p{L}\p{N}_.]/u;

/** Offers that go on from what stands before the caret, the longest match first; names may hold spaces. */
export function completionsAt(before: string, offers: readonly Offer[]): Completion[] {
  const text = before.toLowerCase();
  const matches = offers.flatMap((offer) => {
    const found = overlap(text, offer.path.toLowerCase());
    const replaces = offer.also === undefined ? found : Math.max(found, overlap(text, offer.also.toLowerCase()));
    return replaces === 0 || found === offer.path.length ? [] : [{ offer, replaces }];
  });
  const longest = Math.max(0, ...matches.map((one) => one.replaces));
  return matches.filter((one) => one.replaces === longest).slice(0, 8);
}

/** How many characters at the end of `text` begin `path`, from the beginning of a word. */
function overlap(text: string, path: string): number {
  for (let length = Math.min(text.length, path.length); length > 0; length--) {
    if (!text.endsWith(path.slice(0, length))) continue;
    const previous = text.charAt(text.length - length - 1);
    if (previous !== '' && WORD.test(previous)) continue;
    // A quote at the end of what was written closes a text more often than it opens one.
    const opens = text.slice(0, text.length - length).split('"').length % 2 === 1;
    if (opens || !path.startsWith('"')) return length;
  }
  return 0;
}
