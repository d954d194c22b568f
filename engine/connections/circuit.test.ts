import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { admit, CIRCUIT_POLICY, CLOSED, observe, pauseMs, type Circuit, type Sign } from './circuit.ts';
import { Circuits, signOf, type CircuitTold } from './circuits.ts';
import { heldBack, type Sent } from './carried-systems.ts';
import { retryAfterAt } from './retry-after.ts';

const POLICY = { ...CIRCUIT_POLICY, failures: 2 };
const TIMEOUT = 10_000;
const DOWN: Sign = { sign: 'down' };
const UP: Sign = { sign: 'up' };

type Act = { act: 'send' } | { act: 'answer'; which: number; sign: Sign['sign'] } | { act: 'wait'; ms: number };
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.constant<Act>({ act: 'send' }),
  fc.record({
    act: fc.constant('answer' as const),
    which: fc.nat(5),
    sign: fc.constantFrom<Sign['sign']>('up', 'down', 'down', 'down', 'busy', 'unclear', 'unsent'),
  }),
  fc.record({ act: fc.constant('wait' as const), ms: fc.constantFrom(1, 900, 5_000, 12_000, 400_000) }),
);

/** What a course of sending and answering showed: how many were let through from one opening to the next answer. */
function play(acts: readonly Act[], step: typeof observe = observe): string[] {
  const broken: string[] = [];
  let circuit: Circuit = CLOSED;
  let now = 1_000_000;
  let failures = 0;
  const out: { era: number; probe: boolean; until: number }[] = [];
  for (const one of acts) {
    if (one.act === 'wait') now += one.ms;
    if (one.act === 'send') {
      const before = circuit;
      const admission = admit(circuit, now, TIMEOUT);
      circuit = admission.circuit;
      if (before.state === 'open' && now < before.until && admission.admitted) broken.push('C1 let through while open');
      const probing = out.some(({ probe, era, until }) => probe && era === before.era && now < until);
      if (before.state === 'half-open' && probing && admission.admitted) broken.push('C4 two probes at once');
      if (before.state === 'open' && now >= before.until && !admission.admitted) broken.push('C4 nobody probes');
      if (admission.admitted) out.push({ era: admission.era, probe: before.state !== 'closed', until: now + TIMEOUT });
      else if (admission.until <= now) broken.push('told to come at a time that has passed');
    }
    if (one.act === 'answer') {
      const [flight] = out.splice(one.which % Math.max(1, out.length), 1);
      if (flight === undefined) continue;
      const before = circuit;
      const sign: Sign = one.sign === 'busy' ? { sign: 'busy', until: now + 7_000 } : { sign: one.sign };
      circuit = step(circuit, flight.era, sign, now, POLICY);
      if (before.state === 'closed' && flight.era === before.era) {
        if (sign.sign === 'down') failures += 1;
        else if (sign.sign === 'up') failures = 0;
        const opens = failures >= POLICY.failures || sign.sign === 'busy';
        if (opens !== (circuit.state === 'open')) broken.push(`C2 ${failures} failures and it is ${circuit.state}`);
        if (opens) failures = 0;
      } else if (flight.era !== before.era && circuit !== before) broken.push('C2 an answer of an earlier era counted');
      if (before.state === 'half-open' && flight.era === before.era && circuit.state === 'half-open')
        broken.push('C4 the probe came back and it still waits for it');
    }
  }
  return broken;
}

describe('the circuit of a connection', () => {
  test('C1 C2 C4 hold whatever comes back, in whatever order and however late', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 120 }), (acts) => {
        expect(play(acts)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('P32 a probe that was stopped before it left lengthens no pause, and the next request probes', () => {
    const open: Circuit = { era: 3, state: 'open', since: 0, until: 10, pauses: 1 };
    const probing = admit(open, 10, TIMEOUT);
    const held = observe(probing.circuit, 4, { sign: 'unsent' }, 20, POLICY);
    expect(held).toMatchObject({ state: 'open', until: 20, pauses: 1 });
    expect(admit(held, 20, TIMEOUT)).toMatchObject({ admitted: true, circuit: { state: 'half-open' } });
    expect(observe(CLOSED, 0, { sign: 'unsent' }, 20, { ...POLICY, failures: 1 })).toBe(CLOSED);
    // Control: one that was tried and says nothing counts against it.
    expect(observe(probing.circuit, 4, { sign: 'unclear' }, 20, POLICY)).toMatchObject({ pauses: 2 });
  });

  test('P8 a clock that is set back by days does not keep a connection paused for days', () => {
    const now = 10 * 86_400_000;
    const opened = observe(CLOSED, 0, { sign: 'busy', until: now + 3_600_000 }, now, POLICY);
    expect(admit(opened, now, TIMEOUT)).toMatchObject({ admitted: false });
    const back = admit(opened, now - 3 * 86_400_000, TIMEOUT);
    expect(back.admitted).toBe(true);
    // Nobody waits days for a probe that was sent before, either.
    expect(admit(back.circuit, now - 6 * 86_400_000, TIMEOUT).admitted).toBe(true);
    expect(admit(back.circuit, now - 3 * 86_400_000, TIMEOUT).admitted, 'control: one probe at a time').toBe(false);
  });

  test('control: one that counts answers of an earlier era is caught', () => {
    const careless: typeof observe = (circuit, _era, sign, now, policy) =>
      observe(circuit, circuit.era, sign, now, policy);
    const send: Act = { act: 'send' };
    const answer = (sign: Sign['sign']): Act => ({ act: 'answer', which: 0, sign });
    const late = [
      send,
      send,
      send,
      answer('down'),
      answer('down'),
      { act: 'wait', ms: 5_000 } as const,
      send,
      answer('up'),
    ];
    expect(play(late)).toEqual([]);
    expect(play(late, careless)).toEqual(['C2 an answer of an earlier era counted']);
  });

  test('C3 pauses grow up to the longest, and begin anew once something got through', () => {
    let circuit: Circuit = CLOSED;
    for (let i = 0; i < POLICY.failures; i++) circuit = observe(circuit, 0, DOWN, 0, POLICY);
    const pauses: number[] = [];
    for (let now = 0; pauses.length < 9;) {
      if (circuit.state !== 'open') throw new Error(circuit.state);
      pauses.push(circuit.until - now);
      now = circuit.until;
      const { circuit: probing } = admit(circuit, now, TIMEOUT);
      circuit = observe(probing, probing.era, DOWN, now, POLICY);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((s) => s * 1000));
    expect(pauseMs(POLICY, 60)).toBe(300_000);
    const { circuit: probing } = admit(circuit, 1e9, TIMEOUT);
    const closed = observe(probing, probing.era, UP, 1e9, POLICY);
    expect(closed).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('a probe that never comes back makes room for another once its time is over', () => {
    const open: Circuit = { era: 3, state: 'open', since: 0, until: 10, pauses: 1 };
    const first = admit(open, 10, TIMEOUT);
    expect(admit(first.circuit, 11, TIMEOUT)).toMatchObject({ admitted: false, until: 10 + TIMEOUT });
    expect(admit(first.circuit, 10 + TIMEOUT, TIMEOUT)).toMatchObject({ admitted: true, era: 5 });
  });
});

const error = (retryable: boolean) =>
  ({ code: 'ACTION_UNREACHABLE', message: 'no', hint: '', retryable, fault: 'other system' }) as const;
const answered = (status: number, retryAfter: string | null = null): Sent => ({
  answered: true,
  status,
  body: '',
  retryAfter,
});

test.each([
  [answered(200), 'up'],
  [answered(404), 'up'],
  [answered(500), 'down'],
  [answered(503), 'down'],
  [answered(503, '30'), 'busy'],
  [answered(429, '30'), 'busy'],
  [answered(429), 'unclear'],
  [answered(408), 'unclear'],
  [{ answered: false, sent: 'no', error: error(true) } as const, 'down'],
  [{ answered: false, sent: 'maybe', error: error(true) } as const, 'down'],
  [{ answered: false, sent: 'no', error: error(false) } as const, 'unclear'],
  [heldBack({ connection: 'shop', action: 'refund' }), 'unsent'],
])('what %o says of the other side', (sent, sign) => {
  expect(signOf(sent, 0).sign).toBe(sign);
});

test('the third form of a date in HTTP names no zone and is in GMT, wherever the machine stands', () => {
  const zone = process.env['TZ'];
  onTestFinished(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  const now = Date.parse('2026-03-02T09:00:00Z');
  for (const where of ['UTC', 'America/New_York', 'Europe/Berlin']) {
    process.env['TZ'] = where;
    expect(retryAfterAt('Mon Mar  2 09:00:30 2026', now)).toBe(now + 30_000);
  }
});

test('Retry-After is seconds or a date, an hour at most, and never in the past', () => {
  const now = Date.parse('2026-03-02T09:00:00Z');
  expect(retryAfterAt('120', now)).toBe(now + 120_000);
  expect(retryAfterAt('Mon, 02 Mar 2026 09:00:30 GMT', now)).toBe(now + 30_000);
  expect(retryAfterAt('Mon, 02 Mar 2026 08:00:00 GMT', now)).toBe(now);
  expect(retryAfterAt('Monday, 02-Mar-26 09:00:30 GMT', now)).toBe(now + 30_000);
  expect(retryAfterAt('999999999', now)).toBe(now + 3_600_000);
  for (const wrong of [null, '', 'soon', '-3', '1.5', '12345678901']) expect(retryAfterAt(wrong, now)).toBeNull();
});

test('while it is paused nothing is carried; one probes, and that it was paused and goes on is told once each', async () => {
  let now = 0;
  let status = 500;
  const carried: number[] = [];
  const told: CircuitTold[] = [];
  const circuits = new Circuits({
    clock: { now: () => now },
    policyOf: () => ({ failures: 2, firstPauseMs: 1000 }),
    tell: (one) => told.push(one),
  });
  const carrier = circuits.guard({
    refuse: () => null,
    send: () => {
      carried.push(now);
      return Promise.resolve(answered(status));
    },
  });
  const request = { method: 'GET', path: '/', headers: {}, body: null } as const;
  const send = (connection = 'shop') => carrier.send({ connection, action: 'read order' }, request, TIMEOUT);
  await send();
  await send();
  expect(await send()).toMatchObject({
    answered: false,
    sent: 'no',
    pausedUntil: 1000,
    error: { code: 'CONNECTION_PAUSED' },
  });
  expect(await send('post')).toMatchObject({ answered: true });
  expect(circuits.state()).toEqual([{ connection: 'shop', state: 'paused', since: 0, until: 1000 }]);
  now = 1000;
  await send();
  now = 3000;
  status = 200;
  const both = await Promise.all([send(), send()]);
  expect(both.map((one) => one.answered)).toEqual([true, false]);
  expect(await send()).toMatchObject({ answered: true });
  expect(carried).toEqual([0, 0, 0, 1000, 3000, 3000]);
  expect(told.map(({ what, at }) => [what, at])).toEqual([
    ['paused', 0],
    ['goes on', 3000],
  ]);
  expect(circuits.state()).toEqual([]);
});
