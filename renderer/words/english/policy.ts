import { durations } from './durations.ts';
import { counted, plainNumber } from '../../ui/numbers.ts';

/** The policy. */

const inWords = durations.inWords;

export const policy = {
  title: 'Policy',
  what: 'What may be done without a person, where an AI answer leads to it.',
  whose:
    'An engine goes by its own policy, which its operator signs and nobody here can change. This is the copy that your flows are checked against while they are drawn and when they are exported.',
  loading: 'Loading the policy',
  none: 'The workspace has no policy of its own yet: nothing irreversible goes without a person.',
  actions: 'Actions',
  noActionsTitle: 'Nothing to allow yet',
  noActions:
    'A policy speaks of the actions of connections. Put a connection into the workspace, and each of its actions is listed here with what it may do alone.',
  action: 'Action',
  takenBack: 'Can it be taken back?',
  alone: 'Without a person',
  change: (action: string) => `Change what “${action}” may do without a person`,
  done: 'Done',
  remove: (entry: string) => `Remove the line about “${entry}”`,
  never: 'Never: a person approves it first, always.',
  free: (undo: string, within: string) => `Yes: “${undo}” takes it back within ${inWords(within)}.`,
  upTo: (field: string, max: number) =>
    `While “${field}” is at most ${plainNumber(max)}; above that a person approves it first.`,
  how: 'Without a person',
  hows: { never: 'Never', free: 'Yes, it can be taken back', limit: 'Up to a limit' },
  field: 'Limited by',
  max: 'At most',
  noField: 'This action has no number that it could be limited by, so it cannot go without a person.',
  strange: 'Lines that cannot be held',
  fourEyes: 'Four eyes on a release',
  fourEyesHelp: 'Whoever drew a release may not be the one who approves it.',
  changed: 'Changed, and not saved yet.',
  save: 'Save policy',
  discard: 'Discard changes',
  saved: 'The policy is saved, and flows are checked against it.',
  flows: 'Your flows under this policy',
  flowsHelp: 'Checked with what stands above, saved or not.',
  noFlows: 'No flow in this workspace yet.',
  checking: 'checking…',
  safe: 'safe',
  safeHint: 'No AI answer leads to an action that this policy keeps for a person, without one.',
  unsafe: (paths: number) => `unsafe: ${counted(paths, 'path', 'paths')} without a person`,
  notSound: 'has problems, so nothing can be said yet',
  show: (flow: string) => `Show “${flow}”`,
};
