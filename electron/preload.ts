import { contextBridge, ipcRenderer } from 'electron';
import { CONNECT_CHANNEL, PORT_CHANNEL } from '../engine/studio/contract-names.ts';

/*
 * Runs in the page's own process, apart from its scripts. It gives the page one thing, `window.countersign.connect()`,
 * which resolves with a port to the engine. Ports cannot pass the bridge between the two worlds, but they can be posted
 * from one to the other; so the function the page calls lives in the page's world and waits for its port there.
 */

ipcRenderer.on(PORT_CHANNEL, (event, message: unknown) => {
  window.postMessage({ channel: PORT_CHANNEL, message }, window.location.origin, [...event.ports]);
});

const request = async (id: string): Promise<void> => {
  await ipcRenderer.invoke(CONNECT_CHANNEL, { id });
};

contextBridge.executeInMainWorld({ func: giveDoor, args: [PORT_CHANNEL, request] });

/** Handed over as text: it may use its parameters and the page's globals, and nothing of this file. */
function giveDoor(channel: string, ask: (id: string) => Promise<void>): void {
  const isPort = (data: unknown, id: string): boolean => {
    if (typeof data !== 'object' || data === null || !('channel' in data) || !('message' in data)) return false;
    const { message } = data;
    if (data.channel !== channel || typeof message !== 'object' || message === null) return false;
    return 'id' in message && message.id === id;
  };
  const connect = (): Promise<MessagePort> =>
    new Promise((resolve, reject) => {
      const id = crypto.randomUUID();
      const hear = (event: MessageEvent<unknown>): void => {
        const [port] = event.ports;
        if (event.source !== window || port === undefined || !isPort(event.data, id)) return;
        window.removeEventListener('message', hear);
        resolve(port);
      };
      window.addEventListener('message', hear);
      ask(id).catch((error: unknown) => {
        window.removeEventListener('message', hear);
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  Object.defineProperty(window, 'countersign', { value: Object.freeze({ connect }), enumerable: true });
}
