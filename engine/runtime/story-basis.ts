import type { ModelAnswer, NodeRecord, PersonDecision } from '../../nodes/kind.ts';
import { momentWords } from './lasting.ts';

const percent = (share: number): string => `${Math.round(share * 100)}%`;

const SHOWN_REASONS = 3;

/** Which model answered what, how sure it was and how sure it had to be. */
function answerWords({ status, why, guess, confidence, reasons, model }: ModelAnswer): string {
  const weighed = reasons.slice(0, SHOWN_REASONS).map(({ word }) => `“${word}”`);
  const because = weighed.length === 0 ? '' : `, because of ${weighed.join(', ')}`;
  const sure = `sure at ${percent(confidence)} where ${percent(model.bar)} are enough`;
  const who = `${model.name} ${model.version}`;
  return status === 'answered'
    ? `${who} answered “${guess}”, ${sure}${because}`
    : `${who} was uncertain${why === null ? '' : ` (${why})`}: its guess is “${guess}”, ${sure}${because}`;
}

/** What somebody decided, or chose; what they filled in stands in the value. */
function decisionWords({ decision, answer, person, role, comment }: PersonDecision, waited: string): string {
  const choice = answer?.['choice'];
  const said =
    answer === undefined
      ? decision
      : Object.keys(answer).length === 1 && typeof choice === 'string'
        ? `“${choice}” chosen`
        : 'filled in';
  return `${said} by ${personWords(person, role)}${waited}${comment === '' ? '' : `: ${comment}`}`;
}

export const personWords = (person: string, role: string): string => (person === role ? person : `${person} (${role})`);

/** What else is known of a step, for its words: it may keep no basis of its own. */
export interface Unrecorded {
  kind: string;
  isJoin: boolean;
  /** Its basis was erased. */
  erased: boolean;
  /** How long after it was asked the last person answered, such as ` after 3 min`; empty where nobody was asked. */
  waited: string;
  /** The numbers that rows of its table have for people; none where the table cannot be looked at. */
  numbersOf: (rows: readonly string[]) => readonly string[];
}

function withoutBasis({ kind, isJoin, erased }: Unrecorded, port: string): string {
  const way = port === 'next' || port === '' ? '' : `, left by “${port}”`;
  if (erased) return `done${way}; what it was based on was erased`;
  if (isJoin) return `the branches came together${way}`;
  if (kind === 'transform') return `worked out${way}`;
  return `done${way}`;
}

/** `row 4 matched`, `rows 1, 4 and 5 matched`; so many are counted rather than named. */
function rowWords({ length }: readonly string[], numbers: readonly string[]): string {
  if (length === 0) return 'no row matched';
  if (numbers.length !== length || length > MOST_NAMED)
    return length === 1 ? 'a row matched' : `${length} rows matched`;
  if (length === 1) return `row ${numbers[0]} matched`;
  return `rows ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)} matched`;
}

const MOST_NAMED = 6;

/** Why a step came out as it did, in one sentence. */
export function basisWords(record: NodeRecord | null, port: string, step: Unrecorded): string {
  if (record === null) return withoutBasis(step, port);
  switch (record.by) {
    case 'model':
      return 'error' in record ? `no answer: ${record.error.message}` : answerWords(record.answer);
    case 'rule':
      return `${rowWords(record.rows, step.numbersOf(record.rows))}${warned(record.warnings)}`;
    case 'formula':
      return record.error === undefined
        ? `worked out${warned(record.warnings)}`
        : `not worked out: ${record.error.message}`;
    case 'system':
      return systemWords(record, port);
    case 'person':
      return record.decisions
        .map((one, i) => decisionWords(one, i === record.decisions.length - 1 ? step.waited : ''))
        .join('; ');
    case 'timer':
      return `${port === 'next' ? 'the time came' : 'nothing came in time'}: ${momentWords(record.due)}`;
    case 'mock':
      return `mocked: ${record.name}`;
    case 'message':
      return `“${record.name}” came from ${record.from}, with the id ${record.id}`;
  }
}

const warned = (warnings: readonly string[]): string =>
  warnings.length === 0 ? '' : `, with warnings: ${warnings.join('; ')}`;

/** A status of 0 is none: nobody answered, or a person said how it was. */
function systemWords(record: Extract<NodeRecord, { by: 'system' }>, port: string): string {
  const { connection, action, status, attempts, error } = record;
  const answered = status === null || status === 0 ? '' : ` with ${status}`;
  const often = attempts > 1 ? `, at attempt ${attempts}` : '';
  const what = `${connection} · ${action}`;
  if (error !== undefined) return `${what} ${port}${answered}${often}: ${error.message}`;
  return answered === '' ? `${what} ${port}${often}` : `${what} ${port}, answered${answered}${often}`;
}
