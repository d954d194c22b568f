import type { Connection } from './open.ts';

/**
 * A prepared SELECT whose rows are objects with the columns' names. The driver would make such rows with a function
 * built from text, which the product's `--disallow-code-generation-from-strings` forbids; here they come as lists of
 * values and are named by hand. That `Row` fits the columns is for who writes the SQL.
 */
export class Query<Parameters extends unknown[], Row> {
  readonly #statement;
  readonly #names: readonly string[];

  constructor(db: Connection, sql: string) {
    this.#statement = db.prepare<Parameters, unknown[]>(sql).raw();
    this.#names = this.#statement.columns().map(({ name }) => name);
  }

  get(...parameters: Parameters): Row | undefined {
    const values = this.#statement.get(...parameters);
    return values === undefined ? undefined : this.#toRow(values);
  }

  all(...parameters: Parameters): Row[] {
    return this.#statement.all(...parameters).map((values) => this.#toRow(values));
  }

  #toRow(values: readonly unknown[]): Row {
    const row: Record<string, unknown> = {};
    let i = 0;
    for (const name of this.#names) row[name] = values[i++];
    if (this.#isRow(row)) return row;
    throw new TypeError('a row is an object');
  }

  #isRow(row: unknown): row is Row {
    return typeof row === 'object' && this.#names.length > 0;
  }
}
