import type { Report, Row } from './row.ts';

const HEAD = ['case', 'subject', 'value', 'unit', 'min', 'max', 'reference', 'value', 'ratio', 'rounds'];
const RIGHT = new Set([2, 4, 5, 7, 8, 9]);

/** A report as plain text: the machine, a table, and what its cases are. */
export function tableOf({ benchmark, machine, notes, rows }: Report): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  const on = `${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, SQLite ${machine.sqlite}, load before ${machine.load.toFixed(2)}`;
  return `${benchmark} on ${on}\n\n${lines.join('\n')}\n\n${notes.map((note) => `- ${note}`).join('\n')}\n`;
}

function cellsOf(row: Row): string[] {
  return [
    row.case,
    row.subject,
    number(row.value),
    row.unit,
    number(row.min),
    number(row.max),
    row.reference ?? '-',
    row.referenceValue === null ? '-' : number(row.referenceValue),
    row.ratio === null ? '-' : row.ratio.toFixed(2),
    String(row.rounds),
  ];
}

const pad = (cell: string, width: number, column: number): string =>
  RIGHT.has(column) ? cell.padStart(width) : cell.padEnd(width);

const number = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value >= 100 ? 0 : value >= 10 ? 1 : 3 });
