import { canonicalJson, parseStrict, type JsonInput, type JsonValue } from '../../engine/flow/json.ts';
import { damaged } from '../../engine/journal/event-codec.ts';
import type { KeyName } from '../../engine/journal/keys.ts';
import { normalised, type PersonLink } from '../../engine/journal/person-links.ts';

/**
 * The keys of sealed parts and whom they are about. A part is framed with the name and number of its key rather than
 * encrypted with it: nothing that asks a journal reads it once that key is gone.
 */
export class FakeKeys {
  private readonly byName = new Map<string, string>();
  private readonly erased = new Set<string>();
  private readonly links: PersonLink[] = [];
  private made = 0;

  /** Makes the keys that are missing, and links them to persons. */
  ensure(names: Iterable<string>, links: readonly PersonLink[]): void {
    for (const of of names) if (!this.byName.has(of)) this.byName.set(of, (this.made++).toString(16).padStart(8, '0'));
    this.links.push(...links);
  }

  seal({ keyOf, value }: { keyOf: string; value: JsonInput }): Buffer {
    return Buffer.from(canonicalJson([keyOf, this.byName.get(keyOf) ?? '', value]));
  }

  /** JOURNAL_DAMAGED when the key is gone and no erasure is known. */
  unseal(sealed: Buffer, subject: string): { value: JsonValue; erased: boolean } {
    const { of, id, value } = framed(sealed);
    if (this.byName.get(of) === id) return { value, erased: false };
    if (this.erased.has(`${of} ${id}`)) return { value: null, erased: true };
    throw damaged(`The key of a sealed part of ${subject} is missing, and was not erased.`);
  }

  named(names: Iterable<string>): KeyName[] {
    return [...names].flatMap((of) => {
      const id = this.byName.get(of);
      return id === undefined ? [] : [{ of, id }];
    });
  }

  of(person: string, field: string | null): { of: string; field: string }[] {
    const found = this.links.filter(
      (link) => normalised(link.value) === normalised(person) && (field === null || link.field === field),
    );
    const once = new Map(found.map((link) => [`${link.of} ${link.field}`, { of: link.of, field: link.field }]));
    return [...once].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
  }

  erase(keys: readonly KeyName[]): number {
    let gone = 0;
    for (const { of, id } of keys) {
      this.erased.add(`${of} ${id}`);
      this.unlink(of);
      if (this.byName.get(of) === id && this.byName.delete(of)) gone += 1;
    }
    return gone;
  }

  /** Of content that was pruned. */
  drop(names: readonly string[]): void {
    for (const of of names) {
      this.unlink(of);
      this.byName.delete(of);
    }
  }

  wasErased(of: string): boolean {
    return [...this.erased].some((key) => key.startsWith(`${of} `));
  }

  isLinked(of: string): boolean {
    return this.links.some((link) => link.of === of);
  }

  /** Somebody restores the file of keys from before they were erased. */
  putBack(): number {
    let back = 0;
    for (const key of this.erased) {
      const [of = '', id = ''] = key.split(' ');
      if (!this.byName.has(of)) {
        this.byName.set(of, id);
        back += 1;
      }
    }
    this.erased.clear();
    return back;
  }

  private unlink(of: string): void {
    for (let i = this.links.length - 1; i >= 0; i--) if (this.links[i]?.of === of) this.links.splice(i, 1);
  }
}

/** What is sealed in a part, whether or not its key is there: for the laws, which know everything. */
export const framed = (sealed: Buffer): { of: string; id: string; value: JsonValue } => {
  const parts = parseStrict(sealed.toString('utf8'));
  const [of, id, value] = Array.isArray(parts) ? parts : [];
  if (typeof of !== 'string' || typeof id !== 'string' || value === undefined)
    throw damaged('A sealed part is cut short.');
  return { of, id, value };
};
