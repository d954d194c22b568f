import { isBuiltin } from 'node:module';

/** The names by which a refusal is known, in the checker's output and in the fixtures. */
export type RuleName =
  | 'pure-room'
  | 'pure-globals'
  | 'renderer-room'
  | 'engine-room'
  | 'runner-never-signs'
  | 'electron-room'
  | 'nothing-knows-electron'
  | 'verifier-stands-alone'
  | 'tests-stay-out'
  | 'import-must-be-plain';

/** What an import points at: a file of this repository, or a package (or `node:` module) by its name. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string };

/** Zod-only files outside the pure rooms that pure rooms may share. They are held to the same rule themselves. */
export const sharedContracts: ReadonlySet<string> = new Set([
  'engine/connections/contract.ts',
  'engine/models/card.ts',
  'engine/sandbox/mock-document.ts',
  'engine/sandbox/scenario.ts',
  'engine/sandbox/system-document.ts',
]);

const pureRooms = /^engine\/(flow|feel|dmn|program|core)\//;
const pureNodes = /^nodes\/(?!.*\.tsx$)/;
const rendererEngine = /^engine\/(flow|feel|dmn|program)\//;
const rendererNodes = /^nodes\/((?:kind|index|duration|mockable)\.ts|[^/]+\/(config\.ts|view\.tsx))$/;
const studioContract = /^engine\/studio\/contract(\.ts|-[^/]+\.ts|\/.+\.ts)$/;

/** Files that hold what signs a manifest or an approval. The log's own checkpoints are signed elsewhere, by the runner. */
export const signs = /^engine\/(manifest\/(sign|keys-private)[^/]*|.+\/(sign-approval|approval-sign)[^/]*)\.ts$/;

/** The packages whose presence in a room says that the room draws, stores or opens windows. */
const faces = ['react', 'react-dom', '@mantine', '@xyflow', 'lucide-react', 'zustand'];

/** Whether a path is test-only, and so outside the layers: nothing that ships may import it. */
export function isTestOnly(path: string): boolean {
  return path.startsWith('test/') || /\.(test|spec|bench)\.tsx?$/.test(path) || /(^|\/)(test-kit|testing)\//.test(path);
}

/** Whether a file must be pure: no clock, chance, I/O, storage or window, and only pure files behind it. */
export function isPure(path: string): boolean {
  return pureRooms.test(path) || pureNodes.test(path) || sharedContracts.has(path) || studioContract.test(path);
}

/** The rule that an import breaks, with what to do instead; undefined where the import is allowed. */
export function judgeImport(from: string, target: Target): { rule: RuleName; hint: string } | undefined {
  if (from.startsWith('verifier/')) {
    if (target.kind === 'package' && target.name.startsWith('node:') && isBuiltin(target.name)) return undefined;
    return {
      rule: 'verifier-stands-alone',
      hint: 'an auditor trusts this one file and Node alone; write what it needs into it',
    };
  }
  if (target.kind === 'file' && isTestOnly(target.path)) {
    return {
      rule: 'tests-stay-out',
      hint: 'what ships imports nothing test-only; move the shared part out of the test',
    };
  }
  if (isElectron(target) && !from.startsWith('electron/')) {
    return {
      rule: 'nothing-knows-electron',
      hint: 'put what both need into engine/studio; electron imports it from there',
    };
  }
  if (from.startsWith('electron/')) {
    if (allowedInElectron(target)) return undefined;
    return {
      rule: 'electron-room',
      hint: 'electron knows the studio contract and starts things; do the work in engine/studio',
    };
  }
  if (isPure(from)) {
    if (allowedInPure(from, target)) return undefined;
    return { rule: 'pure-room', hint: 'pure files import pure files only; pass what you need in as a parameter' };
  }
  if (from.startsWith('renderer/') || from.startsWith('nodes/')) {
    if (allowedInRenderer(from, target)) return undefined;
    return { rule: 'renderer-room', hint: 'the renderer reaches the engine through the studio contract only' };
  }
  if (from.startsWith('engine/') && !allowedInEngine(target)) {
    return { rule: 'engine-room', hint: 'the engine draws nothing; show it in renderer/' };
  }
  return undefined;
}

function isElectron(target: Target): boolean {
  return target.kind === 'file' ? target.path.startsWith('electron/') : inPackage(target.name, ['electron']);
}

function allowedInElectron(target: Target): boolean {
  if (target.kind === 'file') return /^(electron|engine\/studio)\//.test(target.path);
  return inPackage(target.name, ['electron']) || isBuiltin(target.name);
}

function allowedInPure(from: string, target: Target): boolean {
  if (target.kind === 'package') return allowedInPurePackage(target.name);
  if (studioContract.test(target.path)) return studioContract.test(from);
  return isPure(target.path);
}

function allowedInPurePackage(name: string): boolean {
  return (
    !isBuiltin(name) && !inPackage(name, ['better-sqlite3', 'electron', 'ws', 'undici', 'hono', '@hono', ...faces])
  );
}

function allowedInRenderer(from: string, target: Target): boolean {
  if (target.kind === 'package') {
    return !isBuiltin(target.name) && !inPackage(target.name, ['better-sqlite3', 'ws', 'undici', '@hono']);
  }
  const path = target.path;
  if (rendererEngine.test(path) || sharedContracts.has(path) || studioContract.test(path) || rendererNodes.test(path))
    return true;
  if (from.startsWith('renderer/')) return path.startsWith('renderer/');
  if (path.startsWith('renderer/ui/')) return true;
  const ownFolder = from.slice(0, from.lastIndexOf('/') + 1);
  return path.startsWith(ownFolder) && !path.endsWith('/run.ts');
}

function allowedInEngine(target: Target): boolean {
  if (target.kind === 'package') return !inPackage(target.name, faces);
  return !target.path.startsWith('renderer/') && !target.path.endsWith('.tsx');
}

function inPackage(name: string, packages: readonly string[]): boolean {
  return packages.some((one) => name === one || name.startsWith(`${one}/`));
}
