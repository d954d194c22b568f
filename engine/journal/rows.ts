/** Up to so many rows are gone through one by one; beyond, those of one place are looked up. */
const A_FEW = 16;

/**
 * The rows of one kind that belong to one run, by key. They may be read when first asked for, know what was changed, and
 * give those of one place, so that an event of one line does not go through the rows of all others.
 */
export class Rows<V extends object> {
  readonly #keyOf: (row: V) => string;
  readonly #placeOf: (row: V) => string;
  #load: (() => readonly V[]) | null;
  #rows: Map<string, V> | null = null;
  #places: Map<string, Set<string>> | null = null;
  #changed: Set<string> | null = null;

  /**
   * @param keyOf what tells a row from the others of its kind
   * @param placeOf what rows are asked for by
   * @param load reads the rows that are stored; null when none can be, as in a new run, most of which never have one
   */
  constructor(keyOf: (row: V) => string, placeOf: (row: V) => string, load: (() => readonly V[]) | null = null) {
    this.#keyOf = keyOf;
    this.#placeOf = placeOf;
    this.#load = load;
  }

  /** How many are in memory: none before they are first asked for. */
  get inMemory(): number {
    return this.#rows?.size ?? 0;
  }

  get size(): number {
    return this.#isEmpty ? 0 : this.#all().size;
  }

  get(key: string): V | undefined {
    return this.#isEmpty ? undefined : this.#all().get(key);
  }

  values(): Iterable<V> {
    return this.#isEmpty ? NONE : this.#all().values();
  }

  /** Those of one place as they are now, however they are changed meanwhile. */
  at(place: string): readonly V[] {
    if (this.#isEmpty) return NONE;
    const rows = this.#all();
    if (this.#places === null && rows.size <= A_FEW) return few(rows.values(), (row) => this.#placeOf(row) === place);
    const keys = this.#indexed(rows).get(place);
    return keys === undefined ? NONE : [...keys].flatMap((key) => rows.get(key) ?? []);
  }

  set(key: string, value: V): void {
    const rows = this.#all();
    const before = this.#places === null ? undefined : rows.get(key);
    rows.set(key, value);
    if (this.#places !== null) {
      if (before !== undefined) this.#leave(this.#places, key, before);
      this.#take(this.#places, key, value);
    }
    this.#change(key);
  }

  delete(key: string): void {
    const rows = this.#all();
    const before = rows.get(key);
    rows.delete(key);
    if (before !== undefined && this.#places !== null) this.#leave(this.#places, key, before);
    this.#change(key);
  }

  /** Every changed row by key, null where it is gone. */
  changes(): Iterable<readonly [string, V | null]> {
    if (this.#changed === null) return NONE;
    const rows = this.#all();
    return [...this.#changed].map((key) => [key, rows.get(key) ?? null] as const);
  }

  /** What was changed is stored: it counts as changed no more. */
  stored(): void {
    this.#changed = null;
  }

  get #isEmpty(): boolean {
    return this.#rows === null && this.#load === null;
  }

  #all(): Map<string, V> {
    if (this.#rows === null) {
      this.#rows = new Map((this.#load?.() ?? []).map((row) => [this.#keyOf(row), row] as const));
      this.#load = null;
    }
    return this.#rows;
  }

  #indexed(rows: ReadonlyMap<string, V>): Map<string, Set<string>> {
    if (this.#places === null) {
      this.#places = new Map();
      for (const [key, row] of rows) this.#take(this.#places, key, row);
    }
    return this.#places;
  }

  #take(places: Map<string, Set<string>>, key: string, row: V): void {
    const place = this.#placeOf(row);
    const there = places.get(place);
    if (there === undefined) places.set(place, new Set([key]));
    else there.add(key);
  }

  #leave(places: Map<string, Set<string>>, key: string, row: V): void {
    const place = this.#placeOf(row);
    const there = places.get(place);
    there?.delete(key);
    if (there?.size === 0) places.delete(place);
  }

  #change(key: string): void {
    this.#changed ??= new Set();
    this.#changed.add(key);
  }
}

const NONE: readonly never[] = [];

/** Those of a few that fit: most often none does, and then nothing is made. */
function few<V>(rows: Iterable<V>, fits: (row: V) => boolean): readonly V[] {
  let found: V[] | null = null;
  for (const row of rows) if (fits(row)) (found ??= []).push(row);
  return found ?? NONE;
}
