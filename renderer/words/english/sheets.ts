import { counted } from '../../ui/numbers.ts';

/** Tables from and to spreadsheets. */

export const sheets = {
  menu: 'Import / Export',
  take: 'Import a CSV file or Excel workbook…',
  file: 'A CSV file or an Excel workbook',
  give: {
    csv: 'Export as CSV',
    'csv for European Excel': 'Export as CSV for European Excel',
    xlsx: 'Export as Excel workbook',
  },
  giveHelp: {
    csv: 'commas, decimal points, UTF-8',
    'csv for European Excel': 'semicolons, decimal commas, Windows-1252',
    xlsx: 'typed cells, .xlsx',
  },
  apostrophe:
    'An apostrophe in front of a cell keeps it as it stands, and keeps a spreadsheet from running it as a formula. It goes when the file is imported again.',
  given: (file: string) => `${file} is written`,
  close: 'Close',
  reading: 'Reading the file',
  title: (file: string) => `Import ${file}`,
  refused: 'Nothing was taken over.',
  sheet: 'Sheet',
  columns: 'What the columns are for',
  roles: {
    input: 'input',
    output: 'output',
    note: 'note',
    'row id': 'id of the row',
    'left out': 'left out',
  },
  missing: (names: readonly string[]) => `The sheet has no column for ${names.map((name) => `“${name}”`).join(', ')}.`,
  drop: 'Drop from the table what the sheet has no column for',
  same: 'The sheet says what the table says already.',
  sections: {
    lost: 'Goes',
    updated: 'Becomes different',
    changed: 'Read otherwise than it stands in the sheet',
    notUnderstood: 'Not understood',
  },
  cells: (count: number) => counted(count, 'place', 'places'),
  more: (count: number) => `and ${count} more`,
  rows: (count: number) => `The table will have ${counted(count, 'row', 'rows')}.`,
  act: 'Use this table',
  actAndLose: 'Use this table and let go what goes',
  cancel: 'Cancel',
};
