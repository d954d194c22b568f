import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { readBytes, writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { checkDocument, readDocument, type DocumentErrors } from '../manifest/read-document.ts';
import { MOCKS_FORMAT, mocksSchema, type Mock, type Mocks } from '../sandbox/mock-document.ts';
import type { ChosenMock } from '../sandbox/mocks.ts';
import { mocksPath, onDisk } from './paths.ts';

const errors = (file: string): DocumentErrors => ({
  code: 'DOCUMENT_INVALID',
  what: `the document ${file}`,
  hint: 'Correct the mocks at that place, or delete the file.',
  file,
});

/** The mocks of a flow, by id of the step; none where there is no file. Throws DOCUMENT_INVALID, FILE_UNREADABLE. */
export function readMocks(root: string, flow: string): Mocks {
  const path = mocksPath(flow);
  const file = onDisk(root, path);
  return existsSync(file) ? readDocument(readBytes(file), mocksSchema, errors(path)).mocks : {};
}

export interface MockChange {
  node: string;
  /** The mock that is replaced or taken away. */
  before: string | null;
  mock: Mock | null;
}

/** Adds, replaces or takes away one mock; the others in the file stay as they are there. Throws DOCUMENT_INVALID. */
export function saveMock(root: string, flow: string, { node, before, mock }: MockChange): Mocks {
  const path = mocksPath(flow);
  const all = readMocks(root, flow);
  const old = Object.hasOwn(all, node) ? (all[node] ?? []) : [];
  const at = old.findIndex(({ name }) => name === before);
  const kept = old.filter((_, i) => i !== at);
  const next = mock === null ? kept : kept.toSpliced(at < 0 ? kept.length : at, 0, mock);
  const { [node]: _gone, ...others } = all;
  const document = {
    format: MOCKS_FORMAT,
    version: 1,
    mocks: next.length === 0 ? others : { ...others, [node]: next },
  };
  const checked = checkDocument(document, mocksSchema, errors(path));
  const file = onDisk(root, path);
  makeFolder(dirname(file));
  writeFileAtomic(file, prettyJson(asJson(checked)));
  return checked.mocks;
}

/** The mocks that are asked for by name. Throws NOT_FOUND for one that is not there. */
export const chosenMocks = (all: Mocks, names: Readonly<Record<string, string>>): ChosenMock[] =>
  Object.entries(names).map(([node, name]) => {
    const mock = Object.hasOwn(all, node) ? all[node]?.find((one) => one.name === name) : undefined;
    if (mock !== undefined) return { node, mock };
    throw new CountersignError({
      code: 'NOT_FOUND',
      message: `There is no mock “${name.toWellFormed().slice(0, 80)}” of that step.`,
      hint: 'Choose another mock, or none.',
    });
  });
