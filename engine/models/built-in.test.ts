import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelAnswerSchema } from './answer-schema.ts';
import { loadBuiltInModel } from './answer.ts';
import { readArtefact, writeArtefact } from './artefact.ts';
import { trainBuiltInModel } from './build.ts';
import { modelCardSchema, writeModelCard } from './card.ts';
import { sampleRequest, sampleRows } from './fixtures.ts';
import type { LabelledRow, ModelInput } from './input.ts';
import { seededRandom, shuffle } from './random.ts';

const rows = sampleRows(600, 1);
const trained = trainBuiltInModel(rows, sampleRequest());
const model = loadBuiltInModel(trained.card, trained.bytes);
const anyInput: fc.Arbitrary<ModelInput> = fc.record({
  text: fc.oneof(
    fc.constantFrom(...rows.map((row) => row.text ?? '')),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc
      .array(fc.constantFrom('parcel', 'refund', 'the', 'the', 'invoice', "don't", 'Ünïcode', '𝒳𝒴', '42'), {
        maxLength: 20,
      })
      .map((words) => words.join(' ')),
  ),
  columns: fc.record({
    amount: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    channel: fc.option(fc.constantFrom('phone', 'web', 'letter', 'pigeon')),
  }),
});

/** The same rows with their labels dealt out at random: nothing to be learned is left in them. */
function withShuffledLabels(source: readonly LabelledRow[]): LabelledRow[] {
  const order = source.map((_, index) => index);
  shuffle(order, seededRandom(99));
  return source.map((row, index) => ({ ...row, label: source[order[index] ?? 0]?.label ?? row.label }));
}

/** A word that no other row has. */
const ownWord = (index: number): string =>
  `zz${[676, 26, 1].map((place) => String.fromCharCode(97 + (Math.floor(index / place) % 26))).join('')}`;

describe('reasons', () => {
  it('add up to the logit of any choice within 1e-9, for any input', () => {
    fc.assert(
      fc.property(anyInput, fc.constantFrom(...model.choices), (input, choice) => {
        const { logit, reasons } = model.explain(input, choice);
        const sum = reasons.reduce((total, reason) => total + reason.contribution, 0);
        expect(Math.abs(sum - logit)).toBeLessThan(1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('give back the confidence through softmax over all choices', () => {
    const input = { text: 'where is my parcel?', columns: { amount: 20, channel: 'phone' } };
    const logits = model.choices.map((choice) => model.explain(input, choice).logit);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const { guess, confidence } = model.answer(input);
    expect(Math.exp(model.explain(input).logit) / total).toBeCloseTo(confidence, 5);
    expect(model.explain(input).choice).toBe(guess);
  });

  it('point at words as the message spells them, and at columns with their values', () => {
    const text = 'Hello! My PARCEL never came…';
    const { reasons } = model.explain({ text, columns: { amount: '12.50' } });
    const words = reasons.filter((reason) => reason.kind === 'word');
    expect(words.map((reason) => reason.word)).toEqual(['Hello', 'My', 'PARCEL', 'never', 'came']);
    expect(words.every((reason) => text.slice(reason.start, reason.end) === reason.word)).toBe(true);
    expect(reasons.filter((reason) => reason.kind === 'column').map((reason) => reason.value)).toEqual([12.5, null]);
  });

  it('put the telling word first', () => {
    const { reasons, guess } = model.answer({ text: 'hello, my parcel, thank you', columns: {} });
    expect(guess).toBe('delivery');
    expect(reasons.find((reason) => reason.kind === 'word')).toMatchObject({ word: 'parcel' });
  });
});

describe('an answer', () => {
  it('has the declared shape, and confidences that the bar decides on, for any input and bar', () => {
    fc.assert(
      fc.property(anyInput, fc.double({ min: 0, max: 1, noNaN: true }), (input, bar) => {
        const answer = modelAnswerSchema.parse(model.answer(input, bar));
        expect(answer.choice).toBe(answer.status === 'answered' ? answer.guess : null);
        expect(answer.why === 'unlike' || (answer.why === 'below-bar') === answer.confidence < bar).toBe(true);
        expect(answer.alternatives[0]).toEqual({ choice: answer.guess, confidence: answer.confidence });
        expect(model.answer(input, bar)).toEqual(answer);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['nothing', ''],
    ['no word', '?!… 🙂'],
    ['gibberish', 'asdf qwerzu yxcv hjklö'],
    ['German', 'Guten Tag, ich warte seit zwei Wochen auf mein Paket'],
    ['French', "Bonjour, je n'ai toujours pas reçu mon colis"],
    ['Russian', 'Где моя посылка?'],
    ['Chinese', '我的包裹在哪里'],
    ['another matter', 'Which mushrooms grow under birch trees during autumn?'],
  ])('is uncertain, as unlike anything seen, for %s', (_, text) => {
    const answer = model.answer({ text, columns: { amount: 30, channel: 'phone' } }, 0);
    expect(answer).toMatchObject({ status: 'uncertain', why: 'unlike', choice: null });
  });

  it('is sure of what is like what was seen (control of the above)', () => {
    const answer = model.answer({
      text: 'hello, the parcel has not arrived, thank you',
      columns: { amount: 30, channel: 'phone' },
    });
    expect(answer).toMatchObject({ status: 'answered', choice: 'delivery' });
  });

  it.each([
    ['a category never seen', { amount: 30, channel: 'pigeon' }, ['channel']],
    ['a number far outside what was seen', { amount: 1e9, channel: 'phone' }, ['amount']],
    ['a gap where there was none', { amount: 30 }, ['channel']],
  ])('is unlike for %s in a column', (_, columns, strangeColumns) => {
    const answer = model.answer({ text: 'where is my parcel?', columns }, 0);
    expect(answer).toMatchObject({ why: 'unlike', novelty: { strangeColumns } });
  });

  it.each([
    ['a word in a number column', { columns: { amount: 'much' } }],
    ['a number that is not finite', { columns: { amount: Number.NaN } }],
    ['a column that was not declared', { columns: { colour: 'red' } }],
    ['a message without end', { text: 'a'.repeat(100_001) }],
  ])('is refused for %s', (_, input: ModelInput) => {
    expect(() => model.answer(input)).toThrow(expect.objectContaining({ code: 'MODEL_INPUT_INVALID' }));
  });
});

describe('training', () => {
  it('gives the same bytes and card for the same rows and seed, and others for another seed or row', () => {
    const few = rows.slice(0, 200);
    const first = trainBuiltInModel(few, sampleRequest());
    const again = trainBuiltInModel(structuredClone(few), sampleRequest());
    expect(writeModelCard(again.card)).toBe(writeModelCard(first.card));
    expect(Buffer.compare(again.bytes, first.bytes)).toBe(0);
    const otherSeed = trainBuiltInModel(few, sampleRequest({ seed: 8 }));
    const otherRow = trainBuiltInModel(
      [...few.slice(1), { ...few[0], label: 'refund', text: 'another row' }],
      sampleRequest(),
    );
    const digests = [first, otherSeed, otherRow].map(({ card }) => card.artefact.digest);
    expect(new Set(digests).size).toBe(3);
  });

  it('learns: the test part is answered well, at every level as surely as is right', () => {
    const { metrics } = trained.card;
    expect(metrics.accuracy).toBeGreaterThan(0.95);
    expect(metrics.ece).toBeLessThan(0.1);
    expect(metrics.atBar.coverage).toBeGreaterThan(0.9);
  });

  it('learns nothing from shuffled labels, and knows it: chance accuracy, low confidence (control)', () => {
    const { card, bytes } = trainBuiltInModel(withShuffledLabels(rows), sampleRequest());
    expect(card.metrics.accuracy).toBeLessThan(0.45);
    expect(card.metrics.ece).toBeLessThan(0.15);
    expect(card.metrics.atBar.coverage).toBeLessThan(0.05);
    // A row it was trained on is no safer than any other: confidence was not calibrated on trained rows.
    const loaded = loadBuiltInModel(card, bytes);
    const mean =
      rows.reduce((sum, row) => sum + loaded.answer({ text: row.text, columns: row.columns }).confidence, 0) /
      rows.length;
    expect(mean).toBeLessThan(0.6);
  });

  it('learns words from the training part alone: the own word of a held-out row is not in the dictionary', () => {
    const marked = rows.map((row, index) => ({ ...row, text: `${row.text ?? ''} ${ownWord(index)}` }));
    const { card, bytes } = trainBuiltInModel(marked, sampleRequest());
    const { index: known } = readArtefact(bytes).encoder;
    const learned = [...rows.keys()].filter((index) => known.has(`=${ownWord(index)}`)).length;
    expect(learned).toBe(card.lineage.split.training);
  });

  it('works from columns alone, and from the message alone', () => {
    const columnsOnly = trainBuiltInModel(
      rows,
      sampleRequest({
        inputs: { text: false, columns: { amount: { type: 'number' }, channel: { type: 'category' } } },
      }),
    );
    expect(columnsOnly.card.metrics.accuracy).toBeGreaterThan(0.4);
    const textOnly = trainBuiltInModel(
      rows.map(({ label, text }) => ({ label, text })),
      sampleRequest({ inputs: { text: true, columns: {} } }),
    );
    expect(textOnly.card.metrics.accuracy).toBeGreaterThan(0.95);
  });

  it.each([
    ['one choice only', rows.map((row) => ({ ...row, label: 'same' }))],
    ['a choice with too few examples', [...rows, { label: 'rare', text: 'a rare thing', columns: {} }]],
    ['too few rows', rows.slice(0, 24)],
    ['many copies of few rows', Array.from({ length: 30 }, () => rows.slice(0, 20)).flat()],
    ['no rows', []],
  ])('refuses %s', (_, data) => {
    expect(() => trainBuiltInModel(data, sampleRequest())).toThrow(
      expect.objectContaining({ code: 'MODEL_DATA_TOO_SMALL' }),
    );
  });

  it('refuses a category column that is an identifier', () => {
    const data = sampleRows(1200, 3).map((row, index) => ({ ...row, columns: { id: `customer ${index}` } }));
    const request = sampleRequest({ inputs: { text: true, columns: { id: { type: 'category' } } } });
    expect(() => trainBuiltInModel(data, request)).toThrow(expect.objectContaining({ code: 'MODEL_INPUT_INVALID' }));
  });
});

describe('the artefact', () => {
  it('is read back to the very same bytes', () => {
    expect(Buffer.compare(writeArtefact(readArtefact(trained.bytes)), trained.bytes)).toBe(0);
  });

  it('is the same model wherever in memory its bytes lie', () => {
    const pool = Buffer.alloc(trained.bytes.length + 10, 0xff);
    pool.set(trained.bytes, 3);
    const moved = loadBuiltInModel(trained.card, pool.subarray(3, 3 + trained.bytes.length));
    for (const { text, columns } of rows.slice(0, 20)) {
      expect(moved.answer({ text, columns })).toEqual(model.answer({ text, columns }));
    }
  });

  it('is refused with any one bit changed, cut short or lengthened', () => {
    const refused = (bytes: Uint8Array): void =>
      expect(() => loadBuiltInModel(trained.card, bytes)).toThrow(
        expect.objectContaining({ code: 'MODEL_ARTEFACT_DAMAGED' }),
      );
    fc.assert(
      fc.property(fc.nat(trained.bytes.length - 1), fc.nat(7), (at, bit) => {
        const bytes = trained.bytes.slice();
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        refused(bytes);
      }),
      { numRuns: 100 },
    );
    refused(trained.bytes.slice(0, -1));
    refused(Uint8Array.from([...trained.bytes, 0]));
  });

  it('reports damage by its code even where no digest is at hand', () => {
    fc.assert(
      fc.property(fc.nat(trained.bytes.length - 1), (length) => {
        expect(() => readArtefact(trained.bytes.slice(0, length))).toThrow(
          expect.objectContaining({ code: 'MODEL_ARTEFACT_DAMAGED' }),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('is refused under a card that names other choices', () => {
    const card = { ...trained.card, choices: trained.card.choices.toReversed() };
    expect(() => loadBuiltInModel(card, trained.bytes)).toThrow(
      expect.objectContaining({ code: 'MODEL_ARTEFACT_DAMAGED' }),
    );
  });

  it('holds no number of a training message', () => {
    const { dictionary } = readArtefact(trained.bytes).encoder;
    expect(dictionary.filter((key) => /[1-9]/.test(key))).toEqual([]);
    expect(dictionary).toContain('=0000');
  });

  it('has a card that is valid, written with keys in order, and says what was held out', () => {
    const text = writeModelCard(trained.card);
    expect(modelCardSchema.parse(JSON.parse(text))).toEqual(trained.card);
    expect(writeModelCard(modelCardSchema.parse(JSON.parse(text)))).toBe(text);
    const { split } = trained.card.lineage;
    expect(split.training + split.calibration + split.test).toBe(rows.length);
    expect(trained.card.metrics.rows).toBe(split.test);
    expect(trained.card.calibration.rows).toBe(split.calibration);
  });
});
