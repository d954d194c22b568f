import { createDesktopEngine } from '../engine/studio/desktop-engine.ts';

/*
 * The engine in a process of its own, started by the shell. It hears the shell alone; windows come as ports.
 */

const shell = process.parentPort;

function tellFailure(failure: string): void {
  // The other end is a process and has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  shell.postMessage({ failure });
}

const engine = createDesktopEngine((failure) => {
  if (failure !== null) tellFailure(failure);
  // The message has to leave first.
  setTimeout(() => process.exit(failure === null ? 0 : 3), 50);
});

shell.on('message', (event) => {
  engine
    .take(event.data, event.ports)
    .catch((error: unknown) => tellFailure(error instanceof Error ? error.message : String(error)));
});
