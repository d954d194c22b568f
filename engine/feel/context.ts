/** What the compiler carries from node to node: scope, local variables, problems, what is read. */
import type { Node, Span } from './ast.ts';
import type { Evaluation } from './evaluation.ts';
import type { NotNull } from './narrow.ts';
import type { FeelProblem, FeelProblemCode, FeelScopeTypes } from './problem.ts';
import type { ScopeLayout } from './slot-scope.ts';
import { BOOLEAN, notNull } from './type.ts';
import type { FeelType } from './type.ts';
import type { FeelValue } from './value.ts';

/** A node made runnable. */
export type Run = (evaluation: Evaluation) => FeelValue;

export interface Code {
  readonly run: Run;
  readonly type: FeelType;
}

/** A test against a value: true, false, or null when it cannot be decided. */
export type Test = (value: FeelValue, evaluation: Evaluation) => boolean | null;

export interface NamedTypes {
  readonly types: Readonly<Record<string, FeelType>>;
  /** Constraints beyond the type, by type name. */
  readonly accepts: ReadonlyMap<string, (value: FeelValue) => boolean>;
}

/** A variable, or the item of a filter, whose fields are names too. */
export interface Local {
  readonly kind: 'variable' | 'item';
  readonly name: string;
  readonly slot: number;
  readonly type: FeelType;
}

export class CompileContext {
  readonly scope: FeelScopeTypes;
  readonly input: FeelType | null;
  readonly named: NamedTypes;
  /** Where the names of the scope will be, when that is known. */
  readonly layout: ScopeLayout | null;
  readonly problems: FeelProblem[] = [];
  readonly #reads = new Map<string, readonly string[]>();
  readonly #locals: Local[] = [];
  readonly #compile: (node: Node, context: CompileContext) => Code;
  #quiet = 0;
  #notNull: NotNull = new Set();
  #nullAllowed = 0;

  constructor(
    scope: FeelScopeTypes,
    input: FeelType | null,
    named: NamedTypes,
    layout: ScopeLayout | null,
    compile: (node: Node, context: CompileContext) => Code,
  ) {
    this.scope = scope;
    this.input = input;
    this.named = named;
    this.layout = layout;
    this.#compile = compile;
  }

  compile(node: Node): Code {
    return this.#compile(node, this);
  }

  /** Compiles without noting what is read: the caller notes a longer path. */
  compileUnread(node: Node): Code {
    this.#quiet += 1;
    const code = this.#compile(node, this);
    this.#quiet -= 1;
    return code;
  }

  /** `instead` is the name that was most likely meant. */
  problem(code: FeelProblemCode, message: string, hint: string, at: Span, instead: string | null = null): void {
    if (code === 'FEEL_NULLABLE' && this.#nullAllowed > 0) return;
    const severity = code === 'FEEL_NULLABLE' ? 'warning' : 'error';
    const known = this.problems.some((other) => other.code === code && other.from === at.from && other.to === at.to);
    const meant = instead === null ? {} : { instead };
    if (!known) this.problems.push({ code, message, hint, from: at.from, to: at.to, severity, ...meant });
  }

  read(path: readonly string[]): void {
    if (this.#quiet === 0) this.#reads.set(path.join('\u0000'), path);
  }

  /** Everything read, sorted, without repeats. */
  reads(): readonly (readonly string[])[] {
    return [...this.#reads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  }

  /** Compiles a part in which a value that may be null is no problem. */
  allowingNull<T>(part: () => T): T {
    this.#nullAllowed += 1;
    const result = part();
    this.#nullAllowed -= 1;
    return result;
  }

  /** Compiles a part in which some places are known not to be null. */
  knowing<T>(facts: NotNull, part: () => T): T {
    if (facts.size === 0) return part();
    const before = this.#notNull;
    this.#notNull = before.union(facts);
    const result = part();
    this.#notNull = before;
    return result;
  }

  /** The type of what a place holds, without null where that is known. */
  narrowed(type: FeelType, place: () => string | null): FeelType {
    if (!type.nullable || this.#notNull.size === 0) return type;
    const at = place();
    return at !== null && this.#notNull.has(at) ? notNull(type) : type;
  }

  get slots(): number {
    return this.#locals.length;
  }

  /** Compiles a part in which one more local is known. */
  withLocal<T>(kind: Local['kind'], name: string, type: FeelType, part: (slot: number) => T): T {
    const slot = this.#locals.length;
    this.#locals.push({ kind, name, slot, type });
    const result = part(slot);
    this.#locals.length = slot;
    return result;
  }

  /** One more local until `leave`: for as many as a source may have, which are too many to nest calls. */
  enter(kind: Local['kind'], name: string, type: FeelType): number {
    return this.#locals.push({ kind, name, slot: this.#locals.length, type }) - 1;
  }

  /** Forgets the locals from a slot on. */
  leave(slot: number): void {
    this.#locals.length = slot;
  }

  /** Locals from the innermost outwards. */
  locals(): readonly Local[] {
    return this.#locals.toReversed();
  }
}

export const constant = (value: FeelValue, type: FeelType): Code => ({ run: () => value, type });

/** Says that a value is not of the kind that an operator or a place asks for, when the types show it. */
export function expectKind(
  context: CompileContext,
  code: Code,
  kinds: readonly FeelType['kind'][],
  what: string,
  at: Span,
): void {
  const { kind } = code.type;
  if (kind === 'any' || kind === 'null' || kinds.includes(kind)) return;
  context.problem('FEEL_TYPE', what, 'Use a value of the right type.', at);
}

export const MAYBE: FeelType = { ...BOOLEAN, nullable: true };
