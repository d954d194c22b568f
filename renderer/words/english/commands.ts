import type { Refusal } from '../../commands/shortcuts.ts';
import type { Direction } from '../../document/travel.ts';
import type { Theme, View } from '../../state/records.ts';

/** What commands are called, in the palette, the sheet of keys and the settings. */

const GROUPS = {
  go: 'Places',
  flow: 'Flow',
  edit: 'Edit',
  step: 'Step',
  canvas: 'Canvas',
  test: 'Test and export',
  table: 'Decision table',
  record: 'Cases and record',
  window: 'Window',
};

const PLACES: Readonly<Record<View, string>> = {
  start: 'Start page',
  flows: 'Go to flows',
  sandbox: 'Go to the sandbox',
  tasks: 'Go to tasks',
  runs: 'Go to cases',
  record: 'Go to the record',
  releases: 'Go to releases',
  models: 'Go to models',
  connections: 'Go to connections',
  policy: 'Go to the policy',
  settings: 'Go to settings',
};

const COLOURS: Readonly<Record<Theme, string>> = {
  system: 'Colours of the system',
  light: 'Light colours',
  dark: 'Dark colours',
  contrast: 'High contrast',
};

const WAYS: Readonly<Record<Direction, string>> = { left: 'left', right: 'right', up: 'above', down: 'below' };
const TO: Readonly<Record<Direction, string>> = { left: 'left', right: 'right', up: 'up', down: 'down' };

export const commands = {
  addStep: 'Add a step',
  undo: (what: string | null) => (what === null ? 'Undo' : `Undo: ${what}`),
  redo: (what: string | null) => (what === null ? 'Redo' : `Redo: ${what}`),
  tidy: 'Tidy up',
  fit: 'Zoom to fit',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  duplicate: 'Duplicate',
  remove: 'Remove',
  groups: GROUPS,
  /** Keys as they are printed on keyboards. */
  keyNames: {
    Ctrl: 'Ctrl',
    Alt: 'Alt',
    Shift: 'Shift',
    Escape: 'Esc',
    PageUp: 'PgUp',
    PageDown: 'PgDn',
    Enter: 'Enter',
    Tab: 'Tab',
    Space: 'Space',
    Delete: 'Delete',
    Backspace: 'Backspace',
    Home: 'Home',
    End: 'End',
  },
  places: PLACES,
  colours: COLOURS,
  coloursAlso: 'theme appearance',
  refused: {
    'of text': 'These keys belong to texts that are being written.',
    'of widgets': 'Buttons and lists need this key for themselves. Add Ctrl or Alt to it.',
    'of the window': 'These keys belong to the window or the browser.',
  } satisfies Record<Refusal, string>,
  palette: {
    open: 'Search commands',
    also: 'palette find',
    label: 'What is to be done',
    placeholder: 'Search commands, steps and flows…',
    empty: 'Nothing is called that.',
    steps: { label: 'Go to a step', placeholder: 'Name of a step…', empty: 'No step is called that.', group: 'Step' },
    flows: { label: 'Open a flow', placeholder: 'Title of a flow…', empty: 'No flow is called that.', group: 'Flow' },
    recent: 'used before',
  },
  goToStep: 'Go to a step…',
  openFlow: 'Open a flow…',
  newFlow: 'New flow…',
  save: 'Save',
  closeTab: 'Close the flow',
  reopenTab: 'Open the closed flow again',
  nextTab: 'Next flow',
  previousTab: 'Previous flow',
  selectAll: 'Select all steps',
  selectNothing: 'Select nothing',
  selectToo: 'Select the step at the keyboard as well, or no longer',
  selectTooAlso: 'several add toggle selection',
  rename: 'Rename the step',
  toSettings: 'To the settings of the step',
  walk: (direction: Direction) =>
    `Go to the step ${direction === 'left' || direction === 'right' ? `on the ${WAYS[direction]}` : WAYS[direction]}`,
  look: (direction: Direction) =>
    `Go to the step ${direction === 'left' || direction === 'right' ? `on the ${WAYS[direction]}` : WAYS[direction]}, and keep what is selected`,
  nudge: (direction: Direction) => `Move the selected steps ${TO[direction]}`,
  runCase: 'Run the case in the sandbox',
  runAll: 'Run all scenarios',
  drawCoverage: 'Draw coverage on the canvas',
  hideCoverage: 'Draw no coverage on the canvas',
  runToHere: 'Run the case to the selected step',
  mockStep: 'Make a mock of the selected step',
  verify: 'Verify the record',
  evidence: 'Export the evidence of the case that is shown…',
  refresh: 'Look for cases again',
  stopTesting: 'Stop what is being tested',
  problems: 'Show problems',
  caseTab: 'Show the scenario',
  coverage: 'Show coverage',
  json: 'Show the flow as JSON',
  export: 'Sign and export…',
  startCase: 'Start a real case…',
  leftPanel: 'Show or hide flows and steps',
  rightPanel: 'Show or hide the inspector',
  fold: 'Show or hide the lower panel',
  flowSettings: 'What this flow is for',
  keys: 'Keys',
  keysAlso: 'shortcuts keyboard help',
  newCaseAlso: 'scenario test make',
  sheet: {
    search: 'Search keys',
    placeholder: 'Search a command or keys…',
    change: 'Change keys in the settings',
    none: 'none',
    or: 'or',
    nothing: 'No command is called that.',
  },
};
