import { messagePortChannel } from './message-port-channel.ts';
import { studioAddress, webSocketChannel } from './web-socket-channel.ts';
import type { Channel } from './channel.ts';

/** The desktop's door where there is one, else the browser host's. */
export const openChannel = (window: Window): Channel =>
  window.countersign === undefined
    ? webSocketChannel(studioAddress(window.location.href))
    : messagePortChannel(window.countersign);
