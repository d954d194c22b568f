import { toErrorShape } from '../flow/error.ts';
import { engineMessageSchema, type EngineMessage } from './contract-desktop.ts';
import type { Host } from './host.ts';
import { serveChannel } from './serve-channel.ts';
import { createStudioService, type StudioService } from './service.ts';
import { hostSystems } from './systems.ts';

/** The end of a port that Electron gives: the window's messages come through it. */
export interface EnginePort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** The engine of the desktop shell: takes the shell's messages, each with the ports that came along. */
export interface DesktopEngine {
  take(message: unknown, ports: readonly EnginePort[]): Promise<void>;
}

/**
 * The studio's service for the desktop shell. It opens the workspace at the shell's word and serves each window's port.
 * `exit` ends the process; with a text, which the shell shows, when the workspace cannot be opened.
 */
export function createDesktopEngine(exit: (failure: string | null) => void): DesktopEngine {
  let service: StudioService | null = null;
  return {
    take: async (raw, ports) => {
      const message = engineMessageSchema.parse(raw);
      switch (message.message) {
        case 'open':
          service = opened(message, exit);
          return;
        case 'window': {
          const [port] = ports;
          if (service === null || port === undefined) return port?.close();
          servePort(service, port);
          return;
        }
        case 'close':
          await service?.close();
          exit(null);
      }
    },
  };
}

function opened(
  { workspace, version, person, passphrase }: Extract<EngineMessage, { message: 'open' }>,
  exit: (failure: string | null) => void,
): StudioService | null {
  const host: Host = { kind: 'desktop', passphrase: () => Promise.resolve(passphrase) };
  try {
    return createStudioService({ root: workspace, host, version, person, startSystems: hostSystems });
  } catch (error) {
    const { message, hint } = toErrorShape(error);
    exit(`${message}\n${hint}`);
    return null;
  }
}

/** Serves one window over its port, until the window closes it. */
export function servePort(service: StudioService, port: EnginePort): void {
  const channel = serveChannel(service, (message) => port.postMessage(message), { checkAnswers: false });
  port.on('message', ({ data }) => channel.receive(data));
  port.on('close', () => channel.close());
  port.start();
}
