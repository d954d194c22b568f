import { ipcMain, MessageChannelMain, type IpcMainInvokeEvent, type MessagePortMain } from 'electron';
import { CONNECT_CHANNEL, PORT_CHANNEL } from '../engine/studio/contract-names.ts';
import { admit } from '../engine/studio/desktop-door.ts';

/** Of Electron's event, what the door looks at. */
export type DoorEvent = Pick<IpcMainInvokeEvent, 'senderFrame'>;

/** Hands the engine its end of a window's channel. Throws when there is no engine to hand it to. */
export type ToEngine = (port: MessagePortMain) => void;

/** Makes the two ends of a channel; Electron's, but in tests. */
export type MakeChannel = () => { port1: MessagePortMain; port2: MessagePortMain };

/**
 * The one thing a page can ask of the shell: a port to the engine. A wrong sender and a bad payload are refused by a
 * rejection; nothing is ever left without an answer.
 */
export function createConnectHandler(toEngine: ToEngine, makeChannel: MakeChannel) {
  return (event: DoorEvent, payload: unknown): void => {
    const frame = event.senderFrame;
    const { id } = admit(frame, payload);
    const { port1, port2 } = makeChannel();
    toEngine(port1);
    frame?.postMessage(PORT_CHANNEL, { id }, [port2]);
  };
}

/** Opens the door; there is one, and no other channel. */
export function openDoor(toEngine: ToEngine): void {
  ipcMain.handle(
    CONNECT_CHANNEL,
    createConnectHandler(toEngine, () => new MessageChannelMain()),
  );
}
