/** A rule from a DMN document, and the DMN document of a rule. */
import { encodeDmn } from '../../engine/dmn/exchange/bytes.ts';
import type { DmnEncoding } from '../../engine/dmn/exchange/bytes.ts';
import { exportDmn } from '../../engine/dmn/exchange/export-dmn.ts';
import type { DmnVersion } from '../../engine/dmn/exchange/export-dmn.ts';
import { importAsTable, importDmn, standIns } from '../../engine/dmn/exchange/import-dmn.ts';
import type { DecisionDescription } from '../../engine/dmn/exchange/import-dmn.ts';
import { openDmn } from '../../engine/dmn/exchange/model-file.ts';
import type { ModelProblem } from '../../engine/dmn/read-model.ts';
import type { FeelScopeTypes } from '../../engine/feel/problem.ts';
import { outputsOf, textOf } from './logic.ts';
import type { RuleConfig } from './logic.ts';

/** DMN files as texts: the one that has the decision, and those that it imports. */
export interface DmnSource {
  readonly text: string;
  readonly encoding: DmnEncoding;
  readonly imports: readonly string[];
}

export type RuleChange =
  | { readonly ok: true; readonly config: RuleConfig }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** A flow is one document that people read; a model of more than this is none that they would. */
const MAX_MODEL = 4_000_000;

/** Whether a model can be part of a flow; null when it can. */
export function tooLarge({ text, imports }: DmnSource): ModelProblem | null {
  const size = imports.reduce((sum, one) => sum + one.length, text.length);
  if (size <= MAX_MODEL) return null;
  return {
    code: 'DMN_XML',
    message: `The model has ${(size / 1_000_000).toFixed(1)} million characters; a rule takes ${MAX_MODEL / 1_000_000} million at most.`,
    hint: 'Export a smaller part of the model.',
    element: '',
    severity: 'error',
  };
}

/** The decision to take where none is named: the only one that is no part of another. */
export function mainDecision(decisions: readonly DecisionDescription[]): DecisionDescription | null {
  const results = decisions.filter(({ isResult, logic }) => isResult && logic !== null);
  return results.length === 1 ? (results[0] ?? null) : null;
}

/**
 * A rule that is a decision of a DMN document. What stands for the model's inputs is filled in where a name tells.
 * @param before the rule so far; it goes on branching by an output that is still there
 * @param scope the names that go into its step
 */
export function ruleFromDmn(
  source: DmnSource,
  decision: string,
  scope: FeelScopeTypes,
  before: RuleConfig,
): RuleChange {
  const large = tooLarge(source);
  if (large !== null) return { ok: false, message: large.message, hint: large.hint };
  const { text, encoding, imports } = source;
  const read = importDmn(text, imports);
  if (!read.ok) return refusal(read.problems);
  const found = read.model.decisions.find(({ id }) => id === decision);
  if (found === undefined)
    return { ok: false, message: `There is no decision “${decision}”.`, hint: 'Choose one of the model’s decisions.' };
  const opened = openDmn(text, imports);
  const names = opened.ok ? opened.file.compiled.inputsOf(decision).map(({ name }) => name) : [];
  return {
    ok: true,
    config: branching(before, {
      model: {
        lines: text.split('\n'),
        decision,
        inputs: standIns(names, scope),
        ...(imports.length === 0 ? {} : { imports: imports.map((one) => ({ lines: one.split('\n') })) }),
        ...(encoding === 'utf-8' ? {} : { encoding }),
      },
      branchBy: null,
    }),
  };
}

/** The rule with its model's table as a table of its own; refused where the table does not stand alone. */
export function withOwnTable(config: RuleConfig): RuleChange {
  const { model } = config;
  if (model === undefined) return { ok: true, config };
  const imports = model.imports?.map(({ lines }) => lines.join('\n'));
  const taken = importAsTable(textOf(model), model.decision, model.inputs, imports);
  return taken.ok ? { ok: true, config: branching(config, { table: taken.table, branchBy: null }) } : taken;
}

function refusal([problem]: readonly ModelProblem[]): RuleChange {
  return { ok: false, message: problem?.message ?? 'This is no DMN.', hint: problem?.hint ?? 'Choose another file.' };
}

function branching({ branchBy }: RuleConfig, config: RuleConfig): RuleConfig {
  const goesOn = outputsOf(config).some(({ name, values }) => name === branchBy && values !== null);
  return goesOn ? { ...config, branchBy } : config;
}

/** The DMN file of a rule: a model's as it came, byte for byte; of a table of its own a model with that one decision. */
export function dmnOf(config: RuleConfig, name: string, scope: FeelScopeTypes, version: DmnVersion): Uint8Array {
  const { table, model } = config;
  if (model !== undefined) return encodeDmn(textOf(model), model.encoding);
  if (table === undefined) throw new Error('a rule without a table and a model does not fit its schema');
  return encodeDmn(exportDmn(table, name, scope, version));
}
