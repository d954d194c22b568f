import { nameSchema, type Flow } from './document.ts';
import { inWords, quote } from './words.ts';

/**
 * Names that expressions cannot use for a step: the words of FEEL's grammar (DMN 1.5, 10.3.1.2), `input`, which is the
 * flow's own, `item`, which filters bind themselves, and the one key that JavaScript objects do not hold as data.
 */
const RESERVED: ReadonlySet<string> = new Set([
  'and',
  'between',
  'else',
  'every',
  'external',
  'false',
  'for',
  'function',
  'if',
  'in',
  'instance',
  'instance of',
  'not',
  'null',
  'or',
  'return',
  'satisfies',
  'some',
  'then',
  'true',
  'input',
  'item',
  '__proto__',
]);

/** Words that open an expression: a name that begins with one could not be told from it (`if if > 1 then …`). */
const OPENING: ReadonlySet<string> = new Set(['every', 'for', 'function', 'if', 'some']);

export const isReservedName = (name: string): boolean => RESERVED.has(name);

/** Why a name cannot be used for a node, as message and hint; null when it can. Whether it is taken is not looked at. */
export function nameFault(name: string): { message: string; hint: string } | null {
  if (isReservedName(name)) {
    return {
      message: `A step cannot be called ${quote(name)}: expressions use this word for something else.`,
      hint: `Choose another name, such as “${name === '__proto__' ? 'step' : name} 1”.`,
    };
  }
  const [first] = name.split(' ');
  if (first !== undefined && OPENING.has(first)) {
    return {
      message: `A step cannot be called ${quote(name)}: expressions that begin with “${first}” mean something else.`,
      hint: 'Put another word first.',
    };
  }
  if (nameSchema.safeParse(name).success) return null;
  return {
    message: `A step cannot be called ${inWords(name)}: expressions could not use that name.`,
    hint: 'Use at most 60 letters, digits, underscores and single spaces, beginning with a letter.',
  };
}

/** Every name of a flow's nodes. */
export const namesOf = (flow: Flow): Set<string> => new Set(Object.values(flow.nodes).map((node) => node.name));

/**
 * A free name made from `wish`, usually the kind's label: what expressions cannot use is taken out, and a number is added
 * if the name is taken.
 */
export function autoName(wish: string, taken: ReadonlySet<string>): string {
  const words = wish.replaceAll(/[^\p{L}\p{N}_]+/gu, ' ').trim();
  const opens = OPENING.has(words.split(' ')[0] ?? '');
  const begun = /^[\p{L}_]/u.test(words) && !opens ? words : `Step ${words}`.trim();
  // Room is left for the number.
  const base = begun.slice(0, 54).trim();
  const free = (name: string) => !taken.has(name) && nameFault(name) === null;
  if (free(base)) return base;
  let number = 2;
  while (!free(`${base} ${number}`)) number += 1;
  return `${base} ${number}`;
}
