/** What verification can find, a closed set, in the order in which it is told. */
const FINDING_CODES = [
  'FILE_DAMAGED',
  'SCHEMA_CHANGED',
  'SEQUENCE',
  'EPOCH',
  'HEADER',
  'PAYLOAD',
  'LEAF',
  'HEAD',
  'TRUNCATED',
  'CHECKPOINT_ROOT',
  'CHECKPOINT_ORIGIN',
  'CHECKPOINT_SIGNATURE',
  'PROJECTION',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** One thing that does not hold; `seq` is the event it was found at. */
export interface Finding {
  code: FindingCode;
  seq?: number;
  message: string;
}

/** Keeps the first findings of each code and counts the rest: one edit can put everything behind it out of place. */
export class Findings {
  static readonly MOST = 20;
  readonly #counts = new Map<FindingCode, number>();
  readonly #list: Finding[] = [];

  add(finding: Finding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count <= Findings.MOST) this.#list.push(finding);
  }

  has(code: FindingCode): boolean {
    return this.#counts.has(code);
  }

  /** All findings kept, by code, and for each code that had more a line that says how many. */
  list(): Finding[] {
    return FINDING_CODES.flatMap((code) => {
      const kept = this.#list.filter((finding) => finding.code === code);
      const more = (this.#counts.get(code) ?? 0) - kept.length;
      return more === 0 ? kept : [...kept, { code, message: `and ${more} more of this kind` }];
    });
  }
}
