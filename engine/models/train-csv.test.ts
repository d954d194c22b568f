import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBuiltInModel } from './answer.ts';
import { digestOf } from './artefact.ts';
import { modelCardSchema } from './card.ts';
import { sampleRequest, sampleRows } from './fixtures.ts';
import { readLabelledCsv, trainFromCsv } from './train-csv.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'models-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function csv(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

const roles = { text: 'message', label: 'topic', columns: { amount: 'auto', channel: 'auto' } } as const;
const HEADER = 'message,topic,amount,channel';
const sampleCsv = (lineEnd: string): string =>
  [
    HEADER,
    ...sampleRows(200, 4).map(
      (row) =>
        `"${row.text ?? ''}",${row.label},${String(row.columns?.['amount'] ?? '')},${String(row.columns?.['channel'])}`,
    ),
    '',
  ].join(lineEnd);

describe('readLabelledCsv', () => {
  it('reads the same rows with a byte order mark, with Windows line ends and without either', async () => {
    const plain = await readLabelledCsv(await csv('plain.csv', sampleCsv('\n')), roles);
    const marked = await readLabelledCsv(await csv('marked.csv', `\uFEFF${sampleCsv('\r\n')}`), roles);
    expect(plain.rows).toHaveLength(200);
    expect(marked.rows).toEqual(plain.rows);
    expect(marked.digest).not.toBe(plain.digest);
    expect(plain.columns).toEqual({ amount: { type: 'number' }, channel: { type: 'category' } });
  });

  it('gives the digest of the file as it is', async () => {
    const file = await csv('digest.csv', sampleCsv('\n'));
    expect((await readLabelledCsv(file, roles)).digest).toBe(digestOf(await readFile(file)));
  });

  it.each([
    ['too few fields', `${HEADER}\nhello,refund,1,web\nhello again\n`, 2],
    ['too many fields', `${HEADER}\nhello, there,refund,1,web\n`, 1],
    ['a quote that is never closed', `${HEADER}\nhello,refund,1,web\n"hello,refund,1,web\n`, 2],
    ['a quote in the middle', `${HEADER}\nhello,refund,1,web\n"hel"lo,refund,1,web\n`, 2],
    ['no label', `${HEADER}\nhello,,1,web\n`, 1],
  ])('names the record with %s', async (_, content, record) => {
    await expect(readLabelledCsv(await csv('torn.csv', content), roles)).rejects.toMatchObject({
      code: 'MODEL_DATA_ROW_TORN',
      where: { record },
    });
  });

  it.each([
    ['a column', 'text,topic,amount,channel\nhello,refund,1,web\n'],
    ['everything', ''],
  ])('names the missing column where the file lacks %s', async (_, content) => {
    await expect(readLabelledCsv(await csv('lacking.csv', content), roles)).rejects.toMatchObject({
      code: 'MODEL_DATA_COLUMN_MISSING',
    });
  });

  it('refuses bytes that are not UTF-8, and takes letters that are cut in two where the file is read in pieces', async () => {
    const latin = path.join(folder, 'latin1.csv');
    const text = `${HEADER}\n${'Grüße über alles,refund,1,web\n'.repeat(5000)}`;
    await writeFile(latin, Buffer.from(text, 'latin1'));
    await expect(readLabelledCsv(latin, roles)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      where: { file: latin },
      message: expect.stringContaining('UTF-8') as unknown,
    });
    // Cut within a letter at its very end.
    const cut = path.join(folder, 'cut.csv');
    await writeFile(cut, Buffer.from(`${HEADER}\na,refund,1,wü`).subarray(0, -1));
    await expect(readLabelledCsv(cut, roles)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    const { rows } = await readLabelledCsv(await csv('utf8.csv', text), roles);
    expect(new Set(rows.map((row) => row.text))).toEqual(new Set(['Grüße über alles']));
    const wide = path.join(folder, 'utf16.csv');
    await writeFile(wide, Buffer.from(`\uFEFF${text}`, 'utf16le'));
    expect((await readLabelledCsv(wide, roles)).rows).toEqual(rows);
  });

  it('reports a file that is not there', async () => {
    await expect(readLabelledCsv(path.join(folder, 'nowhere.csv'), roles)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });
});

describe('trainFromCsv', () => {
  const { statement, seed, trainedWith } = sampleRequest();

  it('writes a card and the artefact that it names, which answer alike when loaded', async () => {
    const workspace = path.join(folder, 'workspace');
    const file = await csv('train.csv', sampleCsv('\n'));
    const written = await trainFromCsv(file, roles, workspace, { statement, seed, trainedWith });
    const card = modelCardSchema.parse(
      JSON.parse(await readFile(path.join(workspace, 'models/topics.model.json'), 'utf8')),
    );
    const bytes = await readFile(path.join(workspace, 'models/blobs', card.artefact.digest));
    const answer = loadBuiltInModel(card, bytes).answer({
      text: 'the parcel has not arrived',
      columns: { amount: 10, channel: 'phone' },
    });
    expect(answer.guess).toBe('delivery');
    expect(card.lineage.data).toEqual([{ name: 'train.csv', digest: digestOf(await readFile(file)), rows: 200 }]);
    expect(written.card).toEqual(card);
    expect((await readdir(path.join(workspace, 'models'), { recursive: true })).sort()).toEqual(
      ['blobs', `blobs/${card.artefact.digest}`, 'topics.model.json'].sort(),
    );
  });

  it.each([
    ['name', 'My topics'],
    ['purpose', ''],
    ['owner', ''],
    ['question', ''],
    ['modelVersion', '1'],
    ['bar', 2],
  ])('says which part of what is stated does not hold, and writes nothing: %s', async (part, said) => {
    const workspace = path.join(folder, 'unstated');
    const file = await csv('stated.csv', sampleCsv('\n'));
    const request = { statement: { ...statement, [part]: said }, seed, trainedWith };
    await expect(trainFromCsv(file, roles, workspace, request)).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      where: { path: [part] },
      fault: 'user',
    });
    await expect(readdir(workspace)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes nothing where the data cannot be used', async () => {
    const workspace = path.join(folder, 'untouched');
    const file = await csv('few.csv', sampleCsv('\n').split('\n').slice(0, 10).join('\n'));
    await expect(trainFromCsv(file, roles, workspace, { statement, seed, trainedWith })).rejects.toMatchObject({
      code: 'MODEL_DATA_TOO_SMALL',
    });
    await expect(readdir(workspace)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
