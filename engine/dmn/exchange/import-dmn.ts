/** Taking over DMN documents of others: what is in them, whether they can be run, and their tables as our own. */
import { renameInTable } from '../rename.ts';
import type { Boxed } from '../model.ts';
import type { ModelProblem } from '../read-model.ts';
import { tableSchema } from '../table-document.ts';
import type { DecisionTable } from '../table-document.ts';
import type { FeelScopeTypes } from '../../feel/problem.ts';
import { fieldOf } from '../../feel/type.ts';
import type { FeelType } from '../../feel/type.ts';
import { decisionIn, logicTable, openDmn } from './model-file.ts';
import type { ModelFile } from './model-file.ts';

export interface DecisionDescription {
  readonly id: string;
  readonly name: string;
  /** What its logic is; null where it has none. */
  readonly logic: Boxed['kind'] | null;
  /** Names of the decisions and knowledge models that it requires, directly. */
  readonly requires: readonly string[];
  /** A table that requires nothing but input data: it can be taken out of the model. */
  readonly standsAlone: boolean;
  /** No decision requires it: what the model is there for. */
  readonly isResult: boolean;
}

export interface ModelDescription {
  readonly name: string;
  readonly namespace: string;
  readonly decisions: readonly DecisionDescription[];
  readonly inputs: readonly { readonly name: string; readonly type: FeelType }[];
  readonly tables: number;
}

export type DmnImportResult =
  /** `problems` are what its expressions and types show; it can be taken over all the same. */
  | { readonly ok: true; readonly model: ModelDescription; readonly problems: readonly ModelProblem[] }
  /** What no model may have, each with the name of the element. */
  | { readonly ok: false; readonly problems: readonly ModelProblem[] };

/** With these there is nothing to run, or nothing that says which element is meant. */
const REFUSED: ReadonlySet<ModelProblem['code']> = new Set(['DMN_XML', 'DMN_NOT_DMN', 'DMN_CYCLE', 'DMN_IMPORT']);

/**
 * What a DMN document holds, version 1.1 to 1.5. Never throws. Refused, with the element named: what is no DMN, a
 * decision that requires itself, a missing model.
 * @param imports the documents of the models that it imports
 */
export function importDmn(text: string, imports: readonly string[] = []): DmnImportResult {
  const reading = openDmn(text, imports);
  if (!reading.ok) return { ok: false, problems: [reading.problem] };
  const { file } = reading;
  const refused = file.compiled.problems.filter(({ code }) => REFUSED.has(code));
  if (refused.length > 0) return { ok: false, problems: refused };
  return { ok: true, model: describe(file), problems: file.compiled.problems };
}

function describe(file: ModelFile): ModelDescription {
  const { model, compiled } = file;
  const required = new Set(model.decisions.flatMap((decision) => decision.requires));
  const names = new Map(
    [...model.decisions, ...model.knowledge, ...model.services].map(({ id, name }) => [id, name] as const),
  );
  const inputs = new Set(model.inputs.map(({ id }) => id));
  const tables = new Set(file.tables.filter(({ whole }) => whole).map(({ owner }) => owner.id));
  return {
    name: model.name,
    namespace: model.namespace,
    decisions: model.decisions.map(({ id, name, expression, requires }) => {
      const others = requires.filter((reference) => !inputs.has(reference));
      return {
        id,
        name,
        logic: expression?.kind ?? null,
        requires: others.map((reference) => names.get(reference) ?? reference),
        standsAlone: tables.has(id) && others.length === 0,
        isResult: !required.has(id),
      };
    }),
    inputs: model.inputs.map(({ id, name }) => ({ name, type: compiled.typeOf(id) ?? { kind: 'any' } })),
    tables: file.tables.length,
  };
}

/** Whether a decision is a table that requires nothing but input data of its own model. */
export function standsAlone(file: ModelFile, id: string): boolean {
  const inputs = new Set(file.model.inputs.map((input) => input.id));
  const requires = decisionIn(file, id)?.requires ?? [];
  return logicTable(file, id) !== null && requires.every((reference) => inputs.has(reference));
}

export type TableImport =
  | { readonly ok: true; readonly table: DecisionTable }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/**
 * A decision that stands alone as a table of ours. Where its one output has no type of its own it is the decision's.
 * @param inputs what stands for input data in the flow: FEEL expressions by name; an input that is not among them keeps
 * its name
 */
export function importAsTable(
  text: string,
  decision: string,
  inputs: Readonly<Record<string, string>> = {},
  imports: readonly string[] = [],
): TableImport {
  const reading = openDmn(text, imports);
  if (!reading.ok) return { ok: false, message: reading.problem.message, hint: reading.problem.hint };
  const { file } = reading;
  const found = decisionIn(file, decision);
  const shown = logicTable(file, decision);
  if (found === null || shown === null || !standsAlone(file, decision)) {
    const name = found?.name ?? decision;
    return {
      ok: false,
      message: `“${name}” cannot be taken out of its model.`,
      hint: 'Only a table that requires nothing but input data can. Keep it as a decision of its model.',
    };
  }
  const table = withStandIns(shown.table, file.compiled.inputsOf(decision), inputs);
  const checked = tableSchema.safeParse(table);
  if (checked.success) return { ok: true, table: checked.data };
  const [issue] = checked.error.issues;
  return {
    ok: false,
    message: `The table of “${found.name}” is larger than one of ours may be: ${issue?.path.join('.') ?? ''}.`,
    hint: 'Keep it as a decision of its model.',
  };
}

/** A table with what stands for its inputs. Two steps, since an expression may have the name of another input in it. */
function withStandIns(
  table: DecisionTable,
  names: readonly { readonly name: string; readonly type: FeelType }[],
  inputs: Readonly<Record<string, string>>,
): DecisionTable {
  const found = names.flatMap(({ name, type }, i) => {
    const stand = (Object.hasOwn(inputs, name) ? inputs[name] : undefined)?.trim() ?? '';
    return stand === '' || stand === name ? [] : [{ name, type, stand, between: `stand_in_${i}` }];
  });
  const scope: Record<string, FeelType> = Object.fromEntries(names.map(({ name, type }) => [name, type]));
  for (const { between, type } of found) scope[between] = type;
  const between = found.reduce((made, one) => renameInTable(made, scope, one.name, one.between), table);
  return found.reduce((made, one) => renameInTable(made, scope, one.between, operand(one.stand)), between);
}

/** An expression as it can stand for a name. */
const operand = (source: string): string =>
  /^[\p{L}_][\p{L}\p{N}_ ]*(\.[\p{L}_][\p{L}\p{N}_ ]*)*$/u.test(source) ? source : `(${source})`;

/**
 * What can stand for a model's inputs in a flow, as far as names tell: a name in scope for itself (and is left out), a
 * field of the case's input as `input.name`.
 */
export function standIns(names: readonly string[], scope: FeelScopeTypes): Record<string, string> {
  const input = Object.hasOwn(scope, 'input') ? scope['input'] : undefined;
  const found = names.flatMap((name) =>
    !Object.hasOwn(scope, name) && input?.kind === 'context' && fieldOf(input, name) !== undefined
      ? [[name, `input.${name}`] as const]
      : [],
  );
  return Object.fromEntries(found);
}
