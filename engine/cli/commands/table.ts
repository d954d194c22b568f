import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { MAX_FILE_BYTES, readTableFile, writeTableFile } from '../../dmn/sheet/table-file.ts';
import type { CellChange, FileForm, ReportEntry, Role, SheetReading, SheetReport } from '../../dmn/sheet/table-file.ts';
import { CountersignError } from '../../flow/error.ts';
import { writeFlow } from '../../flow/read.ts';
import { fileError, readBytes, writeFileAtomic } from '../../manifest/atomic.ts';
import { openFlowFile, saveFlowFile } from '../../studio/flow-files.ts';
import { body, usage, type Answer, type Wiring } from '../command.ts';
import { ruleAt, type RulePlace } from './dmn.ts';

interface ImportOptions {
  flow: string;
  node: string;
  yes?: true;
  sheet?: string;
  input?: string[];
  output?: string[];
  decimals?: string;
  dropMissing?: true;
}

interface ExportOptions {
  out: string;
  european?: true;
}

export function addTable(program: Command, wiring: Wiring): void {
  const table = program
    .command('table')
    .description('Take decision tables from spreadsheets, and give them out as such.');
  table
    .command('export')
    .description('Write the decision table of a rule as a CSV file or an Excel workbook that says everything about it.')
    .argument('<flow>', 'the flow')
    .argument('<node>', 'the rule: its name or id')
    .requiredOption('-o, --out <file>', 'the file to write, .csv or .xlsx; it must not be there yet')
    .addHelpText(
      'after',
      '\nIn CSV an apostrophe in front of a cell keeps it as it stands, and keeps a spreadsheet from running it as a\nformula. Importing takes it away.',
    )
    .option('--european', 'CSV as European Excel writes it: semicolons, decimal commas, Windows-1252')
    .action(
      body(wiring, (_talk, flow: string, node: string, options: ExportOptions) => exportTable(flow, node, options)),
    );
  table
    .command('import')
    .description('Read a CSV file or an Excel workbook into the decision table of a rule, and say what becomes of it.')
    .argument('<file>', 'the file, .csv or .xlsx')
    .requiredOption('--flow <flow>', 'the flow')
    .requiredOption('--node <name>', 'the rule: its name or id')
    .option('--yes', 'write although something of the table that is there goes')
    .option('--sheet <name>', 'the sheet of a workbook; the first that is shown when left out')
    .option('--input <heading...>', 'columns that are inputs, where the sheet does not say')
    .option('--output <heading...>', 'columns that are outputs, where the sheet does not say')
    .option('--decimals <sign>', 'what parts decimals in the file: comma or point; by its delimiter when left out')
    .option('--drop-missing', 'drop the columns that the sheet does not have; they stay when left out')
    .action(body(wiring, (_talk, file: string, options: ImportOptions) => importTable(file, options)));
}

/** The form that a file's name asks for. */
function formOf(file: string, european: boolean): FileForm {
  const name = file.toLowerCase();
  if (name.endsWith('.xlsx') && european) throw usage('--european is for CSV files; a workbook has no dialects.');
  if (name.endsWith('.xlsx')) return 'xlsx';
  if (name.endsWith('.csv')) return european ? 'csv for European Excel' : 'csv';
  throw usage(`${file} is to be a CSV file or an Excel workbook.`, 'End its name with .csv or .xlsx.');
}

async function exportTable(flowPath: string, node: string, options: ExportOptions): Promise<Answer> {
  const form = formOf(options.out, options.european === true);
  const place = ruleAt(flowPath, node);
  const { bytes, told, faithful } = await writeTableFile(tableOf(place), form, place.name);
  writeFileAtomic(options.out, bytes, { exclusive: true });
  return {
    holds: faithful,
    json: { file: options.out, bytes: bytes.length, form, told, faithful },
    lines: [`${options.out} is the table of ${place.name}`, ...told.map((one) => `  ${one}`)],
  };
}

function tableOf({ config, name, path, id }: RulePlace) {
  if (config?.table !== undefined) return config.table;
  throw new CountersignError({
    code: 'DOCUMENT_INVALID',
    message:
      config === null
        ? `The rule ${name} of ${path} is not whole.`
        : `The rule ${name} of ${path} has no table of its own.`,
    where: { file: path, node: id },
    hint:
      config === null
        ? 'Check the flow with “countersign validate”.'
        : 'It decides by a DMN model: “countersign dmn import --as-table” takes a table out of one.',
  });
}

async function importTable(file: string, options: ImportOptions): Promise<Answer> {
  const { decimals } = options;
  if (decimals !== undefined && decimals !== 'comma' && decimals !== 'point')
    throw usage(`--decimals is comma or point, and is ${decimals}.`);
  const place = ruleAt(options.flow, options.node);
  const existing = tableOf(place);
  const bytes = readSheetFile(file);
  const read = (roles: ReadonlyMap<number, Role>): Promise<SheetReading> =>
    readTableFile(bytes, {
      existing,
      scope: place.scope,
      roles,
      missing: options.dropMissing === true ? 'go' : 'stay',
      ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
      ...(decimals === undefined ? {} : { commas: decimals === 'comma' }),
    });
  const first = taken(file, await read(new Map()));
  const roles = rolesOf(first.report, options);
  const { table, report } = roles.size === 0 ? first : taken(file, await read(roles));
  const lost = report.lost.length > 0;
  const written = !lost || options.yes === true;
  if (written) save(place, { ...place.config, table });
  return {
    holds: written,
    json: { flow: place.path, node: place.id, written, report },
    lines: [
      ...reportLines(report, options.dropMissing === true),
      written
        ? `The table of ${place.name} is that of ${basename(file)}`
        : `Nothing was written: something of the table goes. --yes writes it`,
    ],
  };
}

function readSheetFile(file: string): Uint8Array {
  let size = 0;
  try {
    ({ size } = statSync(file));
  } catch (cause) {
    throw fileError(file, cause, 'read');
  }
  // Refused unread: memory is not for strangers to fill.
  if (size > MAX_FILE_BYTES)
    throw invalid(file, `it is larger than ${MAX_FILE_BYTES / 1_000_000} MB.`, 'Keep only the table in it.');
  return readBytes(file);
}

function invalid(file: string, why: string, hint: string): CountersignError {
  const message = `${basename(file)} cannot be taken over: ${why}`;
  return new CountersignError({ code: 'DOCUMENT_INVALID', message, where: { file }, hint });
}

function taken(file: string, reading: SheetReading): Extract<SheetReading, { ok: true }> {
  if (!reading.ok) throw invalid(file, reading.message, reading.hint);
  return reading;
}

/** What the person says of columns, by their headings. */
function rolesOf({ columns }: SheetReport, { input = [], output = [] }: ImportOptions): ReadonlyMap<number, Role> {
  const roles = new Map<number, Role>();
  const say = (heading: string, role: Role) => {
    const found = columns.find((one) => one.heading === heading);
    if (found === undefined)
      throw usage(
        `The sheet has no column “${heading}”.`,
        `Its columns are: ${columns.flatMap((one) => (one.heading === '' ? [] : [one.heading])).join(', ')}.`,
      );
    roles.set(found.column, role);
  };
  for (const heading of input) say(heading, 'input');
  for (const heading of output) say(heading, 'output');
  return roles;
}

function save({ root, path, flow, id, name }: RulePlace, config: Record<string, unknown>): void {
  const node = flow.nodes[id];
  if (node === undefined) throw new Error(`${path} has lost ${name}`);
  const text = writeFlow({ ...flow, nodes: { ...flow.nodes, [id]: { ...node, config } } });
  const { digest } = openFlowFile(root, path);
  saveFlowFile(root, { path, text, base: digest, overwrite: false });
}

function reportLines(report: SheetReport, dropped: boolean): string[] {
  const columns = report.columns
    .filter(({ guessed, heading }) => guessed && heading !== '')
    .map(({ heading, role }) => `  “${heading}” is taken for: ${role}`);
  return [
    ...report.file,
    ...columns,
    ...report.missing.map((name) => `  The sheet has no column for “${name}”: it ${dropped ? 'goes' : 'stays'}`),
    ...section('Read otherwise than it stands', report.changed),
    ...section('Not understood', report.notUnderstood),
    ...section('Becomes different', report.updated),
    ...section('Goes', report.lost),
  ];
}

const SHOWN = 10;

function section(title: string, entries: readonly ReportEntry[]): string[] {
  if (entries.length === 0) return [];
  return [title, ...entries.flatMap(({ message, cells }) => [`  ${message}`, ...cellLines(cells)])];
}

function cellLines(cells: readonly CellChange[]): string[] {
  const lines = cells.slice(0, SHOWN).map(({ place, from, to }) => {
    const change = to === '' ? from : from === '' ? to : from === to ? from : `${from} → ${to}`;
    return `    ${place}  ${change.replaceAll(/\s+/g, ' ')}`;
  });
  return cells.length > SHOWN ? [...lines, `    and ${cells.length - SHOWN} more; --json lists each`] : lines;
}
