import { describe, expect, test } from 'vitest';
import { CountersignError, ERROR_CODES } from '../flow/error.ts';
import { STUDIO_METHODS, studioReplySchema } from './contract.ts';
import { createDispatch } from './dispatch.ts';
import { serveChannel } from './serve-channel.ts';
import type { StudioService } from './service.ts';

const hello = { version: '1', workspace: 'w', host: 'browser', engine: 'ready', person: 'ada' } as const;

const wrong = () => ({ ...hello, engine: 'asleep' });

/** A service that gives one answer to everything, and remembers what it was asked. */
function given(answer: () => unknown) {
  const asked: string[] = [];
  const call: StudioService['call'] = async (method) => {
    asked.push(method);
    // Some of the tests are about answers that are not what the method promises.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (await answer()) as never;
  };
  const service: StudioService = {
    call,
    window: () => ({ call, leave: () => asked.push('left') }),
    onEvent: () => () => undefined,
    close: () => Promise.resolve(),
  };
  return { service, asked };
}

const dispatchTo = (answer: () => unknown, checkAnswers = true) =>
  createDispatch(given(answer).service, { checkAnswers });

test('a call of the contract is answered under its id', async () => {
  const reply = await dispatchTo(() => hello)({ id: 7, method: 'hello', request: {} });
  expect(reply).toEqual({ id: 7, answer: hello });
});

describe('P34 what is not of the contract is refused with a reply, and the service never hears of it', () => {
  const deep = JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`) as unknown;
  const cyclic: Record<string, unknown> = { id: 3, method: 'hello' };
  cyclic['request'] = cyclic;
  const bad: [string, unknown, number][] = [
    ['nothing', undefined, 0],
    ['null', null, 0],
    ['a text', 'hello', 0],
    ['a list', [1, 2], 0],
    ['no id', { method: 'hello', request: {} }, 0],
    ['an id that is no number', { id: 'x', method: 'hello', request: {} }, 0],
    ['an id that is no whole number', { id: 1.5, method: 'hello', request: {} }, 0],
    ['no method', { id: 3, request: {} }, 3],
    ['an unknown method', { id: 3, method: 'shutdown', request: {} }, 3],
    ['a name of every object', { id: 3, method: 'constructor', request: {} }, 3],
    ['the prototype', { id: 3, method: '__proto__', request: {} }, 3],
    ['no request', { id: 3, method: 'hello' }, 3],
    ['a request with too much', { id: 3, method: 'hello', request: { more: 1 } }, 3],
    ['a message with too much', { id: 3, method: 'hello', request: {}, more: 1 }, 3],
    ['a request of another method', { id: 3, method: 'openFlow', request: {} }, 3],
    ['a value of another type', { id: 3, method: 'openFlow', request: { path: ['flows/a.flow.json'] } }, 3],
    [
      'a decision that is none',
      { id: 3, method: 'decide', request: { task: 't', decision: 'yes', comment: '', digest: '' } },
      3,
    ],
    [
      'a release before the first',
      { id: 3, method: 'exportFlow', request: { path: 'p', release: 0, notAfter: null, note: '' } },
      3,
    ],
    ['what is no JSON', { id: 3, method: 'startCase', request: { flow: 'f', input: { when: new Date(0) } } }, 3],
    ['a map', { id: 3, method: 'startCase', request: { flow: 'f', input: new Map([['a', 1]]) } }, 3],
    ['half a surrogate pair', { id: 3, method: 'openFlow', request: { path: '\ud800' } }, 3],
    ['deep nesting', { id: 3, method: 'startCase', request: { flow: 'f', input: { deep } } }, 3],
    ['a cycle', cyclic, 3],
  ];

  test.each(bad)('%s', async (_what, message, id) => {
    const { service, asked } = given(() => hello);
    const reply = await createDispatch(service, { checkAnswers: false })(message);
    expect(reply).toMatchObject({ id, error: { code: 'REQUEST_REFUSED' } });
    expect(studioReplySchema.safeParse(reply).success).toBe(true);
    expect(asked).toEqual([]);
  });

  test('every method refuses a request that is none', async () => {
    const { service, asked } = given(() => hello);
    const dispatch = createDispatch(service, { checkAnswers: false });
    for (const method of Object.keys(STUDIO_METHODS)) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await dispatch({ id: 1, method, request: 'x' })).toMatchObject({ error: { code: 'REQUEST_REFUSED' } });
    }
    expect(asked).toEqual([]);
  });
});

describe('what the service throws is replied in the one shape', () => {
  test('an error keeps its code and place', async () => {
    const error = new CountersignError({ code: 'FILE_CHANGED', message: 'm', hint: 'h', where: { file: 'f' } });
    const reply = await dispatchTo(() => {
      throw error;
    })({ id: 1, method: 'hello', request: {} });
    expect(reply).toEqual({ id: 1, error: error.toShape() });
    expect(ERROR_CODES).toContain('FILE_CHANGED');
  });

  test('a defect is one', async () => {
    const reply = await dispatchTo(() => {
      throw new TypeError('oh');
    })({ id: 1, method: 'hello', request: {} });
    expect(reply).toMatchObject({ id: 1, error: { code: 'INTERNAL', fault: 'us' } });
    expect(JSON.stringify(reply)).not.toContain('dispatch.ts');
  });

  test('an answer that is not of the contract is a defect where answers are checked, and only there', async () => {
    const call = { id: 1, method: 'hello', request: {} };
    expect(await dispatchTo(wrong)(call)).toMatchObject({ error: { code: 'INTERNAL' } });
    expect(await dispatchTo(wrong, false)(call)).toHaveProperty('answer');
  });
});

test('a window can have so many calls under way and no more', async () => {
  const waiting: (() => void)[] = [];
  const { service } = given(() => new Promise((resolve) => waiting.push(() => resolve(hello))));
  const replies: unknown[] = [];
  const channel = serveChannel(service, (reply) => replies.push(reply), { checkAnswers: false });
  for (let id = 1; id <= 65; id += 1) channel.receive({ id, method: 'hello', request: {} });
  await new Promise((resolve) => setImmediate(resolve));
  expect(replies).toMatchObject([{ id: 65, error: { code: 'OVERLOADED' } }]);
  for (const go of waiting) go();
  await new Promise((resolve) => setImmediate(resolve));
  expect(replies).toHaveLength(65);
  channel.close();
});

test('a window that was closed is sent nothing more, and leaves once', async () => {
  const replies: unknown[] = [];
  const { service, asked } = given(() => hello);
  const channel = serveChannel(service, (reply) => replies.push(reply), { checkAnswers: false });
  channel.receive({ id: 1, method: 'hello', request: {} });
  channel.close();
  channel.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect([replies, asked]).toEqual([[], ['hello', 'left']]);
});
