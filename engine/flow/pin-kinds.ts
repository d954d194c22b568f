/** What a pinned file is to the program. `flow`, `tests` and `proof` are there exactly once. */
export const PIN_KINDS = [
  'flow',
  'subflow',
  'connection',
  'model',
  'artefact',
  'entity',
  'policy',
  'tests',
  'proof',
] as const;
export type PinKind = (typeof PIN_KINDS)[number];
