import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { type ModuleFacts, type ModuleImport, readModule } from './read-module.ts';
import { isPure, isTestOnly, judgeImport, type RuleName, signs, type Target } from './rules.ts';

/** One broken rule: where, which, what was reached for, and what to do instead. */
export interface Refusal {
  readonly file: string;
  readonly line: number;
  readonly rule: RuleName;
  readonly what: string;
  readonly hint: string;
}

/** The folders whose files have a layer. */
const rooms = ['engine', 'nodes', 'renderer', 'electron', 'verifier'];

/**
 * Checks every shipping source under `root` against "who may know whom" of the design: static, type-only and
 * run-time imports, re-exports, worker URLs and globs, and the impure globals in pure files.
 * Returns the refusals in the order of files and lines; empty when the tree is clean.
 *
 * What it does not see: a path put together at run time. In the rooms such an import is itself refused.
 */
export function checkLayers(root: string): Refusal[] {
  const files = rooms.flatMap((room) => sourcesUnder(root, room)).filter((file) => !isTestOnly(file));
  const modules = new Map<string, ModuleFacts>();
  for (const file of files) modules.set(file, readModule(file, readFileSync(join(root, file), 'utf8')));
  const refusals = [...modules].flatMap(([file, facts]) => [
    ...importRefusals(root, file, facts),
    ...globalRefusals(file, facts),
  ]);
  refusals.push(...signingRefusals(root, modules));
  return refusals.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function importRefusals(root: string, file: string, facts: ModuleFacts): Refusal[] {
  return facts.imports.flatMap((one): Refusal[] => {
    if (one.specifier === undefined) {
      const hint = 'write the path as one plain string, so that it can be checked';
      return needsPlainImports(file)
        ? [{ file, line: one.line, rule: 'import-must-be-plain', what: 'a computed path', hint }]
        : [];
    }
    const judged = judgeImport(file, resolveTarget(root, file, one.specifier));
    return judged === undefined ? [] : [{ file, line: one.line, what: one.specifier, ...judged }];
  });
}

/** Only what runs in the renderer's or in a pure room is held to plain paths; the engine's shell may load by path. */
function needsPlainImports(file: string): boolean {
  return isPure(file) || /^(renderer|nodes|electron|verifier|engine\/runner)\//.test(file);
}

function globalRefusals(file: string, facts: ModuleFacts): Refusal[] {
  if (!isPure(file)) return [];
  const hint = 'time, randomness and I/O come in as parameters';
  return facts.impureUses.map((use) => ({ file, line: use.line, rule: 'pure-globals', what: use.name, hint }));
}

/** Follows every import out of `engine/runner`, and refuses the first step of each way that ends where things are signed. */
function signingRefusals(root: string, modules: ReadonlyMap<string, ModuleFacts>): Refusal[] {
  const reaches = new Map<string, boolean>();
  const reachesSigning = (file: string): boolean => {
    if (signs.test(file)) return true;
    const known = reaches.get(file);
    if (known !== undefined) return known;
    reaches.set(file, false);
    const found = fileImports(root, file, modules).some((one) => reachesSigning(one.path));
    reaches.set(file, found);
    return found;
  };
  return [...modules.keys()]
    .filter((file) => file.startsWith('engine/runner/'))
    .flatMap((file) =>
      fileImports(root, file, modules)
        .filter((one) => !one.path.startsWith('engine/runner/') && reachesSigning(one.path))
        .map(({ line, path }) => {
          const hint = 'a runner verifies and never signs; import the verifying part alone';
          return { file, line, rule: 'runner-never-signs', what: path, hint } as const;
        }),
    );
}

function fileImports(
  root: string,
  file: string,
  modules: ReadonlyMap<string, ModuleFacts>,
): { line: number; path: string }[] {
  const imports: readonly ModuleImport[] = modules.get(file)?.imports ?? [];
  return imports.flatMap(({ line, specifier }) => {
    if (specifier === undefined) return [];
    const target = resolveTarget(root, file, specifier);
    return target.kind === 'file' ? [{ line, path: target.path }] : [];
  });
}

function resolveTarget(root: string, from: string, specifier: string): Target {
  const bare = specifier.replace(/\?.*$/, '');
  if (!/^\.{0,2}\//.test(bare) && bare !== '.' && bare !== '..') return { kind: 'package', name: bare };
  const path = bare.startsWith('/') ? posix.normalize(bare.slice(1)) : posix.join(posix.dirname(from), bare);
  const candidates = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, path.replace(/\.js$/, '.ts')];
  const found = candidates.find((one) => existsSync(join(root, one)) && statSync(join(root, one)).isFile());
  return { kind: 'file', path: found ?? path };
}

function sourcesUnder(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|cts|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) =>
      posix.join(entry.parentPath.slice(dirname(join(root, '_')).length + 1).replaceAll('\\', '/'), entry.name),
    )
    .sort();
}
