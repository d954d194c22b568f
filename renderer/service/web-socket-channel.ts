import { retryDelayMs, type Channel, type ChannelListener, type Link } from './channel.ts';

/** The browser host's door: JSON texts over a WebSocket of our own origin. */
export function webSocketChannel(url: string): Channel {
  let socket: WebSocket | null = null;
  let listener: ChannelListener | null = null;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = (link: Link): void => {
    listener?.link(link);
    const opened = new WebSocket(url);
    socket = opened;
    opened.addEventListener('open', () => {
      attempt = 0;
      listener?.link('open');
    });
    opened.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = parse(event.data);
      if (message !== undefined) listener?.message(message);
    });
    opened.addEventListener('close', () => {
      if (listener === null || socket !== opened) return;
      listener.link('lost');
      timer = setTimeout(() => open('lost'), retryDelayMs(attempt++));
    });
  };

  return {
    send: (message) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    listen: (given) => {
      listener = given;
      open('connecting');
      return () => {
        listener = null;
        clearTimeout(timer);
        socket?.close();
      };
    },
  };
}

function parse(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** `/studio` of the address that served this page. */
export const studioAddress = (page: string): string => {
  const url = new URL('/studio', page);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};
