/** What the engine and those who show its stories call a value in one. */

/** What a value in a story is. */
export const FACTS = [
  'began with',
  'carried over',
  'read',
  'key',
  'sent',
  'shown',
  'would send',
  'task',
  'branch',
  'row',
  'gave',
] as const;

/** Whether a value is personal content: sealed in the record and shown as its key is there, or erased with its key. */
export const SEALS = ['open', 'sealed', 'erased'] as const;

export type Seal = (typeof SEALS)[number];
