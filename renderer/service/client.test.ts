import { describe, expect, it } from 'vitest';
import type { StudioEvent } from '../../engine/studio/contract.ts';
import type { Channel, ChannelListener, Link } from './channel.ts';
import { createClient } from './client.ts';
import { studioAddress } from './web-socket-channel.ts';

function setUp() {
  const sent: unknown[] = [];
  const events: StudioEvent[] = [];
  const links: Link[] = [];
  let end: ChannelListener | undefined;
  const channel: Channel = {
    send: (message) => sent.push(message),
    listen: (listener) => {
      end = listener;
      return () => {};
    },
  };
  const client = createClient(channel, { event: (event) => events.push(event), link: (link) => links.push(link) });
  end?.link('open');
  return {
    client,
    sent,
    events,
    links,
    say: (message: unknown) => end?.message(message),
    link: (link: Link) => end?.link(link),
  };
}

describe('the client of the studio service', () => {
  it('C1 gives each call its own answer, whatever the order', async () => {
    const { client, sent, say } = setUp();
    const tasks = client.call('tasks', {});
    const releases = client.call('releases', {});
    expect(sent).toEqual([
      { id: 1, method: 'tasks', request: {} },
      { id: 2, method: 'releases', request: {} },
    ]);
    say({ id: 2, answer: { releases: [] } });
    say({ id: 1, answer: { tasks: [] } });
    await expect(tasks).resolves.toEqual({ tasks: [] });
    await expect(releases).resolves.toEqual({ releases: [] });
  });

  it('C2 an error keeps its code, and an answer that is not of the contract is one', async () => {
    const { client, say } = setUp();
    const refused = client.call('openFlow', { path: 'x' });
    say({ id: 1, error: { code: 'FILE_UNREADABLE', message: 'm', hint: 'h', retryable: false, fault: 'user' } });
    await expect(refused).rejects.toMatchObject({ code: 'FILE_UNREADABLE', fault: 'user' });
    const strange = client.call('tasks', {});
    say({ id: 2, answer: { tasks: 'many' } });
    await expect(strange).rejects.toMatchObject({ code: 'INTERNAL', fault: 'us' });
  });

  it('C3 when the channel is lost, what was asked is refused and nothing is sent twice', async () => {
    const { client, sent, say, link, links } = setUp();
    const asked = client.call('tasks', {});
    link('lost');
    await expect(asked).rejects.toMatchObject({ code: 'STOPPED', retryable: true });
    await expect(client.call('tasks', {})).rejects.toMatchObject({ code: 'STOPPED' });
    link('open');
    say({ id: 1, answer: { tasks: [] } });
    expect(sent).toHaveLength(1);
    expect(links).toEqual(['open', 'lost', 'open']);
  });

  it('C4 tells events, and nothing of what is neither event nor answer', () => {
    const { events, say } = setUp();
    say({ event: 'tasks changed', open: 2 });
    say({ event: 'invented' });
    say('noise');
    expect(events).toEqual([{ event: 'tasks changed', open: 2 }]);
  });

  it('C5 the address is that of our own origin', () => {
    expect(studioAddress('http://127.0.0.1:4000/index.html?x#y')).toBe('ws://127.0.0.1:4000/studio');
    expect(studioAddress('https://studio.example/')).toBe('wss://studio.example/studio');
  });
});
