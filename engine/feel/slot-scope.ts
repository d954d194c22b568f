/** A scope whose names are known when expressions are compiled: a name is then a place in an array, not a lookup. */
import type { FeelValue } from './value.ts';

/** The names of a scope, each at its place. */
export class ScopeLayout {
  readonly names: readonly string[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(names: readonly string[]) {
    this.names = [...new Set(names)];
    this.#places = new Map(this.names.map((name, i) => [name, i]));
  }

  /** -1 for a name that is not in the scope. */
  placeOf(name: string): number {
    return this.#places.get(name) ?? -1;
  }
}

export class SlotScope implements ReadonlyMap<string, FeelValue> {
  readonly layout: ScopeLayout;
  /** In the order of the layout's names. */
  readonly slots: readonly FeelValue[];

  constructor(layout: ScopeLayout, slots: readonly FeelValue[]) {
    this.layout = layout;
    this.slots = slots;
  }

  get size(): number {
    return this.slots.length;
  }

  get(name: string): FeelValue | undefined {
    return this.slots[this.layout.placeOf(name)];
  }

  has(name: string): boolean {
    return this.layout.placeOf(name) >= 0;
  }

  entries(): MapIterator<[string, FeelValue]> {
    return new Map(this.layout.names.map((name, i) => [name, this.slots[i] ?? null])).entries();
  }

  keys(): MapIterator<string> {
    return new Map(this.entries()).keys();
  }

  values(): MapIterator<FeelValue> {
    return new Map(this.entries()).values();
  }

  [Symbol.iterator](): MapIterator<[string, FeelValue]> {
    return this.entries();
  }

  forEach(visit: (value: FeelValue, name: string, scope: ReadonlyMap<string, FeelValue>) => void): void {
    for (const [name, value] of this.entries()) visit(value, name, this);
  }
}
