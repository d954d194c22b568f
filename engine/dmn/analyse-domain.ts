/**
 * The values of one input, cut into as few pieces as its cells tell apart: each constant and each gap between two of
 * them. All cells treat the values of a piece alike, so a table over them is a table over small whole numbers.
 */
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import { comparePlaces, LINES, locate } from './analyse-line.ts';
import type { LineName, Located, Place } from './analyse-line.ts';
import { asksOrder, constantsOf } from './analyse-shape.ts';
import type { Shape } from './analyse-shape.ts';
import { allSpans, closeUp, complement, intersection, NO_SPANS, union } from './analyse-spans.ts';
import type { Spans } from './analyse-spans.ts';

/** What is known of an input before its cells are read. */
export interface DomainType {
  readonly type: FeelType;
  readonly null: 'yes' | 'maybe' | 'no';
  /** Only whole numbers, of 0 and above where `counts`. */
  readonly whole: boolean;
}

interface Verdict {
  /** Pieces for which the test is true, and those for which it is false; elsewhere it is undecided. */
  readonly yes: Spans;
  readonly no: Spans;
}

/** The pieces of one line, in order; those without a value are left out. */
class Pieces {
  readonly start: number;
  readonly size: number;
  readonly witnesses: FeelValue[] = [];
  readonly #places: readonly Place[];
  /** How many pieces there are before the k-th candidate: gap, place, gap, place, …, gap. */
  readonly #before: number[] = [0];

  /** `closed` lines have only the places themselves. */
  constructor(name: LineName, places: readonly Place[], start: number, closed: boolean, other: FeelValue) {
    const line = LINES[name];
    this.#places = places;
    this.start = start;
    const add = (value: FeelValue): void => {
      if (value !== null) this.witnesses.push(value);
      this.#before.push(this.witnesses.length);
    };
    for (const [i, place] of places.entries()) {
      add(closed ? null : line.between(places[i - 1] ?? null, place));
      add(line.at(place));
    }
    add(closed ? other : line.between(places.at(-1) ?? null, null));
    this.size = this.witnesses.length;
  }

  get all(): Spans {
    return this.size === 0 ? NO_SPANS : [this.start, this.start + this.size - 1];
  }

  /** From one place to another (null: without end). */
  between(low: Place | null, lowIncluded: boolean, high: Place | null, highIncluded: boolean): Spans {
    const from = low === null ? 0 : this.#candidate(low) + (lowIncluded ? 0 : 1);
    const to = high === null ? this.#places.length * 2 : this.#candidate(high) - (highIncluded ? 0 : 1);
    if (to < from) return NO_SPANS;
    const first = this.#before[from] ?? 0;
    const last = (this.#before[to + 1] ?? 0) - 1;
    return last < first ? NO_SPANS : [this.start + first, this.start + last];
  }

  #candidate(place: Place): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.#places[middle];
      if (at !== undefined && comparePlaces(at, place) < 0) low = middle + 1;
      else high = middle;
    }
    const found = this.#places[low];
    // A place that is none of ours lies in the gap before the next.
    return found !== undefined && comparePlaces(found, place) === 0 ? low * 2 + 1 : low * 2;
  }
}

const FAMILIES: readonly (readonly LineName[])[] = [
  ['number'],
  ['string'],
  ['date'],
  ['time', 'time with a zone'],
  ['date and time', 'date and time with a zone'],
  ['days and time duration'],
  ['years and months duration'],
];

const MOMENTS: readonly LineName[] = ['date and time', 'date and time with a zone'];

const familyOf = (name: LineName): readonly LineName[] => FAMILIES.find((family) => family.includes(name)) ?? [name];

/** The lines and booleans that a type allows; null for types that are not analysed; `any` allows all. */
function linesOf(type: FeelType): readonly LineName[] | null {
  if (type.kind === 'any') return FAMILIES.flat();
  if (type.kind === 'choice') return ['string'];
  if (type.kind === 'boolean') return [];
  return FAMILIES.find(([name]) => name === type.kind) ?? null;
}

/** Can inputs of this type be analysed? */
export const isAnalysable = (type: FeelType): boolean => linesOf(type) !== null;

export class Domain {
  /** Pieces whose values the input can have for certain come first: so many. */
  readonly sureSize: number;
  readonly size: number;
  readonly #type: DomainType;
  readonly #pieces = new Map<LineName, Pieces>();
  readonly #witnesses: FeelValue[] = [];
  readonly #boolean: readonly [no: Spans, yes: Spans] = [NO_SPANS, NO_SPANS];
  readonly #null: Spans = NO_SPANS;
  readonly #cut: number;
  /** For each uncut piece, how many before it are within the allowed values. */
  readonly #before: readonly number[];
  readonly #other: number;

  /** `cells` are the shapes of the cells, `allowed` those that every value of the input satisfies. */
  constructor(type: DomainType, cells: readonly Shape[], allowed: readonly Shape[]) {
    this.#type = type;
    const shapes = [...cells, ...allowed];
    const constants = shapes.flatMap(constantsOf);
    const placed = this.#placesOf(constants);
    const ordered = shapes.some(asksOrder);
    const names = linesOf(type.type) ?? [];
    const used = names.filter((name) => placed.has(name));
    const kinds = type.type.kind;
    const sure = used.length > 0 || kinds === 'any' ? used : names;
    for (const name of sure) this.#addLine(name, placed.get(name) ?? [], ordered);
    if (kinds === 'boolean' || (kinds === 'any' && constants.some((value) => typeof value === 'boolean'))) {
      this.#boolean = [this.#addOne(false), this.#addOne(true)];
    }
    const nullFirst = type.null === 'yes';
    if (nullFirst) this.#null = this.#addOne(null);
    const known = this.#witnesses.length;
    if (type.null === 'maybe') this.#null = this.#addOne(null);
    if (kinds !== 'any') for (const name of names) if (!sure.includes(name)) this.#addLine(name, [], ordered);
    this.#other = kinds === 'any' ? this.#witnesses.length : -1;
    if (kinds === 'any') this.#addOne(null);
    this.#cut = this.#witnesses.length;
    const kept = allowed.map((shape) => this.#judge(shape).yes).reduce(intersection, allSpans(this.#cut));
    const before = [0];
    const marks = new Set<number>();
    for (let s = 0; s < kept.length; s += 2) for (let i = kept[s] ?? 0; i <= (kept[s + 1] ?? 0); i += 1) marks.add(i);
    for (let i = 0; i < this.#cut; i += 1) before.push((before[i] ?? 0) + (marks.has(i) ? 1 : 0));
    this.#before = before;
    this.size = marks.size;
    // Nothing is known of an input of any type that no cell asks about: it has some value.
    this.sureSize = known === 0 ? this.size : (before[known] ?? 0);
    this.#witnesses = this.#witnesses.filter((_, i) => marks.has(i));
    this.#other = marks.has(this.#other) ? (before[this.#other] ?? 0) : -1;
  }

  #placesOf(constants: readonly FeelValue[]): ReadonlyMap<LineName, Place[]> {
    const placed = new Map<LineName, Place[]>();
    for (const value of constants) {
      const located = this.#locate(value);
      if (located === null) continue;
      const { line, place, equal } = located;
      const places = placed.get(line) ?? [];
      placed.set(line, places);
      places.push(place, ...(equal === null ? [] : [equal.from, equal.until]));
    }
    for (const [line, places] of placed) {
      const sorted = places.toSorted(comparePlaces);
      placed.set(
        line,
        sorted.filter((place, i) => i === 0 || comparePlaces(place, sorted[i - 1] ?? place) !== 0),
      );
    }
    return placed;
  }

  #locate(value: FeelValue): Located | null {
    return locate(value, this.#type.type.kind === 'date and time');
  }

  #addLine(name: LineName, places: readonly Place[], ordered: boolean): void {
    const { type, whole } = this.#type;
    const start = this.#witnesses.length;
    const choice = type.kind === 'choice' ? [...new Set(type.values)].toSorted(comparePlaces) : null;
    const closed = choice !== null || (name === 'string' && !ordered);
    const other = choice === null ? otherText(places) : null;
    const pieces = new Pieces(
      name === 'number' && whole ? 'whole number' : name,
      choice ?? places,
      start,
      closed,
      other,
    );
    this.#pieces.set(name, pieces);
    for (const value of pieces.witnesses) this.#witnesses.push(value);
  }

  #addOne(value: FeelValue): Spans {
    this.#witnesses.push(value);
    return [this.#witnesses.length - 1, this.#witnesses.length - 1];
  }

  /** Are all constants of a shape of this input's type? */
  fits(shape: Shape): boolean {
    const lines = linesOf(this.#type.type) ?? [];
    return constantsOf(shape).every((value) => {
      if (value === null) return true;
      if (typeof value === 'boolean') return ['boolean', 'any'].includes(this.#type.type.kind);
      const located = this.#locate(value);
      if (located === null || !lines.includes(located.line)) return false;
      // A date compares with moments; where the type does not say which the input is, nothing is claimed.
      return (
        this.#type.type.kind !== 'any' || located.line !== 'date' || !MOMENTS.some((name) => this.#pieces.has(name))
      );
    });
  }

  /** The pieces whose values pass; the shape must be one of those given, and fit. */
  passing(shape: Shape): Spans {
    return closeUp(this.#judge(shape).yes, this.#before);
  }

  /** An example of a piece; undefined where nothing is known of it. */
  example(piece: number): FeelValue | undefined {
    return piece === this.#other ? undefined : this.#witnesses[piece];
  }

  #judge(shape: Shape): Verdict {
    switch (shape.kind) {
      case 'compare':
        return this.#compare(shape);
      case 'range':
        return this.#range(shape);
      case 'not': {
        const { yes, no } = this.#judge(shape.of);
        return { yes: no, no: yes };
      }
      case 'list': {
        const yes = shape.of.map((one) => this.#judge(one).yes).reduce(union, NO_SPANS);
        return { yes, no: complement(yes, this.#cut) };
      }
      case 'any': {
        const all = shape.of.map((one) => this.#judge(one));
        return {
          yes: all.map(({ yes }) => yes).reduce(union, NO_SPANS),
          no: all.map(({ no }) => no).reduce(intersection, allSpans(this.#cut)),
        };
      }
      case 'all': {
        const all = shape.of.map((one) => this.#judge(one));
        return {
          yes: all.map(({ yes }) => yes).reduce(intersection, allSpans(this.#cut)),
          no: all.map(({ no }) => no).reduce(union, NO_SPANS),
        };
      }
    }
  }

  #compare({ op, value }: Shape & { readonly kind: 'compare' }): Verdict {
    if (op === '!=' || op === '=') {
      const { yes, no } = this.#equal(value);
      return op === '=' ? { yes, no } : { yes: no, no: yes };
    }
    const located = this.#locate(value);
    const pieces = located === null ? undefined : this.#pieces.get(located.line);
    if (located === null || pieces === undefined) return { yes: NO_SPANS, no: NO_SPANS };
    const { place } = located;
    const below = op === '<' || op === '<=';
    const yes = below
      ? pieces.between(null, false, place, op === '<=')
      : pieces.between(place, op === '>=', null, false);
    return { yes, no: intersection(pieces.all, complement(yes, this.#cut)) };
  }

  /** Null equals null alone; a value of another kind is neither equal nor different. */
  #equal(value: FeelValue): Verdict {
    if (value === null) return { yes: this.#null, no: complement(this.#null, this.#cut) };
    if (typeof value === 'boolean') {
      const [no, yes] = this.#boolean;
      return value ? { yes, no: union(no, this.#null) } : { yes: no, no: union(yes, this.#null) };
    }
    const located = this.#locate(value);
    if (located === null) return { yes: NO_SPANS, no: this.#null };
    const { line, place, equal } = located;
    const yes = this.#pieces.get(line)?.between(equal?.from ?? place, true, equal?.until ?? place, equal === null);
    const family = familyOf(line)
      .map((name) => this.#pieces.get(name)?.all ?? NO_SPANS)
      .reduce(union, this.#null);
    return { yes: yes ?? NO_SPANS, no: intersection(family, complement(yes ?? NO_SPANS, this.#cut)) };
  }

  #range({ low, high, lowIncluded, highIncluded }: Shape & { readonly kind: 'range' }): Verdict {
    const [from, to] = [this.#locate(low), this.#locate(high)];
    const pieces = from === null ? undefined : this.#pieces.get(from.line);
    if (from === null || to === null || from.line !== to.line || pieces === undefined) {
      return { yes: NO_SPANS, no: NO_SPANS };
    }
    const yes = pieces.between(from.place, lowIncluded, to.place, highIncluded);
    return { yes, no: intersection(pieces.all, complement(yes, this.#cut)) };
  }
}

/** A text that is none of the given. */
function otherText(places: readonly Place[]): string {
  let text = 'something else';
  while (places.includes(text)) text += ' again';
  return text;
}
