import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { end, programOf } from '../core/testing/flows.ts';
import { CountersignError } from '../flow/error.ts';
import { flowOf } from '../flow/testing/build.ts';
import { toJson } from '../feel/value.ts';
import { openCsvCases } from './csv.ts';
import { checkFedBefore, knownTo } from './fed-before.ts';
import { feedCases, type FeedProgress } from './feed.ts';
import { Office } from './testing/office.ts';

let office: Office;
beforeEach(() => (office = new Office()));
afterEach(async () => office.close());

const flow = flowOf('Rows')
  .input({
    text: { type: 'string' },
    amount: { type: 'number', optional: true },
    urgent: { type: 'boolean', optional: true },
    day: { type: 'date', optional: true },
    ticket: { type: 'string' },
  })
  .node('Start', 'trigger', { columns: { ticket: '"T-" + string(number)' } })
  .node('Done', 'end', end('done', { ticket: 'input.ticket' }))
  .chain('Start', 'Done')
  .build();
const program = programOf(flow);

const open = async (content: string, name = 'rows.csv') => openCsvCases(office.file(name, content), program);
const rowsOf = async (content: string) => {
  const rows: unknown[] = [];
  for await (const { input } of (await open(content)).rows()) rows.push(toJson(input));
  return rows;
};
const refusedWith = (content: string): Promise<CountersignError> => refused(open(content));
const refused = async (opening: Promise<unknown>): Promise<CountersignError> => {
  try {
    await opening;
  } catch (error) {
    if (error instanceof CountersignError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('rows', () => {
  it('fill the input by the trigger’s formulas, then by the columns of the fields’ names, each by its type', async () => {
    expect(await rowsOf('text,amount,urgent,day,more\nhello,12.50,TRUE,2026-03-02,x\n')).toEqual([
      { text: 'hello', amount: 12.5, urgent: true, day: '2026-03-02', ticket: 'T-1' },
    ]);
    expect(await rowsOf('amount,text\n,""\n')).toEqual([
      { text: '', amount: null, urgent: null, day: null, ticket: 'T-1' },
    ]);
  });

  it('may begin with a BOM, end in CRLF or without an end, hold quotes, commas and lines, and be empty', async () => {
    expect(await rowsOf('\ufefftext\r\n"a ""b"", c"\r\n"two\nlines"')).toMatchObject([
      { text: 'a "b", c' },
      { text: 'two\nlines' },
    ]);
    expect(await rowsOf('text\n\n\none\n\n')).toMatchObject([{ text: 'one', ticket: 'T-1' }]);
    expect(await rowsOf('text\n')).toEqual([]);
  });

  it('keep each digit of a number', async () => {
    expect(await rowsOf('text,amount\na,12345678901234567890.5\n')).toMatchObject([
      { amount: '12345678901234567890.5' },
    ]);
  });
});

describe('bad input', () => {
  it('a column that is missing is named, and so are those that are there', async () => {
    const { code, message, hint, meaning } = await refusedWith('message,amount\nhello,1\n');
    expect([code, meaning]).toEqual(['CSV_COLUMN_MISSING', 'No case was started.']);
    expect(message).toContain('“text”');
    expect(hint).toContain('message, amount');
  });

  it('semicolons make one column, which is said', async () => {
    const { code, hint } = await refusedWith('text;amount\nhello;1\n');
    expect(code).toBe('CSV_COLUMN_MISSING');
    expect(hint).toContain('text;amount');
  });

  it('a column that is there twice is refused where rows are read from it, and only there', async () => {
    const { code, message, meaning } = await refusedWith('text,amount,text\na,1,b\n');
    expect([code, meaning]).toEqual(['CSV_COLUMN_MISSING', 'No case was started.']);
    expect(message).toContain('more than one column “text”');
    expect(await rowsOf('text,note,note,,\na,1,2,3,4\n')).toMatchObject([{ text: 'a' }]);
    const file = office.file('keys.csv', 'text,id,id\na,1,2\n');
    await expect(openCsvCases(file, program, 'id')).rejects.toMatchObject({ code: 'CSV_COLUMN_MISSING' });
    await expect(openCsvCases(file, program)).resolves.toMatchObject({ count: 1 });
  });

  it('a byte that is not UTF-8 is named by its line, and is not read as another character', async () => {
    const long = `${'x'.repeat(70_000)}é\n`;
    for (const [before, line] of [
      ['text\n', 2],
      ['text\ngr\u00fc\u00df dich\n', 3],
      [`text\n${long.repeat(3)}`, 5],
    ] as const) {
      const file = office.file('latin.csv', '');
      writeFileSync(file, Buffer.concat([Buffer.from(before), Buffer.from('perdue d\u00e9j\u00e0\nz\n', 'latin1')]));
      const error = await refused(openCsvCases(file, program));
      expect([error.code, error.where?.line]).toEqual(['CSV_ROW_TORN', line]);
      expect(error.message).toContain(`Line ${line} of`);
      expect(error.hint).toContain('UTF-8');
    }
  });

  it('control: the same in UTF-8 is taken, also where a piece of the file ends in a character, and UTF-16 by its mark', async () => {
    const accents = 'déjà vu 😀'.repeat(20_000);
    expect(await rowsOf(`text\n${accents}\n`)).toMatchObject([{ text: accents }]);
    const file = office.file('utf16.csv', '');
    writeFileSync(file, Buffer.from('\ufefftext\ndéjà vu\n', 'utf16le'));
    const rows: unknown[] = [];
    for await (const { input } of (await openCsvCases(file, program)).rows()) rows.push(toJson(input));
    expect(rows).toMatchObject([{ text: 'déjà vu' }]);
  });

  it('nothing of a torn row is in what is said of it, as it may be personal', async () => {
    for (const content of [
      'text,amount\nMr Larkin "x,1\n',
      'text,amount\n"Mr Larkin" x,1\n',
      'text,amount\n"Mr Larkin,1\n',
    ]) {
      const error = await refusedWith(content);
      expect([error.code, error.where?.line]).toEqual(['CSV_ROW_TORN', 2]);
      expect(JSON.stringify(error.toShape())).not.toContain('Larkin');
      expect(error.message).toContain('quotation mark');
    }
  });

  it('a column that a formula reads is missing as well', async () => {
    const reading = programOf({
      ...flow,
      nodes: {
        ...flow.nodes,
        n_start: { kind: 'trigger', name: 'Start', config: { columns: { text: 'row.body', ticket: '"t"' } } },
      },
    });
    await expect(openCsvCases(office.file('a.csv', 'text\nx\n'), reading)).rejects.toMatchObject({
      code: 'CSV_COLUMN_MISSING',
    });
  });

  it('a torn row is named by its record, though it spans lines', async () => {
    for (const [content, record] of [
      ['text,amount\na,1\n"two\nlines",2\nb,3,4\n', 3],
      ['text,amount\na\n', 1],
      ['text,amount\na,1\n"open,2\n', 2],
      ['text,amount\na,1\nb"c",2\n', 2],
    ] as const) {
      const error = await refusedWith(content);
      expect([error.code, error.where?.record]).toEqual(['CSV_ROW_TORN', record]);
      expect(error.meaning).toBe('No case was started.');
    }
  });

  it('a value that does not fit its field is named by record and path', async () => {
    for (const cell of ['twelve', '0x10', '1,2', 'Infinity', '1e9999999']) {
      const error = await refusedWith(`text,amount\na,1\nb,"${cell}"\n`);
      expect([error.code, error.where?.record, error.where?.path]).toEqual(['INPUT_INVALID', 2, ['input', 'amount']]);
    }
  });

  it('a file that is not there, is a folder, or is empty', async () => {
    await expect(openCsvCases('/nowhere/rows.csv', program)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(openCsvCases(office.folder, program)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect((await refusedWith('')).code).toBe('CSV_COLUMN_MISSING');
  });
});

describe('feeding', () => {
  const initiator = { issuer: 'csv', subject: 'ina', role: 'operator', method: 'none' };
  const content = `text\n${Array.from({ length: 40 }, (_, i) => `row ${i}`).join('\n')}\n`;

  it('starts a case for each row, goes on where it was cut off, and starts nothing twice', async () => {
    const manifest = office.manifest(flow);
    let runner = office.start();
    let cases = await openCsvCases(office.file('rows.csv', content), runner.accept(manifest).program);
    const cut = feedCases(runner.engine, runner.current(), cases, initiator, ({ started }) => {
      if (started === 10) runner.engine.stop();
    });
    await expect(cut.then(() => runner.engine.reader())).rejects.toMatchObject({ code: 'STOPPED' });
    await office.stop(runner).catch(() => undefined);
    runner = office.start();
    cases = await openCsvCases(office.file('rows.csv', content), runner.current().program);
    const progress: FeedProgress[] = [];
    const result = await feedCases(runner.engine, runner.current(), cases, initiator, (now) =>
      progress.push({ ...now }),
    );
    expect(result).toMatchObject({ started: 40, count: 40 });
    expect(result.again).toBeGreaterThanOrEqual(10);
    expect(progress).toHaveLength(40);
    expect(runner.engine.reader().runCounts()).toEqual([{ status: 'completed', result: 'done', runs: 40 }]);
    expect(await feedCases(runner.engine, runner.current(), cases, initiator, () => undefined)).toMatchObject({
      again: 40,
    });
  });

  it('a row is known by flow, file and number: another flow, or a changed file, starts its own', async () => {
    const runner = office.start();
    const release = runner.accept(office.manifest(flow));
    const other = runner.accept(office.manifest(flow, { path: 'flows/other.flow.json' }));
    const cases = await openCsvCases(office.file('rows.csv', 'text\na\n'), program);
    const changed = await openCsvCases(office.file('more.csv', 'text\na\nb\n'), program);
    const feed = async (of: typeof release, file: typeof cases) =>
      feedCases(runner.engine, of, file, initiator, () => undefined);
    expect(await feed(release, cases)).toMatchObject({ started: 1, again: 0 });
    expect(await feed(other, cases)).toMatchObject({ started: 1, again: 0 });
    expect(await feed(release, changed)).toMatchObject({ started: 2, again: 0 });
  });

  describe('a file that rows are appended to', () => {
    const fed = async (runner: ReturnType<Office['start']>, text: string, key: string | null = null, anew = false) => {
      const release = runner.current();
      const cases = await openCsvCases(office.file('rows.csv', text), release.program, key);
      if (!anew) await checkFedBefore(knownTo(runner), release, cases);
      return feedCases(runner.engine, release, cases, initiator, () => undefined);
    };
    /** Its ticket is its number, as the flow says. */
    const rows = (count: number) => `text,id\n${Array.from({ length: count }, (_, i) => `row ${i},${i}`).join('\n')}\n`;

    it('P11 starts its new rows only where a column holds the key of each, and the key is on record as a hash', async () => {
      const runner = office.start();
      runner.accept(office.manifest(flow));
      expect(await fed(runner, rows(3), 'id')).toMatchObject({ started: 3, again: 0 });
      expect(await fed(runner, rows(5), 'id')).toMatchObject({ started: 5, again: 3 });
      // The order does not matter where nothing is made of the row's number.
      const keys = runner.engine
        .reader()
        .runs({})
        .map(({ key }) => key);
      expect(keys).toHaveLength(5);
      expect(keys.every((key) => key?.startsWith('keyed:'))).toBe(true);
      await expect(fed(runner, 'text,id\nother, 0 \n', 'id')).rejects.toMatchObject({
        code: 'RUN_KEY_REUSED',
        message: expect.stringContaining('“id” 0') as unknown,
      });
    });

    it('P11 is refused without one, in words that say how to go on; told so, it starts all of them', async () => {
      const runner = office.start();
      runner.accept(office.manifest(flow));
      await fed(runner, rows(3));
      expect(await fed(runner, rows(3))).toMatchObject({ again: 3 });
      for (const key of [null, 'id'])
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await expect(fed(runner, rows(5), key)).rejects.toMatchObject({
          code: 'CSV_FED_BEFORE',
          hint: expect.stringContaining('--key COLUMN') as unknown,
        });
      expect(runner.engine.reader().runs({})).toHaveLength(3);
      expect(await fed(runner, rows(5), null, true)).toMatchObject({ started: 5, again: 0 });
    });

    it('P11 control: a file with other rows is fed, and so is one of which less than half are known, or of another flow', async () => {
      const runner = office.start();
      runner.accept(office.manifest(flow));
      await fed(runner, rows(3));
      expect(await fed(runner, 'text\nanother\nand one more\n')).toMatchObject({ started: 2, again: 0 });
      expect(await fed(runner, rows(3).replace('row 0', 'x').replace('row 1', 'y'))).toMatchObject({ again: 0 });
    });

    it.each([
      ['blank', 'text,id\na,1\nb,\u00A0\n', 2],
      ['twice the same', 'text,id\na,1\nb,2\nc, 1 \n', 3],
    ])('P11 a key that is %s is refused, with its record', async (_, text, record) => {
      await expect(openCsvCases(office.file('rows.csv', text), program, 'id')).rejects.toMatchObject({
        code: 'CSV_KEY_UNUSABLE',
        where: { record },
      });
    });

    it('a column that is not there is named', async () => {
      await expect(openCsvCases(office.file('rows.csv', rows(1)), program, 'number')).rejects.toMatchObject({
        code: 'CSV_COLUMN_MISSING',
        message: expect.stringContaining('“number”') as unknown,
      });
    });
  });

  it('nothing is started when the last row is bad', async () => {
    const runner = office.start();
    runner.accept(office.manifest(flow));
    await refusedWith('text,amount\na,1\nb,2\nc,three\n');
    expect(runner.engine.reader().runs({})).toEqual([]);
  });
});
