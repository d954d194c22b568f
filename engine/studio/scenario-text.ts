import { readBytes } from '../manifest/atomic.ts';
import { checkDocument, parseDocument, type DocumentErrors } from '../manifest/read-document.ts';
import { scenarioSchema, type Scenario } from '../sandbox/scenario.ts';
import { onDisk } from './paths.ts';

/**
 * The text of a scenario's file with the scenario changed, its keys in the order and its lines as far in as they were, so
 * that a small change makes a small difference; null where nothing changes. Throws DOCUMENT_INVALID, FILE_UNREADABLE.
 */
export function changedScenarioText(
  root: string,
  path: string,
  change: (scenario: Scenario) => Scenario | null,
): string | null {
  const errors: DocumentErrors = {
    code: 'DOCUMENT_INVALID',
    what: `the document ${path}`,
    hint: 'Correct the document at that place.',
    file: path,
  };
  const bytes = readBytes(onDisk(root, path));
  const raw: unknown = parseDocument(bytes, errors);
  // What a schema gives back has its keys in the order of the schema.
  if (!isScenario(raw)) {
    checkDocument(raw, scenarioSchema, errors);
    return null;
  }
  const next = change(raw);
  if (next === null || JSON.stringify(next) === JSON.stringify(raw)) return null;
  const text = new TextDecoder().decode(bytes);
  const indent = /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  return `${JSON.stringify(next, null, indent)}${text.endsWith('\n') ? '\n' : ''}`;
}

const isScenario = (value: unknown): value is Scenario => scenarioSchema.safeParse(value).success;
