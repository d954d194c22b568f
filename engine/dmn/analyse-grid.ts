/**
 * A table as boxes over small whole numbers: for each input its domain, for each row the pieces that pass. A cell that is
 * more than tests over constants passes nothing for certain and everything possibly, and is named with the reason.
 */
import type { Node } from '../feel/ast.ts';
import { bare } from '../feel/ast.ts';
import { compilePart, parseIn } from '../feel/compile.ts';
import type { CompiledPart } from '../feel/compile.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import { notNull } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import type { Box } from './analyse-cover.ts';
import { Domain, isAnalysable } from './analyse-domain.ts';
import { readsConstants, shapeOf } from './analyse-shape.ts';
import type { Shape } from './analyse-shape.ts';
import { intersection, NO_SPANS } from './analyse-spans.ts';
import type { Spans } from './analyse-spans.ts';
import { typeOfColumn } from './column-type.ts';
import { passesAll } from './pass.ts';
import type { DecisionTable } from './table-document.ts';
import type { TablePath } from './table-plan.ts';

/** Something that analysis leaves out, and why: a cell, an input, or the rest of a search that was ended. */
export interface NotAnalysed {
  readonly of: 'cell' | 'input' | 'overlap' | 'masked' | 'gap';
  readonly path: TablePath;
  readonly message: string;
}

/** One value that rows are told apart by; columns that read the same share it. */
export interface GridInput {
  readonly columns: readonly number[];
  /** Null where the values are not analysed: then all of them are one piece. */
  readonly domain: Domain | null;
  /** What is calculated may not reach every value of its type. */
  readonly calculated: boolean;
  readonly sureSize: number;
  readonly size: number;
}

export interface Grid {
  readonly inputs: readonly GridInput[];
  /** Row by row: what matches for certain, and what may match. */
  readonly sure: readonly Box[];
  readonly possible: readonly Box[];
  readonly notAnalysed: readonly NotAnalysed[];
}

/** The boxes of a table. `calculated` inputs that read what another input reads are not analysed. */
export function makeGrid(table: DecisionTable, scope: FeelScopeTypes): Grid {
  const notAnalysed: NotAnalysed[] = [];
  const columns = table.inputs.map((input): Column => {
    const part = compilePart(input.expression, scope, {});
    return { part, expression: input.expression.trim(), path: isPath(part.node) };
  });
  const constants = readsConstants(scope);
  const groups = [...Map.groupBy(columns.keys(), (c) => columns[c]?.expression ?? '').values()];
  const inputs: GridInput[] = [];
  const sides: Side[][] = [];
  for (const group of groups) {
    const reading = new InputReading(table, scope, group, columns, constants, notAnalysed);
    inputs.push(reading.input);
    sides.push(reading.sides);
  }
  const boxes = (pick: (side: Side) => Spans | null): readonly Box[] =>
    table.rows.map((_, r) => sides.map((rows) => pick(rows[r] ?? FREE)));
  return { inputs, sure: boxes((side) => side.sure), possible: boxes((side) => side.possible), notAnalysed };
}

interface Column {
  readonly part: CompiledPart;
  readonly expression: string;
  /** A chain of names: it can have every value of its type. */
  readonly path: boolean;
}

/** What a row asks of one input; null lets all pass. */
interface Side {
  readonly sure: Spans | null;
  readonly possible: Spans | null;
}

const FREE: Side = { sure: null, possible: null };
const UNKNOWN: Side = { sure: NO_SPANS, possible: null };

function isPath(node: Node | null): boolean {
  if (node === null) return false;
  const inner = bare(node);
  return inner.kind === 'name' || (inner.kind === 'member' && isPath(inner.base));
}

const begins = (path: readonly string[], start: readonly string[]): boolean =>
  start.every((name, i) => path[i] === name);

/** Reads the cells of the columns of one input. */
class InputReading {
  readonly input: GridInput;
  readonly sides: Side[];
  readonly #table: DecisionTable;
  readonly #scope: FeelScopeTypes;
  readonly #constants: boolean;
  readonly #notAnalysed: NotAnalysed[];
  readonly #shapes = new Map<string, Shape | null>();
  readonly #passing = new Map<Shape, Spans>();
  readonly #type: FeelType;

  constructor(
    table: DecisionTable,
    scope: FeelScopeTypes,
    group: readonly number[],
    columns: readonly Column[],
    constants: boolean,
    notAnalysed: NotAnalysed[],
  ) {
    this.#table = table;
    this.#scope = scope;
    this.#constants = constants;
    this.#notAnalysed = notAnalysed;
    const [first = 0] = group;
    const column = columns[first];
    const found: FeelType = column?.part.type ?? { kind: 'any' };
    const declared = typeOfColumn(table.inputs[first]?.type);
    const choice = declared === null || (declared.kind === 'string' && found.kind === 'choice');
    this.#type = choice ? notNull(found) : declared;
    const why = this.#obstacle(group, columns);
    const domain = why === null ? this.#domain(group, column, found) : null;
    if (why !== null && group.some((c) => this.#isUsed(c)))
      notAnalysed.push({ of: 'input', path: ['inputs', first], message: why });
    this.input = {
      columns: group,
      domain,
      calculated: column?.path !== true,
      sureSize: domain?.sureSize ?? 1,
      size: domain?.size ?? 1,
    };
    this.sides = table.rows.map((row, r) => {
      const cells = group.map((c) => this.#side(row.when[c], ['rows', r, 'when', c], domain));
      return cells.length === 1 ? (cells[0] ?? FREE) : cells.reduce(meet, FREE);
    });
  }

  #isUsed(c: number): boolean {
    return this.#table.rows.some((row) => !passesAll(row.when[c]));
  }

  /** Why the values of this input are not analysed; null when they are. */
  #obstacle(group: readonly number[], columns: readonly Column[]): string | null {
    const [first = 0] = group;
    const column = columns[first];
    if (column === undefined || column.part.node === null) return 'The expression of this input cannot be read.';
    if (!isAnalysable(this.#type)) return `Values of this kind (${this.#type.kind}) are not analysed.`;
    const unread = group.some((c) => {
      const allowed = (this.#table.inputs[c]?.values ?? '').trim();
      return allowed !== '' && this.#shape(allowed) === null;
    });
    if (unread) return 'The allowed values of this input are more than constants.';
    const shares = (other: Column): boolean =>
      other.expression !== column.expression &&
      column.part.reads.some((path) => other.part.reads.some((its) => begins(path, its) || begins(its, path)));
    const clash = columns.some((other, c) => shares(other) && (other.path || c < first) && this.#isUsed(c));
    return !column.path && clash ? 'This input is calculated from what another input reads as well.' : null;
  }

  #domain(group: readonly number[], column: Column | undefined, found: FeelType): Domain {
    const cells = this.#table.rows.flatMap((row) =>
      group.flatMap((c) => {
        const cell = row.when[c];
        const shape = passesAll(cell) ? null : this.#shape((cell ?? '').trim());
        return shape === null ? [] : [shape];
      }),
    );
    const allowed = group.flatMap((c) => {
      const text = (this.#table.inputs[c]?.values ?? '').trim();
      const shape = text === '' ? null : this.#shape(text);
      return shape === null ? [] : [shape];
    });
    const whole = isCount(column?.part.node ?? null);
    const counts: Shape = { kind: 'compare', op: '>=', value: 0 };
    const ofNull = found.kind === 'any' ? 'maybe' : found.nullable === true || found.kind === 'null' ? 'yes' : 'no';
    return new Domain(
      { type: this.#type, null: whole ? 'no' : ofNull, whole },
      [...new Set(cells)],
      whole ? [...allowed, counts] : allowed,
    );
  }

  #shape(text: string): Shape | null {
    const known = this.#shapes.get(text);
    if (known !== undefined) return known;
    const parsed = parseIn(text, this.#scope, { form: 'unary tests', input: this.#type });
    const shape = parsed.ok ? shapeOf(parsed.node, this.#constants) : null;
    this.#shapes.set(text, shape);
    return shape;
  }

  #side(cell: string | undefined, path: TablePath, domain: Domain | null): Side {
    if (passesAll(cell)) return FREE;
    if (domain === null) return UNKNOWN;
    const shape = this.#shape((cell ?? '').trim());
    if (shape === null || !domain.fits(shape)) {
      const message =
        shape === null ? 'This cell is more than tests over constants.' : 'This cell tests for values of another type.';
      this.#notAnalysed.push({ of: 'cell', path, message });
      return UNKNOWN;
    }
    const spans = this.#passing.get(shape) ?? domain.passing(shape);
    this.#passing.set(shape, spans);
    return { sure: spans, possible: spans };
  }
}

function both(a: Spans | null, b: Spans | null): Spans | null {
  return a === null ? b : b === null ? a : intersection(a, b);
}

const meet = (a: Side, b: Side): Side => ({ sure: both(a.sure, b.sure), possible: both(a.possible, b.possible) });

/** Functions that give whole numbers of 0 and above. */
const COUNTS = ['count', 'string length'];

function isCount(node: Node | null): boolean {
  if (node === null) return false;
  const inner = bare(node);
  return inner.kind === 'call' && inner.callee.kind === 'name' && COUNTS.includes(inner.callee.name);
}
