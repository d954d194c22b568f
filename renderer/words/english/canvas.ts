import { counted, plainNumber } from '../../ui/numbers.ts';

/** The canvas, its cards, wires and tools. */

export const canvas = {
  /** Read out by screen readers, under the names that React Flow has for them. */
  readOut: {
    'node.a11yDescription.default':
      'Arrow keys go to the step beside it, Enter to its settings; Ctrl and Space select it beside others; Delete removes it.',
    'node.a11yDescription.keyboardDisabled':
      'Arrow keys go to the step beside it, Enter to its settings; Ctrl and Space select it beside others; Delete removes it.',
    'edge.a11yDescription.default': 'Delete removes the wire.',
  },
  label: 'Canvas',
  tools: 'Canvas tools',
  emptyTitle: 'Draw the first step',
  empty:
    'Drag a step from the left, or press N and type. Begin with a start; wires lead from the exits on a step’s right.',
  unknownKind: (kind: string) => `unknown kind “${kind}”`,
  cardLabel: (name: string, kind: string) => `${name}, ${kind}`,
  wireLabel: (from: string, exit: string, to: string, back: boolean) =>
    `Wire from ${from}${exit === '' ? '' : `, exit ${exit},`} ${back ? 'back ' : ''}to ${to}`,
  backLabel: (visits: number) => `back, at most ${visits}×`,
  problems: (count: number) => counted(count, 'problem', 'problems'),
  turns: (count: number) => (count === 1 ? 'One turn in this case' : `${count} turns in this case`),
  retry: 'tries again',
  retryHint: (attempts: number) =>
    `Up to ${plainNumber(attempts)} attempts in all, as far as it is safe to repeat. Then it leaves by “failed”.`,
  personal: 'personal',
  personalHint: 'Holds personal data, which can be erased.',
  emptyNote: 'An empty note',
  nameOf: (name: string) => `Name of ${name}`,
  group: {
    group: 'Group',
    ungroup: 'Take the group apart',
    fold: 'Fold the group',
    unfold: 'Unfold the group',
    fresh: 'Group',
    steps: (count: number) => counted(count, 'step', 'steps'),
    label: (name: string, count: number, folded: boolean) =>
      `Group ${name}, ${counted(count, 'step', 'steps')}${folded ? ', folded' : ''}`,
    nameOf: (name: string) => `Name of the group ${name}`,
    severalEntries: (name: string) =>
      `Several steps of “${name}” can be entered. Unfold it, and lead the wire to the one that is meant.`,
    noEntry: (name: string) => `No wire enters “${name}” yet. Unfold it, and lead the wire to the step that is meant.`,
    exit: (step: string, port: string) => `${step} · ${port}`,
    more: (count: number) => `${plainNumber(count)} more`,
  },
  clip: {
    copy: 'Copy',
    cut: 'Cut',
    paste: 'Paste',
    denied: 'The window may not read the clipboard. Press Ctrl V on the canvas instead.',
    notTaken:
      'Nothing was copied: the window may not write to the clipboard. Mark what you want, or select steps on the canvas, and press Ctrl C.',
    pasted: 'paste',
    cutOut: 'cut',
  },
  disable: {
    disable: 'Disable',
    enable: 'Enable',
    badge: 'disabled',
    hint: 'Cases pass it by.',
    released: (count: number) =>
      `${counted(count, 'step is', 'steps are')} disabled: cases of this release pass ${count === 1 ? 'it' : 'them'} by.`,
    cannot:
      'None of these steps can be disabled. Of a step with several exits nobody could say by which a case would pass it; approvals, AI decisions, starts and ends are never passed by.',
  },
  arrange: {
    title: 'Selected steps',
    left: 'Align left',
    centre: 'Align centres',
    right: 'Align right',
    top: 'Align tops',
    middle: 'Align middles',
    bottom: 'Align bottoms',
    across: 'Distribute across',
    down: 'Distribute down',
    also: 'line up arrange layout',
  },
  view: {
    fitSelection: 'Zoom to the selection',
    minimap: 'Overview',
    minimapAlso: 'minimap map',
  },
  comments: {
    act: 'Comment…',
    title: (name: string) => `Comments on “${name}”`,
    open: (count: number) => counted(count, 'open comment', 'open comments'),
    write: 'Write a comment',
    placeholder: 'What should be known or decided about this step?',
    add: 'Comment',
    answer: 'Answer',
    answerTo: (by: string) => `Answer to ${by}`,
    close: 'Close comment',
    reopen: 'Open again',
    closedBy: (by: string) => `Closed by ${by}`,
    closed: (count: number) => counted(count, 'closed comment', 'closed comments'),
    none: 'Nothing has been said about this step yet. Comments are kept in the flow and change nothing of what it does.',
    unstamped: 'The comment was not kept: the engine did not say who is writing, and when.',
  },
  extract: {
    act: 'Make a sub-flow of the selection…',
    also: 'extract subflow',
    title: 'New sub-flow',
    name: 'What the sub-flow does',
    help: (count: number) =>
      count === 1
        ? 'The step becomes a flow of its own, and a step that stands for that takes its place here.'
        : `${plainNumber(count)} steps become a flow of their own, and one step that stands for it takes their place here.`,
    tests: 'Scenarios that name these steps have to name them within the sub-flow from now on.',
    cannot: 'This cannot be a sub-flow',
    make: 'Make sub-flow',
    done: (path: string) =>
      `The sub-flow was written to ${path}. Undoing puts the steps back here and leaves that file.`,
    did: 'make a sub-flow',
  },
  find: {
    act: 'Find on the canvas',
    label: 'Find on the canvas',
    placeholder: 'Find… is:invalid uses:billing kind:approval',
    count: (at: number, of: number) => (of === 0 ? 'nothing found' : `${plainNumber(at)} of ${plainNumber(of)}`),
    next: 'Next',
    previous: 'Previous',
    results: 'Found steps',
    all: 'Select all found',
    allHint: 'Then they can be lined up, grouped, copied or made a sub-flow.',
    unknown: (term: string) => `“${term}” is not known.`,
    help: 'is:invalid, is:disabled, is:commented, is:note, is:unsafe, is:personal · uses:name of a connection, action, model, flow or step · kind:approval · -word for what is not meant',
  },
  did: {
    group: 'group',
    ungroup: 'take a group apart',
    nameGroup: 'rename a group',
    fold: 'fold a group',
    unfold: 'unfold a group',
    disable: 'disable',
    enable: 'enable',
    align: 'align',
    distribute: 'distribute',
    splice: 'put into a wire',
    comment: 'comment',
    answer: 'answer a comment',
    closeComment: 'close a comment',
    openComment: 'open a comment again',
  },
  quickAdd: {
    branch: 'Branch',
    branchSummary: 'Goes on by one of several ways, by a rule: a decision table with a way for each of its values.',
    into: (from: string, to: string) => `Put it into the wire from “${from}” to “${to}”`,
  },
  card: {
    more: (count: number) => `+ ${counted(count, 'row', 'rows')}`,
    moreColumns: (count: number) => `+ ${counted(count, 'column', 'columns')}`,
    waits: 'waits for ever',
    due: (length: string) => `due in ${length}`,
    sure: (bar: string) => `sure at ${bar}`,
    rows: (count: number) => counted(count, 'row', 'rows'),
    instead: (asked: readonly (string | null)[]) => (asked.length === 0 ? '' : `otherwise ${asked.join(', then ')}`),
    noRole: 'nobody named',
    agree: (count: number) => `${count} must agree`,
    noModel: 'no model chosen',
    oneAtATime: (by: string) => `one at a time by ${by}`,
    oneAtATimeHint: (formula: string) =>
      `Cases with the same ${formula} run one after the other, as they came in. The others do not wait for each other.`,
    overIn: (length: string) => `over in ${length}, or it fails`,
    overInHint: 'A case that is not over by then fails, and takes back what is to be taken back.',
    otherwise: 'any',
  },
  note: { textOf: (name: string) => `Text of the note ${name}` },
};

export const palette = {
  title: 'Steps',
};

export const effect = {
  read: 'reads',
  reversible: 'reversible',
  irreversible: 'irreversible',
  undo: (action: string) => `Can be taken back by “${action}”.`,
};

export const unsafe = {
  title: (count: number) => (count === 1 ? 'Unsafe path.' : `${count} unsafe paths.`),
  all: 'Show all unsafe paths',
};

export const quickAdd = {
  label: 'Add a step',
  placeholder: 'Add a step…',
  empty: 'No such step. Try “rule” or “approval”.',
  follows: (name: string, exit: string) => `Comes from “${name}”, exit ${exit}`,
};

export const connect = {
  act: 'Connect…',
  title: (name: string) => `Connect “${name}”`,
  exit: 'Which exit?',
  target: (exit: string) => `Where does “${exit}” lead?`,
  free: 'leads nowhere yet',
  leadsTo: (name: string) => `leads to ${name}`,
  noExits: 'This step has no exits: a case ends here.',
  nothing: 'Nothing of that name.',
};

export const wire = {
  title: 'Wire',
  from: 'From',
  to: 'To',
  exit: 'Exit',
  goesBack: 'Goes back for correction',
  goesBackHelp: 'A wire to an earlier step. How often a case may take it is bounded.',
  maxVisits: 'At most',
  maxVisitsHelp: 'How many times one case may go back here.',
};
