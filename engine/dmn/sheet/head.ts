/**
 * The head of a sheet that we write: rows that are known by the word in their first cell. The first column holds these
 * words and, below them, the ids of the rows. What the head does not say is left as it is when the sheet comes back.
 */
import { AGGREGATIONS, HIT_POLICIES } from '../hit-policy.ts';
import type { DecisionTable } from '../table-document.ts';

/** The words of the head, in the order in which they are written. */
export const HEAD = {
  /** With the hit policy behind it; the row holds the headings that people read. */
  policy: 'Hit policy:',
  role: 'Column is',
  expression: 'Expression',
  type: 'Type',
  values: 'Values',
  default: 'Default',
  id: 'Column id',
} as const;

export type HeadRow = Exclude<keyof typeof HEAD, 'policy'>;

export const HEAD_ROWS: readonly HeadRow[] = ['role', 'expression', 'type', 'values', 'default', 'id'];

/** What a column is for. */
export const ROLES = ['input', 'output', 'note', 'row id', 'left out'] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (text: string): text is Role => ROLES.some((role) => role === text);

/** Which row of the head a first cell begins; null for none. */
export function headRowOf(text: string): HeadRow | null {
  const word = text.trim().toLowerCase();
  return HEAD_ROWS.find((row) => HEAD[row].toLowerCase() === word) ?? null;
}

export const isHeadWord = (text: string): boolean =>
  headRowOf(text) !== null || text.trim().toLowerCase().startsWith(HEAD.policy.toLowerCase());

export interface Policy {
  readonly hitPolicy: DecisionTable['hitPolicy'];
  readonly aggregation: DecisionTable['aggregation'];
}

export const policyText = ({ hitPolicy, aggregation }: Policy): string =>
  `${HEAD.policy} ${hitPolicy}${aggregation === undefined ? '' : ` ${aggregation}`}`;

/** The policy behind the words of the first cell; `null` when the sheet is none of ours, `'unknown'` when it says no policy. */
export function readPolicy(text: string): Policy | 'unknown' | null {
  const word = text.trim().toUpperCase();
  const start = HEAD.policy.toUpperCase();
  if (!word.startsWith(start)) return null;
  const said = word.slice(start.length).trim();
  for (const hitPolicy of HIT_POLICIES) {
    if (said === hitPolicy) return { hitPolicy, aggregation: undefined };
    const aggregation = AGGREGATIONS.find((one) => said === `${hitPolicy} ${one}`);
    if (aggregation !== undefined) return { hitPolicy, aggregation };
  }
  return 'unknown';
}

/** A list of plain texts in one cell: parted by commas, in JSON's quotes where a text would be misread. */
export function listText(values: readonly string[]): string {
  return values.map((value) => (PLAIN_ITEM.test(value) ? value : JSON.stringify(value))).join(', ');
}

const PLAIN_ITEM = /^[^\s",;'][^",;\r\n]*[^\s",;]$|^[^\s",;']$/;

/** The list that {@link listText} wrote, or that a person typed; null when a quote is not closed. */
export function readList(text: string): readonly string[] | null {
  const values: string[] = [];
  const item = /\s*(?:("(?:[^"\\]|\\[^])*")|((?:[^\s",](?:[^",]|"(?:[^"\\]|\\[^])*")*)?))\s*(,|$)/y;
  for (;;) {
    const match = item.exec(text);
    if (match === null) return null;
    const [, quoted, bare = '', end] = match;
    if (quoted !== undefined) values.push(unquoted(quoted));
    else if (bare.trim() !== '') values.push(bare.trim());
    if (end !== ',') return values;
  }
}

/** The text between quotes, with JSON's escapes; what JSON does not know stands as it is typed. */
function unquoted(quoted: string): string {
  try {
    const text: unknown = JSON.parse(quoted);
    if (typeof text === 'string') return text;
  } catch {
    // A line break that somebody typed within quotes is no JSON.
  }
  return quoted.slice(1, -1);
}
