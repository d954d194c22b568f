import { fork } from 'node:child_process';
import { gotSchema, listeningSchema, type Got, type Order } from './messages.ts';

/** A local server in a process of its own that counts what it is sent. */
export interface Target {
  url: string;
  /** What arrived since the start. */
  got(): Promise<Got>;
  /** From now on it answers so many milliseconds later. */
  delay(ms: number): Promise<void>;
  close(): void;
}

export async function startTarget(): Promise<Target> {
  const child = fork(new URL('process.ts', import.meta.url));
  const hear = (): Promise<unknown> => new Promise((resolve) => child.once('message', resolve));
  const tell = async (order: Order): Promise<Got> => {
    const heard = hear();
    child.send(order);
    return gotSchema.parse(await heard);
  };
  const { port } = listeningSchema.parse(await hear());
  return {
    url: `http://127.0.0.1:${port}`,
    got: () => tell({ say: 'got' }),
    delay: async (delayMs) => void (await tell({ say: 'delay', delayMs })),
    close: () => child.kill(),
  };
}
