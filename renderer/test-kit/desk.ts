import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { StudioService } from '../../engine/studio/service.ts';
import { FLOW, makeWorkspace, serve } from '../../engine/studio/testing/tiny-workspace.ts';
import { bindClient, loadWorkspace, openFlow } from '../state/files.ts';
import { flowOf, useStudio } from '../state/store.ts';
import { initialState } from '../state/transitions.ts';

export interface Desk {
  readonly root: string;
  readonly service: StudioService;
  /** A file of the folder, as text. */
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  /** The id of a step of the flow on the canvas; empty where none is called so. */
  readonly idOf: (name: string) => string;
}

/**
 * A window of the studio on a real service and a real folder, with its flow on the canvas: new for each test of a file.
 * What else is to lie in the folder is put there `before` it is opened.
 */
export function deskOfEachTest(before: (root: string) => void = () => undefined): Desk {
  let now: { root: string; remove: () => void; service: StudioService } | null = null;
  const here = () => {
    if (now === null) throw new Error('a test is under way');
    return now;
  };
  beforeEach(async () => {
    const { root, remove } = makeWorkspace();
    before(root);
    const service = serve(root);
    now = { root, remove, service };
    bindClient({ call: (method, request) => service.call(method, request), close: () => undefined });
    useStudio.setState(initialState(), true);
    await loadWorkspace();
    await openFlow(FLOW);
  });
  afterEach(async () => {
    await here().service.close();
    here().remove();
    now = null;
  });
  return {
    get root() {
      return here().root;
    },
    get service() {
      return here().service;
    },
    read: (path) => readFileSync(join(here().root, path), 'utf8'),
    write: (path, text) => writeFileSync(join(here().root, path), text),
    idOf: (name) =>
      Object.entries(flowOf(useStudio.getState())?.nodes ?? {}).find(([, node]) => node.name === name)?.[0] ?? '',
  };
}
