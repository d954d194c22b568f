import { CountersignError } from '../flow/error.ts';
import { canonicalJson, type JsonInput } from '../flow/json.ts';

/** What projections may know of an event: its header and the open part of its body, and of what is sealed a time alone. */
export interface ProjectedEvent {
  seq: number;
  subject: string;
  type: string;
  at: number;
  node: string | null;
  path: string | null;
  open: JsonInput;
  /** Until when it waits, where that is sealed; absent where it is not known. */
  until?: number | null;
}

/**
 * Reads the open part of an event. Members that are absent count as null. JOURNAL_DAMAGED, naming event and member, when
 * something else is there than the event's type calls for.
 */
export class OpenPart {
  readonly #event: ProjectedEvent;

  constructor(event: ProjectedEvent) {
    this.#event = event;
  }

  text(name: string): string {
    const value = this.#get(name);
    return typeof value === 'string' ? value : this.#lacks(name, 'a text');
  }

  textOrNull(name: string): string | null {
    return this.#get(name) === null ? null : this.text(name);
  }

  number(name: string): number {
    const value = this.#get(name);
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : this.#lacks(name, 'a whole number');
  }

  numberOrNull(name: string): number | null {
    return this.#get(name) === null ? null : this.number(name);
  }

  /** The canonical JSON of whatever is there. */
  json(name: string): string | null {
    const value = this.#get(name);
    return value === null ? null : canonicalJson(value);
  }

  texts(name: string): string[] {
    const value = this.#get(name);
    return Array.isArray(value)
      ? value.map((one: JsonInput) => (typeof one === 'string' ? one : this.#lacks(name, 'a list of texts')))
      : this.#lacks(name, 'a list of texts');
  }

  has(name: string): boolean {
    return this.#get(name) !== null;
  }

  flag(name: string): boolean {
    const value = this.#get(name);
    return typeof value === 'boolean' ? value : this.#lacks(name, 'true or false');
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    const found = values.find((value) => value === this.#get(name));
    return found ?? this.#lacks(name, values.join(' or '));
  }

  /** The code of an error in the one shape; a text stands for itself. */
  errorCode(name: string): string | null {
    const value = this.#get(name);
    if (value === null || typeof value === 'string') return value;
    const code = memberOf(value, 'code');
    return typeof code === 'string' ? code : this.#lacks(name, 'an error with a code');
  }

  /** What is in the member `name`, itself read member by member. */
  part(name: string): OpenPart {
    return new OpenPart({ ...this.#event, open: this.#get(name) });
  }

  #get(name: string): JsonInput {
    return memberOf(this.#event.open, name);
  }

  #lacks(name: string, what: string): never {
    throw new CountersignError({
      code: 'JOURNAL_DAMAGED',
      message: `Event ${this.#event.seq} (${this.#event.type}) of ${this.#event.subject} needs “${name}”: ${what} in its open part.`,
      hint: 'Run “countersign audit verify” on the journal; if it holds, report this as a defect.',
      fault: 'us',
    });
  }
}

function memberOf(value: JsonInput, name: string): JsonInput {
  if (!isObject(value)) return null;
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

// Array.isArray does not narrow readonly arrays.
const isObject = (value: JsonInput): value is { readonly [key: string]: JsonInput } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
