import { utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import type { EngineMessage } from '../engine/studio/contract-desktop.ts';

export interface EngineStart {
  /** The built entry of the engine's process. */
  entry: string;
  open: Omit<Extract<EngineMessage, { message: 'open' }>, 'message'>;
  /** Told when the engine ended without having been asked to: why, if it said so, and null when it could not. */
  ended: (failure: string | null) => void;
}

/** The engine's process as the shell sees it. */
export interface EngineClient {
  connect(port: MessagePortMain): void;
  /** Resolves when it has closed its journal and ended. */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 5000;

/** Starts the engine in a process of its own. The passphrase goes to it in a message, and is in no environment or command line. */
export function startEngine({ entry, open, ended }: EngineStart): EngineClient {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Countersign engine',
    execArgv: ['--disallow-code-generation-from-strings'],
    env: withoutPassphrase(process.env),
    stdio: 'inherit',
  });
  let failure: string | null = null;
  let closing = false;
  child.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'failure' in message) failure = String(message.failure);
  });
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
      if (!closing) ended(failure);
    }),
  );
  tell(child, { message: 'open', ...open });
  return {
    connect: (port) => tell(child, { message: 'window' }, [port]),
    close: async () => {
      closing = true;
      tell(child, { message: 'close' });
      const timer = setTimeout(() => child.kill(), CLOSE_WITHIN_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}

const tell = (child: UtilityProcess, message: EngineMessage, ports: MessagePortMain[] = []): void =>
  child.postMessage(message, ports);

function withoutPassphrase({ COUNTERSIGN_PASSPHRASE: _kept, ...rest }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return rest;
}
