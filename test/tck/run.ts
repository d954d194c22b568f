/**
 * Runs a folder of the DMN technology compatibility kit: `npm run tck -- DIR [--json] [--verbose]`. Ends with
 * `N passed, N failed`; exits with 1 when a case failed, 2 when there is none.
 */
import { isFeelContext } from '../../engine/feel/guards.ts';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compileModel } from '../../engine/dmn/compile-model.ts';
import type { CompiledModel } from '../../engine/dmn/compile-model.ts';
import type { DmnModel } from '../../engine/dmn/model.ts';
import { readModel } from '../../engine/dmn/read-model.ts';
import { literalText } from '../../engine/feel/format.ts';
import { parseDateTime } from '../../engine/feel/temporal-text.ts';
import type { FeelDateTime, FeelValue } from '../../engine/feel/value.ts';
import { readSuite } from './cases.ts';
import type { TckCase, TckResult } from './cases.ts';
import { meets } from './compare.ts';

const NOW = clock();

/** What `now()` answers during a run. */
function clock(): FeelDateTime {
  const now = parseDateTime(new Date().toISOString());
  if (now === null) throw new TypeError('The clock of this machine gives no date and time.');
  return now;
}

interface Verdict {
  readonly suite: string;
  readonly case: string;
  readonly result: string;
  readonly passed: boolean;
  readonly expected: string;
  readonly actual: string;
  readonly warnings: readonly string[];
}

/** Every folder below that holds test files, in order. */
function foldersWithTests(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  const own = entries.some((entry) => entry.isFile() && /-test-.*\.xml$/.test(entry.name)) ? [dir] : [];
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => foldersWithTests(path.join(dir, entry.name)));
  return [...own, ...below].toSorted();
}

/** Every model of a folder by file name. A file that is no model is told on stderr. */
function modelsIn(dir: string): Map<string, DmnModel> {
  const models = new Map<string, DmnModel>();
  for (const file of readdirSync(dir).filter((name) => name.endsWith('.dmn'))) {
    const reading = readModel(readFileSync(path.join(dir, file), 'utf8'));
    if (reading.ok) models.set(file, reading.model);
    else process.stderr.write(`${file}: ${reading.problem.message}\n`);
  }
  return models;
}

function runFolder(dir: string): Verdict[] {
  const models = modelsIn(dir);
  return readdirSync(dir)
    .filter((name) => /-test-.*\.xml$/.test(name))
    .toSorted()
    .flatMap((file) => runFile(dir, file, models));
}

function runFile(dir: string, file: string, models: ReadonlyMap<string, DmnModel>): Verdict[] {
  const suite = readSuite(readFileSync(path.join(dir, file), 'utf8'));
  const model = models.get(suite.modelFile);
  const name = `${path.basename(dir)}/${file}`;
  const compiled = model === undefined ? null : compileModel(model, [...models.values()]);
  return suite.cases.flatMap((test) => test.results.map((result) => runResult(name, test, result, compiled)));
}

function runResult(suite: string, test: TckCase, result: TckResult, compiled: CompiledModel | null): Verdict {
  const outcome = compiled === null ? null : evaluate(compiled, test, result);
  const actual = outcome?.value ?? null;
  const passed = outcome !== null && meets(actual, result.isError ? null : result.expected);
  return {
    suite,
    case: test.id,
    result: result.name,
    passed,
    expected: literalText(result.expected),
    actual: outcome === null ? 'no model' : literalText(actual),
    warnings: outcome?.warnings.map((warning) => `${warning.code}: ${warning.message}`) ?? [],
  };
}

function evaluate(
  compiled: CompiledModel,
  test: TckCase,
  result: TckResult,
): { value: FeelValue; warnings: readonly { code: string; message: string }[] } {
  const options = { now: NOW };
  if (test.invocable === null) return compiled.evaluateDecision(result.name, test.inputs, options);
  const outcome = compiled.invoke(test.invocable, test.inputs, options);
  const { value } = outcome;
  const named = isFeelContext(value) && value.has(result.name);
  return named ? { ...outcome, value: value.get(result.name) ?? null } : outcome;
}

function main(args: readonly string[]): number {
  const dir = args.find((arg) => !arg.startsWith('--'));
  if (dir === undefined) {
    process.stderr.write('Usage: npm run tck -- DIR [--json] [--verbose]\n');
    return 2;
  }
  const verdicts = foldersWithTests(dir).flatMap(runFolder);
  const failed = verdicts.filter((verdict) => !verdict.passed);
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(verdicts, null, 1)}\n`);
  else {
    for (const verdict of failed) {
      const { suite, case: id, result, expected, actual, warnings } = verdict;
      process.stdout.write(`failed ${suite} ${id} ${result}: expected ${expected}, got ${actual}\n`);
      if (args.includes('--verbose')) process.stdout.write(`  ${warnings.join('\n  ')}\n`);
    }
  }
  process.stdout.write(`${verdicts.length - failed.length} passed, ${failed.length} failed\n`);
  if (verdicts.length === 0) return 2;
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
