import { expect, test } from 'vitest';
import { parseNumber } from '../feel/number.ts';
import { FeelDate, formatValue, fromJson, toJson } from '../feel/value.ts';
import { fieldToJson } from './field-value.ts';
import { readResponse } from './response.ts';
import { shopAction } from './shop.fixture.ts';

const read = (status: number, body: string, action = 'read order') =>
  readResponse({ connection: 'shop', action }, shopAction(action), status, body);
const good = '{"order":"1","total":12.34,"placed":"2026-03-02","secret":"dropped"}';

test('a success has the declared fields with their types, and nothing else', () => {
  const outcome = read(200, good);
  if (outcome.outcome !== 'done') throw new Error(outcome.outcome);
  expect([...outcome.response.keys()].sort()).toEqual(['note', 'order', 'placed', 'total']);
  expect(outcome.response.get('placed')).toEqual(FeelDate.of(2026, 3, 2));
  expect(outcome.response.get('total')).toEqual(fromJson(12.34));
  expect(outcome.response.get('note')).toBeNull();
  expect(toJson(outcome.response)).toEqual({ order: '1', total: 12.34, placed: '2026-03-02', note: null });
});

test('a whole number too long for a double comes back digit for digit, and is refused on its way out rather than rounded', () => {
  for (const digits of ['9007199254740993', '-12345678901234567891', '12345678901234567000']) {
    const outcome = read(200, `{"order":"1","total":${digits},"placed":"2026-03-02"}`);
    if (outcome.outcome !== 'done') throw new Error(outcome.outcome);
    expect(formatValue(outcome.response.get('total') ?? null)).toBe(digits);
  }
  const field = { type: 'number' } as const;
  expect(fieldToJson(field, parseNumber('9007199254740993'))).toMatchObject({ ok: false });
  // Where it stands in a field that nobody reads, it is in nobody's way.
  expect(read(200, good.replace('"dropped"', '[9007199254740993, 1e400]'))).toMatchObject({ outcome: 'done' });
});

test('an action that declares no response needs no body', () => {
  expect(read(204, '', 'delete note')).toMatchObject({ outcome: 'done', status: 204 });
});

test.each([
  ['no JSON', '<html>', []],
  ['a list', '[]', []],
  ['empty', '', []],
  ['a missing field', '{"order":"1","placed":"2026-03-02"}', ['total']],
  ['a null field', '{"order":"1","total":null,"placed":"2026-03-02"}', ['total']],
  ['a mistyped field', '{"order":"1","total":"12","placed":"2026-03-02"}', ['total']],
  ['no such date', '{"order":"1","total":1,"placed":"2026-02-30"}', ['placed']],
  ['a number beyond all numbers', '{"order":"1","total":1e400,"placed":"2026-03-02"}', ['total']],
  ['a field of the prototype', '{"__proto__":{"order":"1","total":1,"placed":"2026-03-02"}}', ['order']],
])('P37 an answer that is %s is invalid: perhaps done, never repeated by itself', (_what, body, field) => {
  expect(read(200, body)).toMatchObject({
    outcome: 'failed',
    sent: 'maybe',
    error: { code: 'ACTION_RESPONSE_INVALID', retryable: false, where: { path: ['response', ...field] } },
  });
});

test('every status is done, refused or failed, and only those worth it are tried again', () => {
  for (let status = 200; status < 600; status++) {
    const again = status >= 500 || [408, 425, 429].includes(status);
    const expected =
      status < 300
        ? { outcome: 'done', status }
        : again
          ? { outcome: 'failed', sent: 'maybe', error: { retryable: true } }
          : { outcome: 'refused', status, error: { retryable: false } };
    expect(read(status, good)).toMatchObject(expected);
  }
});

test('what the other side said is kept short, and the rest of the body is not', () => {
  const outcome = read(409, JSON.stringify({ message: 'x'.repeat(1000), customer: 'private' }));
  if (outcome.outcome !== 'refused') throw new Error(outcome.outcome);
  expect(outcome.error.cause).toHaveLength(200);
  expect(JSON.stringify(outcome)).not.toContain('private');
});
