/** Names and literals at the cursor: everything of the grammar that depends on which names exist. */
import type { Node, Span } from './ast.ts';
import { canonicalName, longestOf, NameSet, spaceEnd, wordAt } from './names.ts';
import { parseNumber } from './number.ts';
import { stringEnd, unescapeString } from './parse-literal.ts';
import { BUILT_IN_TYPES } from './parse-type.ts';
import { JOINING_WORDS, KEYWORDS } from './reader.ts';
import type { Reader } from './reader.ts';
import { parseTemporal } from './temporal-text.ts';

/** The names that a source may use; prepared once for many sources. */
export interface KnownNames {
  /** Variables and functions in scope. */
  readonly variables: readonly NameSet[];
  /** Names of fields that may follow a dot. */
  readonly members: NameSet;
  readonly types: NameSet;
}

const BUILT_IN_MEMBERS = new NameSet(['time offset', 'start included', 'end included']);

/** Nothing but the grammar: for literals and constants. */
export const NO_NAMES: KnownNames = { variables: [], members: new NameSet(), types: new NameSet() };

export class Words {
  readonly #r: Reader;
  readonly #scopes: NameSet[];
  readonly #members: readonly NameSet[];
  /** Fields of contexts that the source itself writes. */
  readonly #ownMembers = new NameSet();
  readonly types: readonly NameSet[];
  /** How many filters we stand in: there, fields of the item are names. */
  filters = 0;

  constructor(reader: Reader, known: KnownNames) {
    this.#r = reader;
    this.#scopes = [...known.variables];
    this.#members = [known.members, BUILT_IN_MEMBERS, this.#ownMembers];
    this.types = [known.types, BUILT_IN_TYPES];
  }

  /** Opens a scope with names; gives what `leave` takes to close it and those opened after it. */
  enter(names: readonly string[]): number {
    return this.#scopes.push(new NameSet(names)) - 1;
  }

  leave(depth: number): void {
    this.#scopes.length = depth;
  }

  /** The entries below see this one, and it may be the name of a field. */
  declareEntry(name: string): void {
    this.#scopes.at(-1)?.add(name);
    this.#ownMembers.add(name);
  }

  /** The name of a field, after a dot. */
  fieldName(): string {
    const r = this.#r;
    const known = longestOf(this.#members, r.source, r.pos);
    if (known === null) return this.unknownName('the name of a field');
    r.advance(known.to - r.pos);
    return known.name;
  }

  /** A name that nobody declared: all words up to one that cannot be part of a name. */
  unknownName(what: string): string {
    const r = this.#r;
    const first = wordAt(r.source, r.pos);
    if (first === '') r.unexpected(`Expected ${what}`, 'A name begins with a letter.');
    r.advance(first.length);
    const words = [first];
    for (;;) {
      const next = spaceEnd(r.source, r.pos);
      const word = wordAt(r.source, next);
      if (next === r.pos || word === '' || JOINING_WORDS.has(word)) return words.join(' ');
      r.advance(next - r.pos + word.length);
      words.push(word);
    }
  }

  argumentName(): string | null {
    const r = this.#r;
    r.skip();
    const match = /^[^\s:,()[\]{}"<>=@][^:,()[\]{}"<>=@]{0,200}?\s*:/u.exec(r.source.slice(r.pos, r.pos + 220));
    if (match === null) return null;
    r.advance(match[0].length);
    return canonicalName(match[0].slice(0, -1));
  }

  knownName(at: number): { name: string; to: number } | null {
    const sets = this.filters > 0 ? [...this.#scopes, ...this.#members] : this.#scopes;
    const best = longestOf(sets, this.#r.source, at);
    return best !== null && best.words === 1 && KEYWORDS.has(best.name) ? null : best;
  }

  number(text: string, from: number): Node {
    const r = this.#r;
    r.advance(text.length);
    const value = parseNumber(text);
    if (value === null) {
      r.fail('This number is out of range.', 'Numbers reach 10 to the power of 6144.', from, r.pos);
    }
    return { kind: 'literal', value, ...r.span(from) };
  }

  quoted(from: number): string {
    const r = this.#r;
    const to = stringEnd(r.source, from);
    if (to < 0) {
      r.fail('This text is not closed.', 'End it with a double quote.', from, r.source.length);
    }
    r.advance(to - from);
    return unescapeString(r.source.slice(from + 1, to - 1));
  }

  string(from: number): Node {
    return { kind: 'literal', value: this.quoted(from), ...this.#r.span(from) };
  }

  temporal(from: number): Node {
    const r = this.#r;
    r.advance(1);
    if (!r.sees('"')) r.unexpected('Expected a quote', 'Write a date as @"2026-03-02".');
    const text = this.quoted(r.pos);
    return { kind: 'literal', value: parseTemporal(text), ...r.span(from) };
  }

  /** A name that is declared here: words up to one of the stop words or a symbol. */
  localName(stops: readonly string[]): { name: string; nameAt: Span } {
    const r = this.#r;
    r.skip();
    const from = r.pos;
    const words: string[] = [];
    for (;;) {
      const next = spaceEnd(r.source, r.pos);
      const word = wordAt(r.source, next);
      if (word === '' || stops.includes(word)) break;
      r.advance(next - r.pos + word.length);
      words.push(word);
    }
    if (words.length === 0) r.unexpected('Expected a name', 'Give the variable a name.');
    return { name: words.join(' '), nameAt: r.span(from) };
  }
}
