import type { Committed } from '../runtime/engine.ts';
import type { StudioAnswer, StudioEvent, StudioMethod, StudioRequest } from './contract.ts';
import { handlersOf, openTaskCount } from './handlers.ts';
import type { Host } from './host.ts';
import { LocalRunner } from './local-runner.ts';
import { spawnSystems, type StartSystems } from './systems.ts';
import { watchWorkspace, type WatchOptions } from './watch.ts';
import { Windows } from './windows.ts';
import { workspaceCache } from './workspace-cache.ts';

export interface StudioOptions {
  /** The folder of the workspace. */
  root: string;
  host: Host;
  version: string;
  /** Who sits at this machine: signs what they decide, and is on record for what they start. */
  person: string;
  /** Where templates lie; those that come with the studio when it is not said. */
  templates?: string;
  startSystems?: StartSystems;
  watch?: WatchOptions;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Everything behind the studio's window. `call` rejects with a CountersignError, or with a defect. */
export interface StudioService {
  call<M extends StudioMethod>(method: M, request: StudioRequest<M>): Promise<StudioAnswer<M>>;
  /** A window is open from now on, until it leaves: drafts that it keeps are offered to no other. */
  window(): StudioWindow;
  /** Returns how to stop listening. */
  onEvent(listener: (event: StudioEvent) => void): () => void;
  close(): Promise<void>;
}

/** The service as one window calls it. */
export interface StudioWindow extends Pick<StudioService, 'call'> {
  leave(): void;
}

/** Opens a workspace for the studio. Throws what `openWorkspace` throws when the folder is none. */
export function createStudioService(options: StudioOptions): StudioService {
  const workspace = workspaceCache(options.root);
  workspace();
  const listeners = new Set<(event: StudioEvent) => void>();
  const tell = (event: StudioEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const local = new LocalRunner({
    root: options.root,
    workspace,
    person: options.person,
    passphrase: () => options.host.passphrase(),
    startSystems: options.startSystems ?? spawnSystems,
    changed: (state) => {
      tell({ event: 'engine', state });
      // Why it stopped is among what “workspace” tells: no file of it has changed.
      tell({ event: 'workspace changed', paths: [] });
    },
    committed: (events) => {
      if (events.some(touchesTasks)) tellTasks();
    },
  });
  const tellTasks = oncePerTurn(() => {
    openTaskCount(local).then(
      (open) => tell({ event: 'tasks changed', open }),
      // Said to whoever asks for the tasks.
      () => undefined,
    );
  });
  const windows = new Windows();
  const handlers = handlersOf({ options, now: options.now ?? (() => Date.now()), workspace, local, windows, tell });
  const unwatch = watchWorkspace(options.root, (paths) => tell({ event: 'workspace changed', paths }), options.watch);
  // Cases that wait for a time or were cut off go on as soon as the studio is open; what keeps them is told in “workspace”.
  if (local.wasMade) tellTasks();
  return {
    call: async (method, request) => handlers[method](request, null),
    window: () => {
      const window = windows.enter();
      return {
        call: async (method, request) => handlers[method](request, window),
        leave: () => {
          windows.leave(window);
          if (window.keeps.size > 0) tell({ event: 'drafts changed' });
        },
      };
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      unwatch();
      await local.close();
      listeners.clear();
    },
  };
}

const touchesTasks = ({ event }: Committed): boolean =>
  event.type === 'task.created' ||
  event.type === 'call.doubted' ||
  event.type === 'doubt.settled' ||
  event.type === 'doubt.reopened' ||
  event.type === 'task.voted' ||
  (event.type === 'node.completed' && (event.body.record?.by === 'person' || event.body.record?.by === 'timer'));

function oncePerTurn(work: () => void): () => void {
  let scheduled = false;
  return () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      work();
    });
  };
}
