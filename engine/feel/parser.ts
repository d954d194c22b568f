/**
 * FEEL source to syntax tree, by recursive descent over the grammar of DMN 1.5, 10.3.1.2. Where a name ends depends on
 * which names exist (see names.ts), so the parser carries the scope: the reason why the grammar is read here and not by a
 * general parser generator.
 */
import { COMPARE_OPS } from './ast.ts';
import type { Argument, ArithmeticOp, CompareOp, ContextEntry, Iterator, Node, Parameter } from './ast.ts';
import { beyondDepth, MAX_DEPTH } from './depth.ts';
import { canonicalName, wordAt } from './names.ts';
import { numberAt } from './parse-literal.ts';
import { parseType } from './parse-type.ts';
import { JOINING_WORDS, Reader, SyntaxFailure } from './reader.ts';
import { Words } from './words.ts';
import type { KnownNames } from './words.ts';

export { NO_NAMES } from './words.ts';
export type { KnownNames } from './words.ts';

export type Parsed =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly failure: SyntaxFailure };

const MAX_SOURCE = 200_000;

/** Parses a whole source as an expression or as the unary tests of a cell. Never throws. */
export function parse(source: string, form: 'expression' | 'unary tests', known: KnownNames): Parsed {
  const parser = new Parser(source, known);
  try {
    const node = form === 'expression' ? parser.whole() : parser.wholeTests();
    const deep = beyondDepth(node, MAX_DEPTH);
    return deep === null ? { ok: true, node } : { ok: false, failure: tooDeep(deep) };
  } catch (error) {
    if (error instanceof SyntaxFailure) return { ok: false, failure: error };
    throw error;
  }
}

function tooDeep({ from, to }: Pick<Node, 'from' | 'to'>): SyntaxFailure {
  const message = `This has more than ${MAX_DEPTH} operations in a row, or inside each other.`;
  return new SyntaxFailure(message, 'Split the expression into several steps, or use a list.', from, to);
}

class Parser {
  readonly #r: Reader;
  readonly #words: Words;
  /** Position of a parenthesis that may hold several tests, after `in`. */
  #testsParen = -1;
  /** Set while the high end of a range is read, where `[` may close the range. */
  #bracketCloses = false;
  #attempts = 0;

  constructor(source: string, known: KnownNames) {
    this.#r = new Reader(source);
    this.#words = new Words(this.#r, known);
  }

  whole(): Node {
    this.#checkStart();
    const node = this.#expression();
    if (!this.#r.atEnd()) {
      this.#r.unexpected('Expected an operator or the end', 'Is an operator, a comma or a quote missing?');
    }
    return node;
  }

  wholeTests(): Node {
    this.#checkStart();
    const r = this.#r;
    const from = r.pos;
    const any = !r.sees('-')
      ? null
      : r.attempt(() => {
          r.expect('-', '');
          if (!r.atEnd()) r.unexpected('Expected the end', '');
          return true;
        });
    if (any === true) return { kind: 'tests', negated: false, items: [], ...r.span(from) };
    const negated = r.seesWord('not') ? r.attempt(() => this.#negatedTests(from)) : null;
    if (negated !== null) return negated;
    const items = this.#testList();
    if (!r.atEnd()) {
      r.unexpected('Expected a comma or the end', 'Separate tests by commas, as in "a", "b".');
    }
    return { kind: 'tests', negated: false, items, ...r.span(from) };
  }

  #checkStart(): void {
    const r = this.#r;
    if (r.source.length > MAX_SOURCE) {
      r.fail(`This is longer than ${MAX_SOURCE} characters.`, 'Split it into several steps.', 0, 1);
    }
    if (r.atEnd()) r.fail('There is no expression here.', 'Write an expression.', 0, 0);
  }

  #negatedTests(from: number): Node {
    const r = this.#r;
    r.expectWord('not', '');
    r.expect('(', '');
    const items = this.#testList();
    r.expect(')', 'Close not( … ).');
    if (!r.atEnd()) r.unexpected('Expected the end', '');
    return { kind: 'tests', negated: true, items, ...r.span(from) };
  }

  #testList(): Node[] {
    const items = [this.#test()];
    while (this.#r.accept(',')) items.push(this.#test());
    return items;
  }

  /** `< 5`, `= x`, or an expression. */
  #test(): Node {
    const r = this.#r;
    r.skip();
    const from = r.pos;
    const op = this.#acceptCompareOp();
    if (op === null) return this.#expression();
    const operand = this.#additive();
    return { kind: 'test', op, operand, ...r.span(from) };
  }

  #acceptCompareOp(): CompareOp | null {
    this.#r.skip();
    for (const op of COMPARE_OPS) {
      if (this.#r.accept(op)) return op;
    }
    return null;
  }

  #expression(): Node {
    return this.#r.nested(() => this.#or());
  }

  /** A chain makes a tree as deep as it is long. Beyond the limit it is not read to its end: that may be far. */
  #link(links: number, from: number): number {
    if (links + 1 >= MAX_DEPTH) throw tooDeep(this.#r.span(from));
    return links + 1;
  }

  #or(): Node {
    const from = this.#start();
    let left = this.#and();
    for (let links = 0; this.#r.acceptWord('or'); links = this.#link(links, from)) {
      const right = this.#and();
      left = { kind: 'logic', op: 'or', left, right, ...this.#r.span(from) };
    }
    return left;
  }

  #and(): Node {
    const from = this.#start();
    let left = this.#comparison();
    for (let links = 0; this.#r.acceptWord('and'); links = this.#link(links, from)) {
      const right = this.#comparison();
      left = { kind: 'logic', op: 'and', left, right, ...this.#r.span(from) };
    }
    return left;
  }

  #start(): number {
    this.#r.skip();
    return this.#r.pos;
  }

  #comparison(): Node {
    const r = this.#r;
    const from = this.#start();
    let left = this.#additive();
    for (let links = 0; ; links = this.#link(links, from)) {
      const op = this.#acceptCompareOp();
      if (op !== null) {
        const right = this.#additive();
        left = { kind: 'compare', op, left, right, ...r.span(from) };
      } else if (r.acceptWord('between')) {
        const low = this.#additive();
        r.expectWord('and', 'Write it as: x between 1 and 5.');
        const high = this.#additive();
        left = { kind: 'between', value: left, low, high, ...r.span(from) };
      } else if (r.acceptWord('in')) {
        left = { kind: 'in', value: left, tests: this.#inTests(), ...r.span(from) };
      } else {
        return left;
      }
    }
  }

  #inTests(): readonly Node[] {
    const r = this.#r;
    const from = this.#start();
    const op = this.#acceptCompareOp();
    if (op !== null) {
      const operand = this.#additive();
      return [{ kind: 'test', op, operand, ...r.span(from) }];
    }
    if (r.sees('(')) this.#testsParen = r.pos;
    const node = this.#additive();
    return node.kind === 'tests' ? node.items : [node];
  }

  #additive(): Node {
    return this.#binary(['+', '-'], () => this.#binary(['*', '/'], () => this.#binary(['**'], () => this.#unary())));
  }

  #binary(ops: readonly ArithmeticOp[], operand: () => Node): Node {
    const from = this.#start();
    let left = operand();
    for (let links = 0; ; links = this.#link(links, from)) {
      const op = ops.find((candidate) => this.#seesOperator(candidate));
      if (op === undefined) return left;
      this.#r.advance(op.length);
      const right = operand();
      left = { kind: 'arithmetic', op, left, right, ...this.#r.span(from) };
    }
  }

  #seesOperator(op: ArithmeticOp): boolean {
    return this.#r.sees(op) && !(op === '*' && this.#r.sees('**'));
  }

  #unary(): Node {
    const r = this.#r;
    const from = this.#start();
    if (!r.accept('-')) return this.#postfix();
    const operand = r.nested(() => this.#unary());
    return { kind: 'negate', operand, ...r.span(from) };
  }

  #postfix(): Node {
    const r = this.#r;
    const from = this.#start();
    let node = this.#primary();
    for (let links = 0; ; links = this.#link(links, from)) {
      if (r.sees('.') && !r.sees('..')) {
        r.advance(1);
        node = this.#member(node, from);
      } else if (r.sees('(')) {
        r.advance(1);
        const args = this.#inBrackets(() => this.#arguments());
        node = { kind: 'call', callee: node, args, ...r.span(from) };
      } else if (r.sees('[') && !this.#bracketCloses) {
        r.advance(1);
        this.#words.filters += 1;
        const condition = this.#inBrackets(() => this.#test());
        this.#words.filters -= 1;
        r.expect(']', 'Close the filter with ].');
        node = { kind: 'filter', base: node, condition, ...r.span(from) };
      } else if (r.seesWord('instance')) {
        r.acceptWord('instance');
        r.expectWord('of', 'Write it as: x instance of number.');
        const type = parseType(r, this.#words.types);
        node = { kind: 'instance', value: node, type, ...r.span(from) };
      } else {
        return node;
      }
    }
  }

  /** Inside brackets of any kind, `[` filters again. */
  #inBrackets<T>(part: () => T): T {
    const closes = this.#bracketCloses;
    this.#bracketCloses = false;
    const result = part();
    this.#bracketCloses = closes;
    return result;
  }

  #member(base: Node, from: number): Node {
    const r = this.#r;
    const nameFrom = this.#start();
    const name = this.#words.fieldName();
    const nameAt = r.span(nameFrom);
    return { kind: 'member', base, name, nameAt, ...r.span(from) };
  }

  #arguments(): Argument[] {
    const r = this.#r;
    const args: Argument[] = [];
    if (r.accept(')')) return args;
    do {
      const name = this.#words.argumentName();
      args.push({ name, value: this.#expression() });
    } while (r.accept(','));
    r.expect(')', 'Close the call with ).');
    return args;
  }

  #primary(): Node {
    const r = this.#r;
    const from = this.#start();
    const char = r.source[from] ?? '';
    if (char === '"') return this.#words.string(from);
    if (char === '(') return this.#paren(from);
    if (char === '[') return this.#list(from);
    if (char === ']') return this.#openRange(from);
    if (char === '{') return this.#context(from);
    if (char === '@') return this.#words.temporal(from);
    const number = numberAt(r.source, from);
    if (number !== '') return this.#words.number(number, from);
    const known = this.#words.knownName(from);
    if (known !== null) {
      r.advance(known.to - from);
      return { kind: 'name', name: known.name, ...r.span(from) };
    }
    if (char === '?') {
      r.advance(1);
      return { kind: 'input', ...r.span(from) };
    }
    return this.#word(from);
  }

  #word(from: number): Node {
    const r = this.#r;
    const word = wordAt(r.source, from);
    switch (word) {
      case 'true':
      case 'false':
      case 'null':
        r.advance(word.length);
        return { kind: 'literal', value: word === 'null' ? null : word === 'true', ...r.span(from) };
      case 'if':
        return this.#if(from);
      case 'for':
        return this.#for(from);
      case 'some':
      case 'every':
        return this.#quantified(from, word);
      case 'function':
        return this.#function(from);
      default:
        if (word === '' || JOINING_WORDS.has(word)) {
          r.unexpected('Expected a value', 'Write a name, a number, a text in quotes or a function.');
        }
        return { kind: 'name', name: this.#words.unknownName('a name'), ...r.span(from) };
    }
  }

  #paren(from: number): Node {
    const r = this.#r;
    const several = this.#testsParen === from;
    this.#testsParen = -1;
    r.advance(1);
    return this.#inBrackets(() => {
      const first = this.#test();
      if (r.sees('..')) return this.#rangeFrom(first, false, from);
      if (several && r.sees(',')) {
        const items = [first];
        while (r.accept(',')) items.push(this.#test());
        r.expect(')', 'Close the tests with ).');
        return { kind: 'tests', negated: false, items, ...r.span(from) };
      }
      r.expect(')', 'Close the parenthesis.');
      return { kind: 'group', inner: first, ...r.span(from) };
    });
  }

  #list(from: number): Node {
    const r = this.#r;
    r.advance(1);
    return this.#inBrackets(() => {
      const items: Node[] = [];
      if (r.accept(']')) return { kind: 'list', items, ...r.span(from) };
      items.push(this.#test());
      const [first] = items;
      if (first !== undefined && r.sees('..')) return this.#rangeFrom(first, true, from);
      while (r.accept(',')) items.push(this.#test());
      r.expect(']', 'Close the list with ].');
      return { kind: 'list', items, ...r.span(from) };
    });
  }

  #openRange(from: number): Node {
    const r = this.#r;
    r.advance(1);
    return this.#inBrackets(() => {
      const low = this.#additive();
      if (!r.sees('..')) r.unexpected('Expected “..”', 'Write an open range as ]1..5].');
      return this.#rangeFrom(low, false, from);
    });
  }

  #rangeFrom(low: Node, lowIncluded: boolean, from: number): Node {
    const r = this.#r;
    r.advance(2);
    const close = (filters: boolean) => () => {
      this.#bracketCloses = !filters;
      const high = this.#additive();
      this.#bracketCloses = false;
      const highIncluded = r.accept(']');
      if (!highIncluded && !r.accept(')')) {
        if (filters || !r.accept('[')) {
          r.unexpected('Expected “]” or “)”', 'A range ends with ] (included) or ) (not included).');
        }
      }
      return { high, highIncluded };
    };
    this.#attempts += 1;
    const filtered = this.#attempts < 200 ? r.attempt(close(true)) : null;
    this.#bracketCloses = false;
    const { high, highIncluded } = filtered ?? close(false)();
    return { kind: 'range', low, high, lowIncluded, highIncluded, ...r.span(from) };
  }

  #context(from: number): Node {
    const r = this.#r;
    r.advance(1);
    const entries: ContextEntry[] = [];
    const depth = this.#words.enter([]);
    this.#inBrackets(() => {
      while (!r.accept('}')) {
        if (entries.length > 0) r.expect(',', 'Separate the entries by commas.');
        entries.push(this.#entry());
      }
    });
    this.#words.leave(depth);
    return { kind: 'context', entries, ...r.span(from) };
  }

  #entry(): ContextEntry {
    const r = this.#r;
    const keyFrom = this.#start();
    let key: string;
    if (r.sees('"')) {
      key = this.#words.quoted(keyFrom);
    } else {
      const match = /^[^:{}[\]",()]+/u.exec(r.source.slice(keyFrom, keyFrom + 1000));
      key = canonicalName(match?.[0] ?? '');
      if (key === '') r.unexpected('Expected the name of an entry', 'Write it as {name: value}.');
      r.advance((match?.[0] ?? '').trimEnd().length);
    }
    const keyAt = r.span(keyFrom);
    r.expect(':', 'Write an entry as name: value.');
    this.#words.declareEntry(key);
    return { key, keyAt, value: this.#expression() };
  }

  #if(from: number): Node {
    const r = this.#r;
    r.advance(2);
    const condition = this.#expression();
    r.expectWord('then', 'Write it as: if … then … else ….');
    const then = this.#expression();
    r.expectWord('else', 'Every if needs its else.');
    const otherwise = this.#expression();
    return { kind: 'if', condition, then, otherwise, ...r.span(from) };
  }

  #iterators(): Iterator[] {
    const iterators: Iterator[] = [];
    do {
      const { name, nameAt } = this.#words.localName(['in']);
      this.#r.expectWord('in', 'Write it as: x in list.');
      const domain = this.#expression();
      const end = this.#r.accept('..') ? this.#expression() : null;
      iterators.push({ name, nameAt, domain, end });
      this.#words.enter([name]);
    } while (this.#r.accept(','));
    return iterators;
  }

  #for(from: number): Node {
    const r = this.#r;
    r.advance(3);
    const depth = this.#words.enter([]);
    const iterators = this.#iterators();
    r.expectWord('return', 'Write it as: for x in list return ….');
    this.#words.enter(['partial']);
    const body = this.#expression();
    this.#words.leave(depth);
    return { kind: 'for', iterators, body, ...r.span(from) };
  }

  #quantified(from: number, word: 'some' | 'every'): Node {
    const r = this.#r;
    r.advance(word.length);
    const depth = this.#words.enter([]);
    const iterators = this.#iterators();
    r.expectWord('satisfies', `Write it as: ${word} x in list satisfies ….`);
    const body = this.#expression();
    this.#words.leave(depth);
    return { kind: 'quantified', every: word === 'every', iterators, body, ...r.span(from) };
  }

  #function(from: number): Node {
    const r = this.#r;
    r.advance('function'.length);
    r.expect('(', 'Write it as: function(a, b) a + b.');
    const parameters: Parameter[] = [];
    while (!r.accept(')')) {
      if (parameters.length > 0) r.expect(',', 'Separate the parameters by commas.');
      const { name, nameAt } = this.#words.localName([]);
      const type = r.accept(':') ? parseType(r, this.#words.types) : null;
      parameters.push({ name, nameAt, type });
    }
    const external = r.acceptWord('external');
    const depth = this.#words.enter(parameters.map((parameter) => parameter.name));
    const body = this.#expression();
    this.#words.leave(depth);
    return { kind: 'function', parameters, body: external ? null : body, ...r.span(from) };
  }
}
