import { PLACEHOLDER, type Collection, type Generator, type Scalar, type SystemRecord } from './system-document.ts';

/**
 * A draw in [0, 1) that depends on its words alone: FNV-1a over UTF-16 code units, finished with MurmurHash3's fmix32.
 * Good enough to spread simulated data; never for secrets or ids.
 */
export function draw(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const word of words) {
    const text = `${word}\u0000`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

const DAY_MS = 86_400_000;

function pick<T>(weighted: readonly (readonly [T, number])[], at: number): T | undefined {
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  let rest = at * total;
  for (const [value, weight] of weighted) {
    rest -= weight;
    if (rest < 0) return value;
  }
  return weighted.at(-1)?.[0];
}

// The order in which a document lists its choices must not decide what is drawn: documents are stored with sorted keys.
const byName = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);

function make(generator: Generator, known: (field: string) => Scalar, words: readonly (string | number)[]): Scalar {
  if ('value' in generator) return generator.value;
  if ('copy' in generator) return known(generator.copy);
  if ('text' in generator) {
    const filled = generator.text.replace(PLACEHOLDER, (_whole, name: string) => String(known(name) ?? ''));
    let digit = 0;
    return filled.replace(/#/g, () => String(Math.floor(draw(...words, digit++) * 10)));
  }
  const at = draw(...words);
  if ('choice' in generator) return pick(Object.entries(generator.choice).sort(byName), at) ?? null;
  if ('integer' in generator)
    return generator.integer.from + Math.floor(at * (generator.integer.to - generator.integer.from + 1));
  if ('decimal' in generator) {
    const { from, to, places } = generator.decimal;
    const unit = 10 ** places;
    const first = Math.round(from * unit);
    const steps = Math.round(to * unit) - first + 1;
    return Number(((first + Math.floor(at * steps)) / unit).toFixed(places));
  }
  if ('date' in generator) {
    const first = Date.parse(generator.date.from) / DAY_MS;
    const days = Date.parse(generator.date.to) / DAY_MS - first + 1;
    return new Date((first + Math.floor(at * days)) * DAY_MS).toISOString().slice(0, 10);
  }
  if ('chance' in generator) return at < generator.chance;
  const one = pick(
    generator.oneOf.map((o, i) => [{ make: o.make, i }, o.weight] as const),
    at,
  );
  return one === undefined ? null : make(one.make, known, [...words, 'of', one.i]);
}

/**
 * The record that a collection has from the start under this id, or undefined. Generated records are computed when they
 * are asked for: the same seed, collection and id always give the same record, and none is held.
 */
export function seedRecord(name: string, collection: Collection, seed: number, id: string): SystemRecord | undefined {
  const rows = collection.rows ?? {};
  if (Object.hasOwn(rows, id)) return rows[id];
  if (collection.generate === undefined || !isGenerated(collection, id)) return undefined;
  const generators = collection.generate;
  const record: SystemRecord = { id };
  // Fields may refer to each other; the document's schema refuses circles.
  const valueOf = (field: string): Scalar => {
    if (Object.hasOwn(record, field)) return record[field] ?? null;
    const generator = Object.hasOwn(generators, field) ? generators[field] : undefined;
    return (record[field] = generator === undefined ? null : make(generator, valueOf, [seed, name, id, field]));
  };
  for (const field of Object.keys(generators)) valueOf(field);
  return record;
}

function isGenerated(collection: Collection, id: string): boolean {
  if (collection.ids === undefined) return true;
  const { prefix = '', digits = 1, from, to } = collection.ids;
  const text = id.startsWith(prefix) ? id.slice(prefix.length) : '';
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  // One spelling for each number, so that no record has two ids.
  return text === String(number).padStart(digits, '0') && number >= from && number <= to;
}
