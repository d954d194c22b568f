import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../sandbox/clock.ts';
import type { Carrier, Sent } from './carried-systems.ts';
import { Circuits } from './circuits.ts';
import { timedOut } from './egress-errors.ts';
import { inTurn, LONGEST_TURN_MS, Turns } from './turns.ts';

const OK: Sent = { answered: true, status: 200, body: '{}' };
const request = { method: 'POST', path: '/', headers: {}, body: null } as const;

/** A system that answers when it is told to, two requests at once. */
function pair(mostOf: (connection: string) => number | undefined = () => 2) {
  const clock = new VirtualClock(1_000_000);
  const begun: { path: string; connection: string; timeoutMs: number; end: (sent?: Sent) => void; fail: () => void }[] =
    [];
  const slow: Carrier = {
    refuse: () => null,
    send: ({ connection }, { path }, timeoutMs) =>
      new Promise((resolve, reject) =>
        begun.push({
          path,
          connection,
          timeoutMs,
          end: (sent = OK) => resolve(sent),
          fail: () => reject(new Error('broken')),
        }),
      ),
  };
  const carrier = inTurn(slow, { clock, mostOf });
  const send = (path: string, connection = 'shop') =>
    carrier.send({ connection, action: 'refund' }, { ...request, path }, 5000);
  const paths = () => begun.map(({ path }) => path);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { clock, begun, send, paths, turn, slow };
}

describe('turns on a connection', () => {
  it('so many at once, the others in the order in which they came, each with all of its time', async () => {
    const { begun, send, paths, turn, clock } = pair();
    const all = ['1', '2', '3', '4', '5'].map((path) => send(path));
    await turn();
    expect(paths()).toEqual(['1', '2']);
    clock.wakeIn(LONGEST_TURN_MS - 1, () => undefined);
    clock.step();
    begun[1]?.end();
    await turn();
    expect(paths()).toEqual(['1', '2', '3']);
    begun[0]?.end();
    begun[2]?.end();
    await turn();
    expect(paths()).toEqual(['1', '2', '3', '4', '5']);
    for (const { end } of begun) end();
    expect(await Promise.all(all)).toEqual(all.map(() => OK));
    expect(begun.map(({ timeoutMs }) => timeoutMs)).toEqual(all.map(() => 5000));
  });

  it('who has had none for a minute is told, was not sent, and takes nobody’s place', async () => {
    const { begun, send, paths, turn, clock } = pair();
    const [, , third] = ['1', '2', '3'].map((path) => send(path));
    await turn();
    clock.step();
    expect(await third).toMatchObject({
      answered: false,
      sent: 'no',
      error: { code: 'CONNECTION_BUSY', meaning: 'Nothing was sent.' },
      pausedUntil: 1_000_000 + LONGEST_TURN_MS + 1000,
    });
    for (const { end } of begun) end();
    await turn();
    const more = ['4', '5', '6'].map((path) => send(path));
    await turn();
    // Control: two places, and not one less for the one who left.
    expect(paths()).toEqual(['1', '2', '4', '5']);
    for (const { end } of begun) end();
    await turn();
    begun.at(-1)?.end();
    await Promise.all(more);
    expect(paths()).toEqual(['1', '2', '4', '5', '6']);
  });

  it('who waited while the connection was paused is not sent to a system that is down', async () => {
    const { begun, turn, clock, slow } = pair();
    const circuits = new Circuits({ clock, policyOf: () => ({ failures: 1 }) });
    const carrier = inTurn(circuits.guard(slow), { clock, mostOf: () => 1 });
    const name = { connection: 'shop', action: 'refund' };
    const [first, second] = ['1', '2'].map((path) => carrier.send(name, { ...request, path }, 5000));
    await turn();
    begun[0]?.end({ answered: false, sent: 'maybe', error: timedOut(name, 5000, true) });
    expect(await first).toMatchObject({ error: { code: 'ACTION_TIMED_OUT' } });
    expect(await second).toMatchObject({ sent: 'no', error: { code: 'CONNECTION_PAUSED' } });
    expect(begun).toHaveLength(1);
  });

  it('P32 who waited while it was stopped does not leave when its turn comes, and those who may do', async () => {
    const { begun, slow, turn, clock } = pair();
    const stopped = new Set<string>();
    const carrier = inTurn(slow, { clock, mostOf: () => 1 });
    const send = (path: string) =>
      carrier.send({ connection: 'shop', action: 'refund' }, { ...request, path }, 5000, () => !stopped.has(path));
    const [first, second, third] = ['1', '2', '3'].map(send);
    await turn();
    stopped.add('1').add('2');
    begun[0]?.end();
    // Control: what had left comes back as it was.
    expect(await first).toEqual(OK);
    expect(await second).toMatchObject({ answered: false, sent: 'no', held: true, error: { code: 'FLOW_STOPPED' } });
    await turn();
    expect(begun.map(({ path }) => path)).toEqual(['1', '3']);
    begun[1]?.end();
    expect(await third).toEqual(OK);
    // It counted for nobody's place.
    const fourth = send('4');
    await turn();
    begun[2]?.end();
    expect(await fourth).toEqual(OK);
  });

  it('releases that reach one system share its places', async () => {
    const { begun, slow, turn, clock } = pair();
    const name = { connection: 'shop', action: 'refund' };
    const both = (turns?: Turns) =>
      [1, 2].map((release) =>
        inTurn(slow, { clock, mostOf: () => 1, turns }).send(name, { ...request, path: String(release) }, 5000),
      );
    const sent = both(new Turns());
    await turn();
    expect(begun).toHaveLength(1);
    begun[0]?.end();
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]?.end();
    expect(await Promise.all(sent)).toEqual([OK, OK]);
    // Control: each with turns of its own has a place of its own.
    void both();
    await turn();
    expect(begun).toHaveLength(4);
  });

  it('each connection has places of its own, and one that breaks gives its place back', async () => {
    const { begun, send, paths, turn } = pair((connection) => (connection === 'shop' ? 1 : undefined));
    const broken = send('1');
    const second = send('2');
    const other = send('3', 'bank');
    await turn();
    expect(paths()).toEqual(['1', '3']);
    begun[0]?.fail();
    await expect(broken).rejects.toThrow('broken');
    await turn();
    expect(paths()).toEqual(['1', '3', '2']);
    for (const { end } of begun) end();
    expect(await Promise.all([second, other])).toEqual([OK, OK]);
  });
});
