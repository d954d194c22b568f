import { counted } from '../../ui/numbers.ts';

/** The editor of decision tables. */

export const table = {
  label: 'Decision table',
  title: (name: string) => `Decision table of “${name}”`,
  open: 'Edit table',
  unreadable: 'The table cannot be read. Undo, or repair the document.',
  tools: 'Table tools',
  parts: { findings: 'Findings' },
  size: (rows: number) => counted(rows, 'row', 'rows'),

  hitPolicy: 'When several rows match',
  policies: {
    UNIQUE: {
      name: 'One row matches at most',
      letter: 'U',
      means: 'Rows may not overlap: if several match, the case fails. If none matches, the result is empty.',
    },
    FIRST: {
      name: 'The first match counts',
      letter: 'F',
      means: 'Rows are read from the top and the first that matches gives the result. If none matches, it is empty.',
    },
    ANY: {
      name: 'All matches agree',
      letter: 'A',
      means:
        'Several rows may match if they give the same; if they differ, the case fails. If none matches, the result is empty.',
    },
    PRIORITY: {
      name: 'The weightiest match counts',
      letter: 'P',
      means:
        'Of the rows that match, the one whose output stands first in its list of values gives the result. If none matches, it is empty.',
    },
    COLLECT: {
      name: 'All matches together',
      letter: 'C',
      means:
        'Every row that matches is in the result: a list in no order, or one number of all. If none matches, the result is empty.',
    },
    'RULE ORDER': {
      name: 'All matches in row order',
      letter: 'R',
      means:
        'Every row that matches is in the result, a list from the top row down. If none matches, the result is empty.',
    },
    'OUTPUT ORDER': {
      name: 'All matches by weight',
      letter: 'O',
      means:
        'Every row that matches is in the result, a list in the order of the outputs’ values. If none matches, the result is empty.',
    },
  },
  aggregation: 'What becomes of the matches',
  aggregations: {
    LIST: { name: 'A list of them', letter: '' },
    SUM: { name: 'Their sum', letter: '+' },
    COUNT: { name: 'How many there are', letter: '#' },
    MIN: { name: 'The smallest', letter: '<' },
    MAX: { name: 'The largest', letter: '>' },
  },

  acts: {
    edit: 'Edit the table with room',
    rowBelow: 'Insert a row below',
    rowAbove: 'Insert a row above',
    duplicateRows: 'Duplicate the rows',
    rowsUp: 'Move the rows up',
    rowsDown: 'Move the rows down',
    removeRows: 'Remove the rows',
    columnLeft: 'Insert a column on the left',
    columnRight: 'Insert a column on the right',
    duplicateColumns: 'Duplicate the columns',
    columnsLeft: 'Move the columns left',
    columnsRight: 'Move the columns right',
    removeColumns: 'Remove the columns',
    clear: 'Clear the cells',
    fillDown: 'Fill the cells from above',
    addInput: 'Add an input to the table',
    addOutput: 'Add an output to the table',
    try: 'Try the table, or stop trying',
  },
  addInput: 'Input',
  addOutput: 'Output',
  newOutput: (number: number) => `result ${number}`,

  rowNumber: 'Row',
  newRow: 'New row',
  when: 'When',
  then: 'Then',
  note: 'Remark',
  value: 'value',
  notSetUp: 'Choose what to test',
  input: (number: number, head: string) => (head === '' ? `Input ${number}` : `Input ${number}: ${head}`),
  output: (number: number, head: string) => `Output ${number}: ${head}`,
  cell: (column: string, row: number) => `${column === '' ? 'column' : column}, row ${row}`,
  setUp: (column: string) => `Set up ${column}`,

  column: {
    input: 'Input',
    output: 'Output',
    label: 'Label',
    labelHelp: 'What the column’s head says; the formula if there is none.',
    expression: 'What is tested',
    expressionExample: 'ticket.amount',
    name: 'Name',
    nameHelp: 'What later steps call the result.',
    type: 'Type',
    types: {
      any: 'any',
      string: 'text',
      number: 'number',
      boolean: 'yes or no',
      date: 'date',
      time: 'time of day',
      'date and time': 'date and time',
      'days and time duration': 'duration in days and hours',
      'years and months duration': 'duration in years and months',
    },
    inputValues: 'Values that can occur',
    inputValuesHelp: 'As tests, such as "low", "high" or [0..100]. Gaps are looked for among these only.',
    outputValues: 'Values that it may give',
    outputValuesHelp: 'Parted by commas, the most important first.',
    fallback: 'Otherwise',
    fallbackHelp: 'The output when no row matches.',
    anyValue: 'any value',
    left: 'Move left',
    right: 'Move right',
    after: 'Insert one after',
    duplicate: 'Duplicate',
    remove: 'Remove',
    acts: 'Column',
    done: 'Done',
  },

  keys: 'Type to replace, F2 to edit, Ctrl Enter for a new row, Tab and arrows to walk, F6 to leave the table.',
  keysShort: 'Arrows walk, type to replace, F2 to edit.',
  several: (rows: number, columns: number) =>
    `${counted(rows, 'row', 'rows')}, ${counted(columns, 'column', 'columns')} selected.`,
  refused: {
    'last output': 'The last output stays: without one the table would give nothing.',
    'no room': 'A table holds 20,000 rows and 100 columns; there is no room for more.',
  },
  leftOut: {
    columns: (count: number) =>
      `${counted(count, 'column', 'columns')} did not fit to the right of the table and ${count === 1 ? 'was' : 'were'} not pasted.`,
    rows: (count: number) => `${counted(count, 'row', 'rows')} beyond the 20,000th were not pasted.`,
    tooLong: (count: number) =>
      `${counted(count, 'text', 'texts')} too long for a cell ${count === 1 ? 'was' : 'were'} not pasted.`,
  },
  nothingToPaste: 'There is no text on the clipboard to paste.',

  findings: (count: number) => (count === 0 ? 'No findings' : counted(count, 'finding', 'findings')),
  noFindings: 'Rows do not contradict each other and every cell reads what is there.',
  error: 'Problem',
  warning: 'Doubt',
  place: {
    row: (number: number) => `row ${number}`,
    table: 'table',
    column: (name: string) => name,
  },
  tryExample: 'Try the example',
  moreFindings: (count: number) => `and ${counted(count, 'more finding', 'more findings')}`,

  trial: {
    open: 'Try it',
    title: 'Try it',
    empty: 'The table tests nothing yet. Choose what its inputs test, and give values here.',
    hint: 'Give values for what the table reads; the rows that match are lit.',
    from: 'Take values from a scenario',
    pick: 'Choose a scenario',
    running: 'Running the scenario',
    notReached: 'This scenario does not come to this table; nothing was taken from it.',
    notTold: (names: string) => `What the scenario brings as its input is not told here: ${names} stays as it is.`,
    clear: 'Clear values',
    yes: 'yes',
    no: 'no',
    nothing: 'nothing',
    invalid: {
      number: 'Write a number, such as 12.5.',
      date: 'Write a date, such as 2026-03-31.',
      time: 'Write a time, such as 09:30:00.',
      'date and time': 'Write a date and time, such as 2026-03-31T09:30:00Z.',
      'days and time duration': 'Write a duration, such as P2DT4H.',
      'years and months duration': 'Write a duration, such as P1Y6M.',
      other: 'Write a value as FEEL does, such as [1, 2] or {"a": 1}.',
    },
    result: 'Result',
    none: 'No row matches.',
    gives: (rows: readonly number[]) =>
      `${rows.length === 1 ? 'Row' : 'Rows'} ${rows.slice(0, 8).join(', ')}${rows.length > 8 ? ' and others' : ''} ${rows.length === 1 ? 'gives' : 'give'} it.`,
    alsoMatch: (rows: readonly number[]) =>
      `${rows.length === 1 ? 'Row' : 'Rows'} ${rows.slice(0, 8).join(', ')}${rows.length > 8 ? ' and others' : ''} ${rows.length === 1 ? 'matches' : 'match'} too and ${rows.length === 1 ? 'does' : 'do'} not count.`,
    byDefault: 'No row matches; what stands under “Otherwise” counts.',
    matches: 'Matches',
    counts: 'Matches and counts',
    whyNot: (row: number, why: string) => `Row ${row} does not match: ${why}`,
    whyMatch: (row: number) => `Row ${row} matches.`,
    whyCounts: (row: number) => `Row ${row} matches and gives the result.`,
  },
};
