/** One figure of a soak. With a floor it holds or fails; without one it is told only. */
export interface Check {
  what: string;
  value: number;
  unit: string;
  floor: { most: number } | { least: number } | null;
}

/** A soak: what it is for, and what it measured. */
export interface Soak {
  about: string;
  run(progress: (line: string) => void, options: SoakOptions): Promise<Check[]>;
}

export interface SoakOptions {
  /** How many runs or timers. */
  runs: number;
  minutes: number;
}

export const told = (what: string, value: number, unit: string): Check => ({ what, value, unit, floor: null });
export const atMost = (what: string, value: number, unit: string, most: number): Check => ({
  what,
  value,
  unit,
  floor: { most },
});
export const atLeast = (what: string, value: number, unit: string, least: number): Check => ({
  what,
  value,
  unit,
  floor: { least },
});
export const exactly = (what: string, value: number, unit: string, wanted: number): Check[] => [
  atLeast(what, value, unit, wanted),
  atMost(what, value, unit, wanted),
];

/** What is not a number fails. */
export function holds({ value, floor }: Check): boolean {
  if (floor === null) return true;
  return 'most' in floor ? value <= floor.most : value >= floor.least;
}

/** The checks as a table with their floors, and PASS or FAIL. */
export function tableOf(checks: readonly Check[]): string {
  const rows = [
    ['what', 'value', 'unit', 'floor', ''],
    ...checks.map((check) => [
      check.what,
      number(check.value),
      check.unit,
      floorText(check),
      check.floor === null ? '' : holds(check) ? 'PASS' : 'FAIL',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return `${lines.join('\n')}\n`;
}

function floorText({ floor }: Check): string {
  if (floor === null) return '';
  return 'most' in floor ? `at most ${number(floor.most)}` : `at least ${number(floor.least)}`;
}

const number = (value: number): string =>
  value.toLocaleString('en-US', {
    maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3,
  });
