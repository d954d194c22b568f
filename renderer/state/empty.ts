import type { Audit, Checks, Presence, Sandbox, Selection } from './records.ts';

/** Nothing selected, nothing asked, nothing found, nothing run. */

const NOTHING: Selection = { nodes: [], edges: [] };

export const EMPTY_PRESENCE: Presence = {
  selection: NOTHING,
  dragging: false,
  quickAdd: null,
  connectFrom: null,
  renaming: null,
  pointedAt: null,
  shownPath: null,
  dialog: null,
  real: null,
  traffic: null,
  replay: null,
  viewport: null,
};

export const EMPTY_CHECKS: Checks = { of: null, problems: [], unsafe: [], scopes: {}, personal: new Set() };

export const EMPTY_SANDBOX: Sandbox = {
  of: null,
  running: null,
  asking: null,
  progress: null,
  chosen: null,
  result: null,
  suite: null,
  error: null,
  showCoverage: false,
  mocks: {},
  recent: [],
  misfits: [],
  making: null,
  gone: null,
};

export const EMPTY_AUDIT: Audit = { progress: null, verification: null, stopped: false, error: null };
