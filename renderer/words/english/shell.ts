import { counted } from '../../ui/numbers.ts';

/** The window around the work: places, bars, tabs. */

export const shell = {
  product: 'Countersign',
  crumbs: 'Where you are',
  places: 'Places',
  more: 'More',
  views: {
    start: 'Start',
    flows: 'Flows',
    sandbox: 'Sandbox',
    tasks: 'Tasks',
    runs: 'Cases',
    record: 'Record',
    releases: 'Releases',
    models: 'Models',
    connections: 'Connections',
    policy: 'Policy',
    settings: 'Settings',
  },
  draft: 'draft',
  draftHint: 'Changed since it was saved.',
  readOnly: 'to look at only',
  save: 'Save',
  runCase: 'Run case',
  found: (problems: number, doubts: number) =>
    problems + doubts === 0
      ? 'No problems'
      : [
          ...(problems === 0 ? [] : [counted(problems, 'problem', 'problems')]),
          ...(doubts === 0 ? [] : [counted(doubts, 'doubt', 'doubts')]),
        ].join(', '),
  problems: (count: number) => (count === 0 ? 'No problems' : counted(count, 'problem', 'problems')),
  openTasks: (count: number) => `${counted(count, 'task waits', 'tasks wait')} for a person`,
  flowsAndSteps: 'Flows and steps',
  leftPanel: 'Flows and steps',
  rightPanel: 'Inspector',
  resizeLeft: 'Width of flows and steps',
  resizeRight: 'Width of the inspector',
  resizeFold: 'Height of the lower panel',
  opening: 'Opening the workspace',
  unreadable: 'This file cannot be read as a flow.',
  lost: 'The engine cannot be reached. What you drew is kept here and can be saved once it is back; the studio keeps trying.',
  ended: {
    text: 'The engine has not come back by itself and will not: the studio has to be started again.',
    desktop: 'Quit Countersign and open it again.',
    browser: 'Run “countersign studio --browser” in a terminal, and open the address that it prints.',
    kept: 'Everything you drew is kept, and is offered when you open the workspace.',
    partly:
      'What you drew until the engine ended is kept and will be offered; what you drew since is only in this window: copy it from the tab JSON first.',
  },
  dismiss: 'Dismiss',
  close: 'Close',
};

export const tabs = {
  before: 'Flows further left',
  after: 'Flows further right',
  tabs: 'Open flows',
  close: (title: string) => `Close “${title}”`,
  draft: 'changes that are not saved',
  unkept: 'a case that is not kept',
  closeDraft: {
    title: 'There are changes that are not saved',
    text: (title: string) => `“${title}” has changes that are only here.`,
    save: 'Save and close',
    drop: 'Close without saving',
    cancel: 'Keep it open',
  },
  closeCase: {
    title: 'There is a case that is not kept',
    text: (title: string) => `“${title}” has a case with changes that are only here.`,
    both: (title: string) => `“${title}”, and a case of it, have changes that are only here.`,
    show: 'Go to the case',
    save: 'Save the flow and close without the case',
    drop: 'Close without the case',
    dropBoth: 'Close without either',
    cancel: 'Keep it open',
  },
  nothingOpenTitle: 'No flow is open',
};

export const status = {
  label: 'Status',
  engine: {
    connecting: 'connecting',
    starting: 'starting',
    lost: 'engine not reached',
    ready: 'engine ready',
    stopped: 'engine stopped',
  },
  clock: (time: string) => `sandbox clock ${time}`,
  saved: (time: string) => `last saved ${time}`,
  version: (version: string) => `version ${version}`,
  signed: (release: number) => `signed release ${release}`,
  signedHint: (release: number) => `Release ${release} is the newest that was signed of this flow. Go to releases.`,
};

export const create = {
  title: 'New flow',
  name: 'What is decided',
  help: 'The title under which people will know the flow.',
  example: 'Refund requests',
  act: 'Create flow',
};
