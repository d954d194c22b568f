import { counted, twoPlaces } from '../../ui/numbers.ts';

/** Cases, in the sandbox and real ones. */

export const sandbox = {
  title: (flow: string) => (flow === '' ? 'Sandbox' : `Sandbox of “${flow}”`),
  what: 'Scenarios run the flow as it is on the canvas, with a clock of their own and simulated systems. Nothing real can be reached from here.',
  see: 'See on the canvas',
  nothingOpenTitle: 'No flow is open',
  nothingOpen: 'Scenarios belong to a flow: open one, and its scenarios are listed here.',
  held: 'scenarios as expected',
  steps: 'of steps reached',
  wires: 'of wires taken',
};

export const story = {
  details: (name: string) => `Details of ${name}`,
  visit: (visit: number) => `visit ${visit}`,
  waits: 'waits',
  left: 'not finished',
  took: (length: string) => `Took ${length}.`,
  start: 'at the start',
  theCase: 'The case',
  row: (number: string) => (number === '' ? 'row' : `row ${number}`),
  personal: 'personal',
  erased: 'erased',
  sealed: 'Personal content: sealed in the record with a key of its own, and gone with that key once it is erased.',
  /** What a value in the story is. */
  facts: {
    'began with': 'Began with',
    'carried over': 'Carried over from the earlier try',
    read: 'Read',
    key: 'Key',
    sent: 'Sent',
    shown: 'Shown',
    'would send': 'Would be sent then',
    task: 'Task',
    branch: 'Branches',
    row: 'Rows that matched',
    gave: 'What came out',
  },
  model: (name: string, version: string) => `${name} ${version}`,
  why: (why: string) => `uncertain: ${why}`,
  bar: (bar: number) => `Sure enough at ${twoPlaces(bar)}`,
  because: 'because of',
  weighs: (contribution: number) => `Weighs ${twoPlaces(contribution)} for this answer.`,
};

export const runs = {
  title: 'Cases',
  loading: 'Loading cases',
  refresh: 'Refresh',
  start: 'Start a case',
  counts: 'Cases by result',
  id: 'Case',
  flow: 'Flow',
  release: (number: string) => `release ${number}`,
  status: 'Status',
  result: 'Result',
  started: 'Started',
  took: 'Took',
  underWay: 'under way',
  pages: 'Pages of cases',
  newer: 'Newer',
  older: 'Older',
  find: {
    title: 'Find cases',
    search: 'Number or key of a case',
    anyFlow: 'Any flow',
    anyStatus: 'Any status',
    anyResult: 'Any result',
    clear: 'Ask for any',
    nothing: 'No case is like that.',
    all: 'Show all cases',
  },
  real: 'real',
  ran: (program: string) => `Program ${program}`,
  began: (time: string) => `Started ${time}`,
  ended: (time: string, took: string) => `ended ${time}, took ${took}`,
  suspended: (by: string, time: string, reason: string) => `Suspended by ${by}, ${time}: ${reason}`,
  close: 'Close the story',
  storyOf: (id: string) => `Story of ${id}`,
  noneTitle: 'No cases yet',
  none: 'Cases that the local engine runs from a signed release appear here with their story. Export a release, then start a case.',
  noneYet:
    'Cases that the local engine runs from a signed release appear here with their story. There is a release: start a case of it, above.',
};

export const startCase = {
  title: 'Start a case',
  help: 'This is a real case: the newest release of the flow runs it, with the connections of this machine.',
  loading: 'Looking for releases',
  flow: 'Flow',
  of: (title: string, release: number) => `${title} · release ${release}`,
  noRelease:
    'There is no release yet that a case could start from. Export a flow first: it is tested, proved safe and signed.',
  act: 'Start case',
  lacking: 'This is needed to start a case.',
  started: (run: string) => `Case ${run} has started.`,
};

/** Trying a case again. */
export const again = {
  open: 'Try again',
  title: 'Try the case again',
  help: 'A new case is started, linked with this one. What was approved before is shown again, and nothing that was done is done twice unless you say so here.',
  where: 'Begin',
  failedStep: 'At the step where it stopped',
  failedStepHelp: 'With everything that the steps before it found out. They do not run again.',
  start: 'At the start',
  startHelp: 'With the same input. Everything runs again.',
  version: 'Version',
  release: (release: number, own: boolean) => (own ? `Release ${release}, as before` : `Release ${release}, newer`),
  reason: 'Why',
  reasonHint: 'What has changed since, for the record',
  done: (count: number) => `${counted(count, 'action was', 'actions were')} done already and would be done once more`,
  know: 'I know that these would be done again',
  act: 'Start the new case',
  retries: 'Another try of',
  retriedBy: 'Tried again as',
};
