/** What is done to a document, and why it cannot be done. */

/** What was done, as it stands after “Undo:”. */
export const did = {
  add: (kind: string) => `add ${kind}`,
  connect: 'connect',
  removeSteps: (count: number) => (count === 1 ? 'remove a step' : `remove ${count} steps`),
  removeWire: 'remove a wire',
  duplicate: 'duplicate',
  rename: 'rename',
  configure: 'change a setting',
  back: 'wire that goes back',
  move: 'move',
  tidy: 'tidy up',
  resize: 'resize',
  about: 'change what the flow is for',
  input: 'change the input',
};

export const document = {
  clip: {
    none: 'There are no steps on the clipboard. Copy some first, here or in another flow.',
    tooLong: 'What is on the clipboard is too long to be steps of a flow.',
    newer: 'What is on the clipboard was copied in a newer Countersign. Copy it in this one.',
    broken: (why: string) => `The steps on the clipboard cannot be read: ${why} Copy them once more.`,
    empty: 'there are none.',
    twice: 'two of them have the same name.',
    hanging: 'a wire or a group speaks of a step that is not among them.',
    names: 'What is on the clipboard cannot be given names here that its formulas do not use otherwise.',
    exitTwice: 'two wires leave one exit.',
  },
  extract: {
    nothing: 'No step is selected.',
    unread: (name: string) => `${name} cannot be read. Mend it first.`,
    border: (name: string, begins: boolean) =>
      `${name} is where a case ${begins ? 'begins' : 'ends'}, and stays here. Leave it out of the selection.`,
    block: (split: string, join: string) =>
      `Branches open at ${split} and come together at ${join}. Select both, and all between them, or neither.`,
    noEntry: 'No wire leads into these steps from outside.',
    severalEntries: (names: readonly string[]) =>
      `Wires lead into several of these steps: ${names.join(', ')}. A sub-flow begins at one.`,
    noExit: 'No wire leads out of these steps, so that a case would not come back.',
    whole: (path: string) =>
      `${path} is read as a whole, and only single values can be handed to another flow. Work out the values that are needed before these steps.`,
    faulty: (why: string) => `There would be a problem that is not there now: ${why}`,
    unproved: (why: string) => `The safety proof could not follow the flow any more as it does now: ${why}`,
    partOf: (title: string) => `A part of “${title}”.`,
  },
};
