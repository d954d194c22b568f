/** Whether the texts of a sheet are FEEL, decided for thousands of cells in bounded time. */
import { builtInNames } from '../../feel/builtins/index.ts';
import { compilePart } from '../../feel/compile.ts';
import type { CompiledPart } from '../../feel/compile.ts';
import type { FeelScopeTypes } from '../../feel/problem.ts';
import { KEYWORDS } from '../../feel/reader.ts';
import { typeOfColumn } from '../column-type.ts';
import type { ColumnType, Side } from './column-type.ts';

/** How many texts are compiled; most cells of large tables are seen to be FEEL, or not, without it. */
const MAX_COMPILED = 20_000;

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const STRING = String.raw`"[^"\\\n\r]*"`;
const ANYWHERE = new RegExp(`^(?:${NUMBER}|${STRING}|true|false|date\\("\\d{4}-\\d{2}-\\d{2}"\\))$`);
const TESTS = new RegExp(
  `^(?:-|(?:<|>|<=|>=)\\s?${NUMBER}|[[\\](]${NUMBER}\\.\\.${NUMBER}[\\])[]|(?:not\\()?${STRING}(?:,\\s?${STRING})*\\)?)$`,
);
/** Without any of these a text that is FEEL is a number, a name, or a calculation with names. */
const SIGNS = /["<>=()[\]{}?@]/;
const FIRST_WORD = /^\s*[-+]?\s*([\p{L}_]+)/u;
const NOT_THERE: ReadonlySet<string> = new Set(['FEEL_SYNTAX', 'FEEL_UNKNOWN_NAME', 'FEEL_UNKNOWN_MEMBER']);

export class FeelCheck {
  readonly #scope: FeelScopeTypes;
  readonly #firstWords: ReadonlySet<string>;
  readonly #whenSpent: boolean;
  readonly #known = new Map<string, boolean>();
  #left = MAX_COMPILED;

  /** `whenSpent`: what is answered for a text beyond those that are compiled. */
  constructor(scope: FeelScopeTypes, whenSpent: boolean) {
    this.#scope = scope;
    this.#whenSpent = whenSpent;
    const names = [...Object.keys(scope), ...builtInNames, ...KEYWORDS];
    this.#firstWords = new Set(names.map((name) => FIRST_WORD.exec(name)?.[1] ?? ''));
  }

  /** Whether some texts were not looked at, because there were too many different ones. */
  get isSpent(): boolean {
    return this.#left < 0;
  }

  /**
   * Whether a text of a cell is FEEL that can be evaluated in the scope: it parses and speaks only of what is there. A
   * literal of another type is none in a column of texts: `8001` is a postcode there.
   */
  isFeel(text: string, side: Side, type: ColumnType): boolean {
    const isPlain = ANYWHERE.test(text) || (side === 'when' && TESTS.test(text));
    if (isPlain) return type !== 'string' || !/^(?:-?\d|true$|false$|date)/.test(text);
    const first = SIGNS.test(text) ? undefined : FIRST_WORD.exec(text)?.[1];
    if (first !== undefined && !this.#firstWords.has(first)) return false;
    const key = `${side} ${type} ${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#left -= 1;
    if (this.#left < 0) return this.#whenSpent;
    const holds = this.#compiles(text, side, type);
    this.#known.set(key, holds);
    return holds;
  }

  #compiles(text: string, side: Side, type: ColumnType): boolean {
    const input = typeOfColumn(type);
    const form = side === 'when' ? 'unary tests' : 'expression';
    const part = compilePart(text, this.#scope, { form, ...(input === null ? {} : { input }) });
    if (part.node === null || part.problems.some(({ code }) => NOT_THERE.has(code))) return false;
    return type !== 'string' || !isOtherLiteral(part.node);
  }
}

type Node = NonNullable<CompiledPart['node']>;

/** A number, truth value or other literal that is no text, alone or in a list of tests. */
function isOtherLiteral(node: Node): boolean {
  if (node.kind === 'tests') return node.items.length > 0 && node.items.every(isOtherLiteral);
  if (node.kind === 'group') return isOtherLiteral(node.inner);
  if (node.kind === 'negate') return isOtherLiteral(node.operand);
  return node.kind === 'literal' && typeof node.value !== 'string' && node.value !== null;
}
