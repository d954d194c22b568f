import { retryDelayMs, type Channel, type ChannelListener } from './channel.ts';

/** What the desktop shell's preload puts on the window. */
export interface DesktopDoor {
  connect(): Promise<MessagePort>;
}

declare global {
  interface Window {
    readonly countersign?: DesktopDoor;
  }
}

/** The desktop's door: structured messages over a MessagePort to the engine's process. */
export function messagePortChannel(door: DesktopDoor): Channel {
  let port: MessagePort | null = null;
  let listener: ChannelListener | null = null;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = async (): Promise<void> => {
    try {
      const given = await door.connect();
      if (listener === null) return given.close();
      port = given;
      given.addEventListener('message', (event: MessageEvent<unknown>) => listener?.message(event.data));
      given.addEventListener('close', lost);
      given.start();
      attempt = 0;
      listener.link('open');
    } catch {
      lost();
    }
  };
  const lost = (): void => {
    port = null;
    if (listener === null) return;
    listener.link('lost');
    timer = setTimeout(() => void open(), retryDelayMs(attempt++));
  };

  return {
    send: (message) => port?.postMessage(message),
    listen: (given) => {
      listener = given;
      given.link('connecting');
      void open();
      return () => {
        listener = null;
        clearTimeout(timer);
        port?.close();
      };
    },
  };
}
