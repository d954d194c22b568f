import { counted } from '../../ui/numbers.ts';

/** Decisions from and to DMN files. */

export const dmn = {
  take: 'Import a DMN file…',
  file: 'A DMN file, and those that it imports',
  noFile: { message: 'No file was chosen.', hint: 'Choose one.' },
  noDmn: { message: 'This is no DMN.', hint: 'Choose another file.' },
  give: { '1.5': 'Export as DMN', '1.3': 'Export as DMN 1.3' },
  giveHelp: { '1.5': 'with its drawing; a model as it came', '1.3': 'as Camunda’s modeler opens it' },
  choose: {
    title: (file: string) => `Rule from ${file}`,
    help: 'The file is kept as it is, whatever is in it. The step decides as the decision that you choose.',
    decision: 'Decision',
    logic: {
      table: 'decision table',
      literal: 'formula',
      context: 'named values',
      relation: 'rows of values',
      list: 'list',
      invocation: 'call',
      function: 'function',
      conditional: 'if, then, else',
      for: 'for each',
      some: 'whether some',
      every: 'whether every',
      filter: 'filter',
      none: 'no logic',
    },
    requires: (names: readonly string[]) =>
      names.length === 0
        ? 'needs nothing else'
        : `needs ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' …' : ''}`,
    own: 'Take the table out of the file, as a table of this step',
    ownHelp: 'For tables that need no other decision. The file is then no longer kept.',
    found: (count: number) =>
      `${counted(count, 'thing', 'things')} in the file will not run as ${count === 1 ? 'it is' : 'they are'}:`,
    act: 'Use this decision',
    none: 'There is no decision in this file.',
    cancel: 'Cancel',
  },
  model: {
    of: (name: string) => (name === '' ? 'a DMN model' : name),
    from: 'Decides as',
    inputs: 'What stands for the model’s inputs',
    inputsHelp: 'A formula for each input that the decision rests on. Empty: what has the same name in this flow.',
    noInputs: 'The decision rests on no input.',
    tables: 'Tables of the model',
    noTable: 'The decision is no table. What it needs is kept and runs; it is edited where it was made.',
    edit: (name: string) => `Edit the table of “${name}”`,
    part: (name: string) => `a part of “${name}”`,
    own: 'Make the table this step’s own',
    unreadable: 'The DMN model cannot be read.',
    rows: (count: number) => counted(count, 'row', 'rows'),
  },
};
