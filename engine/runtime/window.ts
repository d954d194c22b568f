import { addNumbers, subtractNumbers, type FeelNumber } from '../feel/number.ts';

/** How many effects are remembered one by one; past it the older ones are put together by twos. */
const MOST_APART = 8192;

/** One effect, or several that are put together and count for as long as the latest of them. */
interface Part {
  at: number;
  amount: FeelNumber;
  key: string | null;
}

/**
 * What the effects of one limit come to within its time. Asking costs no more the more there are: each is added once and
 * leaves once. Memory is bounded; what is put together for that counts a little longer than it has to, never shorter.
 */
export class Window {
  /** Everything that was intended after this is in here. */
  private from: number;
  private parts: Part[] = [];
  private first = 0;
  private byKey = new Map<string, Part>();
  private total: FeelNumber = 0;
  private readonly mostApart: number;

  constructor(from: number, mostApart: number = MOST_APART) {
    this.from = from;
    this.mostApart = mostApart;
  }

  /** Whether what was intended after `after` is in here: not once the clock was set back. */
  reaches(after: number): boolean {
    return after >= this.from;
  }

  /** What the effects after `after` come to; those before leave. */
  used(after: number): FeelNumber {
    this.from = Math.max(this.from, after);
    for (let part = this.parts[this.first]; part !== undefined && part.at <= after; part = this.parts[this.first]) {
      this.first += 1;
      this.drop(part);
    }
    if (this.first > this.mostApart) {
      this.parts = this.parts.slice(this.first);
      this.first = 0;
    }
    return this.total;
  }

  add(key: string, at: number, amount: FeelNumber): void {
    if (at <= this.from || this.byKey.has(key)) return;
    const part: Part = { key, at, amount };
    let place = this.parts.length;
    // In order but where the clock was set back.
    while (place > this.first && (this.parts[place - 1]?.at ?? 0) > at) place -= 1;
    if (place === this.parts.length) this.parts.push(part);
    else this.parts.splice(place, 0, part);
    this.byKey.set(key, part);
    this.total = addNumbers(this.total, amount) ?? this.total;
    if (this.parts.length - this.first > this.mostApart) this.putTogether();
  }

  /** The effect does not count any more. One that was put together with others counts on until it leaves with them. */
  remove(key: string): void {
    const part = this.byKey.get(key);
    if (part === undefined) return;
    this.drop(part);
    // It keeps its place and comes to nothing.
    part.amount = 0;
    part.key = null;
  }

  private drop(part: Part): void {
    this.total = subtractNumbers(this.total, part.amount) ?? this.total;
    if (part.key !== null) this.byKey.delete(part.key);
  }

  private putTogether(): void {
    const parts = this.parts.slice(this.first);
    const half = Math.floor(parts.length / 4) * 2;
    const older: Part[] = [];
    for (let i = 0; i + 1 < half; i += 2) {
      const [one, other] = [parts[i], parts[i + 1]];
      if (one === undefined || other === undefined) break;
      for (const { key } of [one, other]) if (key !== null) this.byKey.delete(key);
      older.push({ key: null, at: other.at, amount: addNumbers(one.amount, other.amount) ?? other.amount });
    }
    this.parts = [...older, ...parts.slice(older.length * 2)];
    this.first = 0;
  }
}
