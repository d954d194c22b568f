import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { CountersignError } from '../flow/error.ts';

/** A file name that means the same everywhere: no separators, colons or control characters, and not hidden. */
const NAME = String.raw`(?!\.)[^/\\:*?"<>|\p{Cc}]{1,160}`;
const FLOW_PATH = new RegExp(`^flows/${NAME}\\.flow\\.json$`, 'u');
const VERSION_PATH = new RegExp(`^versions/${NAME}/[1-9]\\d{0,5}\\.version\\.json$`, 'u');
const MANIFEST_PATH = new RegExp(`^releases/${NAME}\\.manifest\\.json$`, 'u');
const SCENARIO_PATH = new RegExp(`^tests/${NAME}/${NAME}\\.scenario\\.json$`, 'u');

/** The path, if it is one of a flow document: `flows/<name>.flow.json`. Refused with REQUEST_REFUSED otherwise. */
export const flowPath = (path: string): string => checked(path, FLOW_PATH, 'a flow: flows/<name>.flow.json');

/** The same for `tests/<flow>/<name>.scenario.json`. */
export const scenarioPath = (path: string): string =>
  checked(path, SCENARIO_PATH, 'a scenario: tests/<flow>/<name>.scenario.json');

/** The same for `versions/<flow>/<number>.version.json`. */
export const versionPath = (path: string): string =>
  checked(path, VERSION_PATH, 'a version: versions/<flow>/<number>.version.json');

/** The same for `releases/<name>.manifest.json`. */
export const manifestPath = (path: string): string =>
  checked(path, MANIFEST_PATH, 'a release: releases/<name>.manifest.json');

/** Where the mocks of a flow lie: with its scenarios. */
export const mocksPath = (flow: string): string =>
  `tests/${flow.slice('flows/'.length, -'.flow.json'.length)}/mocks.json`;

function checked(path: string, pattern: RegExp, what: string): string {
  if (path.isWellFormed() && pattern.test(path)) return path;
  throw refused(path, `is not the path of ${what}`);
}

/**
 * Where a checked path lies on disk. Its folder must really be in the workspace, and the file itself must be no link,
 * so that nothing outside is ever read or written by way of one. The file need not exist.
 */
export function onDisk(root: string, path: string): string {
  const full = join(root, path);
  const folder = realOrNull(dirname(full));
  const home = realpathSync(root);
  if (folder !== null && folder !== home && !folder.startsWith(home + sep))
    throw refused(path, 'leads out of the workspace');
  if (isLink(full, path)) throw refused(path, 'is a link');
  return full;
}

function isLink(full: string, path: string): boolean {
  try {
    return lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    // Such as a name of more bytes than the disk takes.
    throw refused(path, 'cannot be the name of a file here');
  }
}

function realOrNull(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function refused(path: string, why: string): CountersignError {
  return new CountersignError({
    code: 'REQUEST_REFUSED',
    message: `“${path.toWellFormed().slice(0, 200)}” ${why}.`,
    meaning: 'Nothing was read or written.',
    hint: 'Choose a file of the workspace.',
  });
}
