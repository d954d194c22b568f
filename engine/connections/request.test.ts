import { assert, pre, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, type FeelContext, type FeelValue } from '../feel/value.ts';
import { actionSchema } from './contract.ts';
import { buildRequest, EFFECT_HEADER } from './request.ts';
import { shop, shopAction } from './shop.fixture.ts';

const build = (action: string, request: Record<string, FeelValue>, key = 'k1') =>
  buildRequest({ connection: 'shop', action }, shopAction(action), new Map(Object.entries(request)), key);

const built = (action: string, request: Record<string, FeelValue>, key = 'k1') => {
  const result = build(action, request, key);
  if (!result.ok) throw new Error(result.error.message);
  return result.request;
};

const refusedAt = (result: ReturnType<typeof build>) =>
  result.ok ? null : { code: result.error.code, path: result.error.where?.path };

test('each field goes where the contract says: path, query, body', () => {
  const request = built('refund', { order: 'A 1', amount: fromJson(12.5), speed: 'fast' });
  expect(request.method).toBe('POST');
  expect(request.path).toBe('/orders/A%201/refunds?speed=fast');
  expect(request.body).toBe('{"amount":12.5}');
});

test('a method without a body carries the other fields in the query', () => {
  expect(built('read order', { order: '1', lines: true })).toMatchObject({ path: '/orders/1?lines=true', body: null });
  expect(built('delete note', { order: '1', why: 'x&y=1' })).toMatchObject({
    path: '/orders/1/note?why=x%26y%3D1',
    body: null,
  });
});

test('what of the contract’s own path is not ASCII leaves as UTF-8 in percents, and what is stays as it is', () => {
  const action = { ...shopAction('read order'), http: { method: 'GET', path: "/Aufträge/%C3%A4/заказы/{order}/it's" } };
  const result = buildRequest(
    { connection: 'shop', action: 'read order' },
    actionSchema.parse(action),
    new Map([['order', 'ö']]),
    'k1',
  );
  if (!result.ok) throw new Error(result.error.message);
  expect(result.request.path).toBe("/Auftr%C3%A4ge/%C3%A4/%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7%D1%8B/%C3%B6/it's");
});

test('whatever a field holds, it stays one segment of the path and comes back whole', () => {
  assert(
    property(string({ minLength: 1, unit: 'grapheme' }), (order) => {
      pre(order !== '.' && order !== '..');
      const url = new URL(built('read order', { order }).path, 'http://host');
      expect(url.host).toBe('host');
      expect(url.pathname.split('/')).toHaveLength(3);
      expect(decodeURIComponent(url.pathname.slice('/orders/'.length))).toBe(order);
    }),
    { numRuns: 200 },
  );
});

test('the effect key goes into the contract’s header for idempotency by key, and into none for the others', () => {
  expect(built('refund', { order: '1', amount: 1 }, 'kk').headers).toMatchObject({
    'idempotency-key': 'kk',
    [EFFECT_HEADER]: 'kk',
  });
  const letter = built('post letter', { order: '1' }, 'kk').headers;
  expect(letter['idempotency-key']).toBeUndefined();
  expect(letter[EFFECT_HEADER]).toBe('kk');
  expect(Object.values(built('read order', { order: '1' }, 'kk').headers)).not.toContain('kk');
});

test('an askable action sends the key in the field it is asked by, whatever the flow gave', () => {
  expect(built('send parcel', { order: '1', reference: 'mine' }, 'kk').body).toBe('{"order":"1","reference":"kk"}');
});

test('an askable action that cannot send the key is refused: asking would always say no', () => {
  const { reference: _reference, ...request } = shopAction('send parcel').request;
  const blind = actionSchema.parse({ ...shopAction('send parcel'), request });
  expect(
    refusedAt(buildRequest({ connection: 'shop', action: 'send parcel' }, blind, new Map([['order', '1']]), 'k')),
  ).toEqual({
    code: 'ACTION_REFUSED',
    path: ['request', 'reference'],
  });
});

test.each<[string, string, Record<string, FeelValue>, string]>([
  ['missing', 'refund', { order: '1' }, 'amount'],
  ['null where it is needed', 'refund', { order: '1', amount: null }, 'amount'],
  ['unknown', 'refund', { order: '1', amount: 1, extra: 1 }, 'extra'],
  ['unknown, named like a JavaScript member', 'refund', { order: '1', amount: 1, constructor: 'x' }, 'constructor'],
  ['mistyped', 'refund', { order: '1', amount: '1' }, 'amount'],
  ['not among its values', 'refund', { order: '1', amount: 1, speed: 'warp' }, 'speed'],
  ['empty in the path', 'read order', { order: '' }, 'order'],
  ['a step up in the path', 'read order', { order: '..' }, 'order'],
])('a field that is %s is refused by name', (_why, action, request, field) => {
  expect(refusedAt(build(action, request))).toEqual({ code: 'ACTION_REFUSED', path: ['request', field] });
});

test('a number that a double cannot carry is refused rather than rounded', () => {
  const precise: FeelContext = new Map([
    ['order', '1'],
    ['amount', fromJson(0.1)],
  ]);
  expect(buildRequest({ connection: 'shop', action: 'refund' }, shopAction('refund'), precise, 'k').ok).toBe(true);
  const tooFine = fromJson(1.5);
  if (tooFine === null || typeof tooFine !== 'object' || !('plus' in tooFine))
    throw new Error('a fraction is a decimal');
  const request = { order: '1', amount: tooFine.plus('1e-30') };
  expect(refusedAt(build('refund', request))).toEqual({ code: 'ACTION_REFUSED', path: ['request', 'amount'] });
});

test('the same request has the same bytes, in whatever order its fields were given', () => {
  const action = shop.actions['send parcel'];
  expect(action).toBeDefined();
  expect(built('refund', { amount: 1, order: '1' })).toEqual(built('refund', { order: '1', amount: 1 }));
});
