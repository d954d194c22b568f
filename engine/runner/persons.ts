import type { Field } from '../flow/document.ts';
import { isParsedJson, type JsonInput } from '../flow/json.ts';
import type { Draft } from '../journal/journal.ts';
import type { PersonLink } from '../journal/person-links.ts';
import type { Program } from '../program/program.ts';

/** Where a program's cases say whom they are about: fields of the input, and of what comes from elsewhere, by node. */
interface Identifying {
  input: readonly string[];
  answers: ReadonlyMap<string, readonly string[]>;
}

const known = new WeakMap<Program, Identifying>();

function identifyingOf(program: Program): Identifying {
  const before = known.get(program);
  if (before !== undefined) return before;
  const answers = [...program.nodes].flatMap(([id, { action, declared }]) => {
    const fields = identifyingIn(action?.response ?? declared ?? {});
    return fields.length === 0 ? [] : [[id, fields] as const];
  });
  const made = { input: identifyingIn(program.flow.input), answers: new Map(answers) };
  known.set(program, made);
  return made;
}

const identifyingIn = (fields: Readonly<Record<string, Field>>): string[] =>
  Object.entries(fields).flatMap(([name, field]) => (field.identifies === true ? [name] : []));

/**
 * Whom the cases of a batch are about: what they hold in fields that are marked as identifying, in the input or in the
 * answer of a system. Texts, numbers and dates count; a value that is empty or yes and no identifies nobody.
 *
 * @param programOf a program by its digest
 * @param programOfRun digest of the program of a run that was started in an earlier batch
 */
export function personsIn(
  drafts: readonly Draft[],
  programOf: (digest: string) => Program | null,
  programOfRun: (run: string) => string | null,
): PersonLink[] {
  const started = new Map<string, string>();
  const links: PersonLink[] = [];
  for (const { type, subject, node, open, sealed } of drafts) {
    if (type === 'run.started') {
      const digest = member(open, 'program');
      if (typeof digest !== 'string') continue;
      started.set(subject, digest);
      const program = programOf(digest);
      const fields = program === null ? [] : identifyingOf(program).input;
      links.push(...linksOf(subject, fields, member(sealed?.value ?? null, 'input')));
      // A case that tries another again begins with what that one had learned.
      const carried = member(member(sealed?.value ?? null, 'carried'), 'values');
      for (const [id, named] of program === null || carried === null ? [] : identifyingOf(program).answers)
        links.push(...linksOf(subject, named, member(carried, program?.nodes.get(id)?.variable ?? '')));
    } else if (type === 'node.completed' && node !== undefined && sealed !== undefined) {
      const digest = started.get(subject) ?? programOfRun(subject.slice('run:'.length));
      const program = digest === null ? null : programOf(digest);
      const fields = program === null ? [] : (identifyingOf(program).answers.get(node) ?? []);
      links.push(...linksOf(subject, fields, member(sealed.value, 'value')));
    }
  }
  return links;
}

/** Whether a program learns from a system's answer whom a case is about. */
export const learnsPersons = (program: Program): boolean => identifyingOf(program).answers.size > 0;

function linksOf(of: string, fields: readonly string[], values: JsonInput): PersonLink[] {
  return fields.flatMap((field) => {
    const value = textOf(member(values, field));
    return value === null || value.trim() === '' ? [] : [{ of, field, value }];
  });
}

/** A value of the journal's codec as whoever asks would write it, such as `4711` for a decimal of that value. */
function textOf(value: JsonInput): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  for (const tag of ['$number', '$date']) {
    const tagged = member(value, tag);
    if (typeof tagged === 'string') return tagged;
  }
  return null;
}

function member(value: JsonInput, name: string): JsonInput {
  if (value === null || typeof value !== 'object') return null;
  const found: unknown = Reflect.get(value, name);
  return Object.hasOwn(value, name) && isParsedJson(found) ? found : null;
}
