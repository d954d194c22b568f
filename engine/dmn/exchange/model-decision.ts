/**
 * A decision of a DMN model as a rule runs it. Its value has the shape of a table's of ours: a context of the outputs also
 * where there is one, so that a table can leave its model without anything after it changing. What is no table keeps its
 * value as it is.
 */
import type { EvaluateOptions } from '../../feel/compile.ts';
import type { FeelWarning } from '../../feel/evaluation.ts';
import { isFeelList } from '../../feel/guards.ts';
import { ANY, nullable } from '../../feel/type.ts';
import type { FeelType } from '../../feel/type.ts';
import type { FeelValue } from '../../feel/value.ts';
import { givesList } from '../hit-policy.ts';
import type { BoxedTable, Decision } from '../model.ts';
import { builtInType } from '../model-types.ts';
import { compileTable } from '../table.ts';
import type { CompiledTable } from '../table.ts';
import type { DecisionTable } from '../table-document.ts';
import { meaningOf, valuesIn } from './column-meaning.ts';
import { decisionIn, logicTable } from './model-file.ts';
import type { ModelFile } from './model-file.ts';

/** A part of a decision's value that has a name, such as an output column. */
export interface DecisionOutput {
  readonly name: string;
  /** The texts that it may be, where the model lists them. */
  readonly values: readonly string[] | null;
}

export interface DecisionResult {
  readonly value: FeelValue;
  /** Ids of the rows of the decision's own table that matched; none where its logic is no table. */
  readonly matched: readonly string[];
  readonly warnings: readonly FeelWarning[];
}

export interface ModelDecision {
  readonly decision: Decision;
  readonly inputs: readonly { readonly name: string; readonly type: FeelType }[];
  readonly outputs: readonly DecisionOutput[];
  readonly table: DecisionTable | null;
  /** Whether a value that a row gives is the decision's value: nothing makes it fit a type of the model and so null. */
  readonly isFirm: boolean;
  type(): FeelType;
  /** Evaluates it with values for its input data, by name. */
  evaluate(inputs: ReadonlyMap<string, FeelValue>, options?: EvaluateOptions): DecisionResult;
}

/** After these a table gives nothing, although rows matched. */
const NO_ANSWER: ReadonlySet<FeelWarning['code']> = new Set(['DMN_UNIQUE_OVERLAP', 'DMN_ANY_DISAGREE', 'FEEL_BUDGET']);

/** A decision of a model, ready to be asked; null when the model has none of that id. */
export function modelDecision(file: ModelFile, id: string): ModelDecision | null {
  const decision = decisionIn(file, id);
  if (decision === null) return null;
  const shown = logicTable(file, id);
  const boxed = decision.expression?.kind === 'table' ? decision.expression : null;
  const table = boxed === null ? null : (shown?.table ?? null);
  return {
    decision,
    inputs: file.compiled.inputsOf(id),
    outputs: table === null ? partsOf(file, decision) : outputsOf(table),
    table,
    isFirm: boxed !== null && (boxed.outputs.length === 1 || (decision.typeRef ?? boxed.typeRef) === null),
    type: () => typeOf(file, decision, boxed, table),
    evaluate: (inputs, options = {}) => {
      file.reset();
      const { value, warnings } = file.compiled.evaluateDecision(decision.name, inputs, options);
      const rows = (boxed === null ? undefined : file.watched.get(boxed)) ?? [];
      const matched = rows.map((r) => boxed?.rows[r]?.id ?? '');
      if (table === null) return { value, matched, warnings };
      const answers = (matched.length > 0 || hasDefault(table)) && !warnings.some(({ code }) => NO_ANSWER.has(code));
      return { value: shaped(value, table, answers), matched, warnings };
    },
  };
}

const outputsOf = (table: DecisionTable): DecisionOutput[] =>
  table.outputs.map(({ name, type, values }) => ({
    name,
    values: values === undefined || (type !== 'string' && type !== undefined) ? null : values,
  }));

/** Of what is no table: the value under the decision's name, or the fields of its type. */
function partsOf({ model }: ModelFile, { name, typeRef }: Decision): DecisionOutput[] {
  const listed = (type: string | null): readonly string[] | null => {
    const meaning = meaningOf(model, type);
    return meaning.type === 'string' ? (valuesIn(meaning.values, 'string') ?? null) : null;
  };
  const fields = model.types.find((item) => item.name === typeRef)?.components ?? [];
  if (fields.length === 0) return [{ name, values: listed(typeRef) }];
  return fields.map((field) => ({
    name: field.name,
    values: field.isCollection
      ? null
      : field.allowedValues === null
        ? listed(field.typeRef)
        : textsIn(field.allowedValues),
  }));
}

const textsIn = (tests: string): readonly string[] | null => valuesIn(tests, 'string') ?? null;

const hasDefault = ({ outputs }: DecisionTable): boolean =>
  outputs.some((output) => (output.default ?? '').trim() !== '');

/** DMN gives the bare value where a table has one output; null may be an answer of the table, or mean that it has none. */
function shaped(value: FeelValue, { outputs, hitPolicy, aggregation }: DecisionTable, answers: boolean): FeelValue {
  const [only, ...more] = outputs;
  if (only === undefined || more.length > 0) return value;
  const named = (one: FeelValue): FeelValue => new Map([[only.name, one]]);
  if (givesList(hitPolicy) && aggregation === undefined && isFeelList(value)) return value.map(named);
  return value === null && !answers ? null : named(value);
}

function typeOf(file: ModelFile, decision: Decision, boxed: BoxedTable | null, table: DecisionTable | null): FeelType {
  const declared = file.compiled.typeOf(decision.id) ?? ANY;
  if (boxed === null || table === null) return nullable(declared);
  const type = tableIn(file, decision.id, table)?.type ?? ANY;
  // A value that does not fit the type it was promised is null.
  const own = boxed.outputs.length === 1 ? [decision.typeRef, boxed.typeRef] : [];
  const firm = (at: string): boolean => {
    const output = boxed.outputs[table.outputs.findIndex(({ name }) => name === at)];
    return [output?.typeRef ?? null, ...own].every((name) => name === null || builtInType(name) !== null);
  };
  const whole = boxed.outputs.length > 1 && (decision.typeRef ?? boxed.typeRef) !== null ? nullable : asItIs;
  return whole(withFields(type, (name, field) => (firm(name) ? field : nullable(field))));
}

const asItIs = (type: FeelType): FeelType => type;

function withFields(type: FeelType, change: (name: string, field: FeelType) => FeelType): FeelType {
  if (type.kind === 'list') return { ...type, of: withFields(type.of, change) };
  if (type.kind !== 'context') return type;
  const fields = Object.entries(type.fields).map(([name, field]) => [name, change(name, field)] as const);
  return { ...type, fields: Object.fromEntries(fields) };
}

/** A table of a decision, checked against what the decision sees; null when there is no such decision. */
export function tableIn(file: ModelFile, decision: string, table: DecisionTable): CompiledTable | null {
  const environment = file.compiled.environmentOf(decision);
  return environment === null ? null : compileTable(table, environment.scope, environment.options);
}
