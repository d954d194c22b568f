import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from '../../engine/flow/zod.ts';
import { answerOf, holds, refusalOf } from '../support/command-line.ts';
import { listing } from '../support/folder.ts';
import { shopRunner, type ShopRunner } from '../support/shop-runner.ts';

let shop: ShopRunner;
beforeAll(async () => {
  shop = await shopRunner('data');
});
afterAll(() => shop.remove());

const casesSchema = z.object({ cases: z.array(z.unknown()) });
const effectsSchema = z.object({ effects: z.array(z.unknown()) });

/** What the systems were asked to do so far. */
async function effects(): Promise<number> {
  const url = new URL('/_/effects', shop.systems.connections['shop']);
  return effectsSchema.parse(await (await fetch(url)).json()).effects.length;
}

/** Runs rows that are to be refused, and makes sure that none of them became a case. */
async function refused(text: string | null, name = 'bad.csv') {
  const data = shop.file(name);
  if (text !== null) writeFileSync(data, text);
  const error = await refusalOf('run', shop.manifest, '--runner', shop.runner, '--data', data);
  expect((await answerOf(casesSchema, 'runs', '--runner', shop.runner)).cases).toEqual([]);
  expect(await effects()).toBe(0);
  expect(error.hint).toMatch(/\.$/);
  return { error, data };
}

test('a file without a column that the flow needs is refused with the columns it has', async () => {
  const { error, data } = await refused('order,colour\n1,red\n');
  expect(error).toMatchObject({ exit: 1, code: 'CSV_COLUMN_MISSING', where: { file: data } });
  expect(error.message).toContain('“way”');
  expect(error.hint).toContain('order, colour');
});

test('an empty file is refused', async () => {
  const { error, data } = await refused('');
  expect(error).toMatchObject({ code: 'CSV_COLUMN_MISSING', where: { file: data } });
});

test('a torn row is refused by its record, and the good rows before it start nothing', async () => {
  const { error, data } = await refused('order,way\n1,refund\n2,parcel\n3\n4,mark\n');
  expect(error).toMatchObject({ exit: 1, code: 'CSV_ROW_TORN', where: { file: data, record: 3 } });
  const quote = await refused('order,way\n1,refund\n"2,parcel\n');
  expect(quote.error).toMatchObject({ code: 'CSV_ROW_TORN', where: { record: 2 } });
});

test('a value that does not fit the input is refused by its record and field', async () => {
  const { error, data } = await refused('order,way\n1,refund\n2,dance\n');
  expect(error).toMatchObject({
    exit: 1,
    code: 'INPUT_INVALID',
    where: { file: data, record: 2, path: ['input', 'way'] },
  });
  expect(error.hint).toContain('refund, mark');
});

test('a file that is not there is the environment’s failure', async () => {
  const { error, data } = await refused(null, 'nowhere.csv');
  expect(error).toMatchObject({ exit: 3, code: 'FILE_UNREADABLE', where: { file: data } });
});

test('an input that is no JSON or not of the flow is refused with its place', async () => {
  const input = shop.file('input.json');
  const command = ['run', shop.manifest, '--runner', shop.runner, '--input', input];
  expect(await refusalOf(...command)).toMatchObject({ exit: 3, code: 'FILE_UNREADABLE', where: { file: input } });
  writeFileSync(input, '{"order": }');
  expect(await refusalOf(...command)).toMatchObject({ code: 'INPUT_INVALID', where: { file: input, line: 1 } });
  writeFileSync(input, '{"order": "1", "way": "refund", "colour": "red"}');
  expect(await refusalOf(...command)).toMatchObject({ code: 'INPUT_INVALID', where: { path: ['input', 'colour'] } });
  expect((await answerOf(casesSchema, 'runs', '--runner', shop.runner)).cases).toEqual([]);
});

test('rows that a model cannot be trained on are refused, and no model is written', async () => {
  const data = shop.file('train.csv');
  const command = ['models', 'train', '--data', data, '--text', 'text', '--label', 'topic'];
  const stated = ['--purpose', 'sorts messages', '--owner', 'Ada', '--question', 'What is it about?'];
  const into = ['--name', 'topics', ...stated, '--workspace', shop.root];
  const before = listing(shop.root);
  writeFileSync(data, 'message,topic\nhello,a\n');
  const column = await refusalOf(...command, ...into);
  expect(column).toMatchObject({ exit: 1, code: 'MODEL_DATA_COLUMN_MISSING', where: { file: data } });
  writeFileSync(data, 'text,topic\nhello,a\nworld,b,c\n');
  const torn = await refusalOf(...command, ...into);
  expect(torn).toMatchObject({ exit: 1, code: 'MODEL_DATA_ROW_TORN', where: { file: data, record: 2 } });
  writeFileSync(data, 'text,topic\nhello,a\nworld,b\n');
  expect(await refusalOf(...command, ...into)).toMatchObject({ exit: 1, code: 'MODEL_DATA_TOO_SMALL' });
  expect(listing(shop.root)).toEqual(before);
});

test('control: the rows repaired run', async () => {
  const data = shop.file('bad.csv');
  writeFileSync(data, 'order,way\n1,refund\n2,parcel\n3,mark\n');
  await holds('run', shop.manifest, '--runner', shop.runner, '--data', data);
  expect((await answerOf(casesSchema, 'runs', '--runner', shop.runner)).cases).toHaveLength(3);
  expect(await effects()).toBe(4);
});
