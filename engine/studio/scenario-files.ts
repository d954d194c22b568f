import { existsSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { fileError, writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { readDocument } from '../manifest/read-document.ts';
import { scenarioSchema, type Scenario } from '../sandbox/scenario.ts';
import { checkBase, digestOfBytes, NO_FILE } from './flow-files.ts';
import { fileStem } from './file-stem.ts';
import { flowPath, onDisk, scenarioPath } from './paths.ts';
import { readText } from './text-file.ts';
import { readScenario, scenarioPaths } from './workspace.ts';

/** A scenario and the digest of the bytes that it was read from. Throws REQUEST_REFUSED, FILE_UNREADABLE, DOCUMENT_INVALID. */
export function openScenarioFile(root: string, path: string): { scenario: Scenario; digest: string } {
  const { bytes } = readText(onDisk(root, scenarioPath(path)));
  const scenario = readDocument(bytes, scenarioSchema, {
    code: 'DOCUMENT_INVALID',
    what: `the document ${path}`,
    hint: 'Correct the document at that place.',
    file: path,
  });
  return { scenario, digest: digestOfBytes(bytes) };
}

/** Where a scenario lies, and the digest of what it began from, or {@link NO_FILE}. */
export interface Place {
  path: string;
  base: string;
}

/**
 * Writes a scenario of a flow, whole or not at all; without a place under a free file name. Refused with FILE_CHANGED
 * where the file is no longer the one with digest `base`, and with FILE_EXISTS where another scenario of the flow has the
 * name, since results are told by it.
 */
export function saveScenarioFile(
  root: string,
  flow: string,
  scenario: Scenario,
  place: Place | null,
): { path: string; digest: string } {
  const path = place === null ? freePath(root, flow, scenario.name) : ofFlow(flow, scenarioPath(place.path));
  const file = onDisk(root, path);
  if (place !== null) checkBase(file, place, ANOTHER);
  refuseTwice(root, flow, path, scenario.name);
  const text = prettyJson(asJson(scenario));
  makeFolder(dirname(file));
  writeFileAtomic(file, text, { exclusive: place === null || place.base === NO_FILE });
  return { path, digest: digestOfBytes(new TextEncoder().encode(text)) };
}

/** Takes a scenario's file away. Refused with FILE_CHANGED where it is no longer the one with digest `base`, or is gone. */
export function deleteScenarioFile(root: string, place: Place): void {
  const file = onDisk(root, scenarioPath(place.path));
  checkBase(file, place, ANOTHER);
  try {
    rmSync(file);
  } catch (cause) {
    throw fileError(file, cause, 'written');
  }
}

const stemOf = (flow: string): string => basename(flowPath(flow), '.flow.json');

/** `tests/<flow>/<name in small letters>.scenario.json`, with a number where that is taken. */
function freePath(root: string, flow: string, name: string): string {
  const stem = fileStem(name, 'scenario');
  for (let number = 1; ; number += 1) {
    const path = scenarioPath(`tests/${stemOf(flow)}/${stem}${number === 1 ? '' : `-${number}`}.scenario.json`);
    if (!existsSync(onDisk(root, path))) return path;
  }
}

function ofFlow(flow: string, path: string): string {
  if (path.startsWith(`tests/${stemOf(flow)}/`)) return path;
  throw new CountersignError({
    code: 'REQUEST_REFUSED',
    message: `“${path}” is no scenario of ${flow}.`,
    meaning: 'Nothing was written.',
    hint: 'Keep it as a new scenario.',
  });
}

const ANOTHER = 'Look at what is there now, or keep yours as another scenario.';

function refuseTwice(root: string, flow: string, path: string, name: string): void {
  const nameAt = (other: string): string | null => {
    try {
      return readScenario(root, other).name;
    } catch {
      // What cannot be read is told with the workspace.
      return null;
    }
  };
  const other = scenarioPaths(root, flow).find((one) => one !== path && nameAt(one) === name);
  if (other === undefined) return;
  throw new CountersignError({
    code: 'FILE_EXISTS',
    message: `There is a scenario “${name}” of this flow already.`,
    meaning: 'Nothing was written.',
    where: { file: other },
    hint: 'Give this one another name.',
  });
}
