/**
 * A table of ours as a DMN model of one decision: its inputs with their types, what it requires, the table, and a drawing.
 * Ids are kept; one that XML does not allow stands beside its element's id in a namespace of ours.
 */
import { givesList } from '../hit-policy.ts';
import type { FeelScopeTypes } from '../../feel/problem.ts';
import { ANY } from '../../feel/type.ts';
import type { FeelType } from '../../feel/type.ts';
import { KEPT_ID } from '../read-model.ts';
import { compileTable } from '../table.ts';
import type { DecisionTable } from '../table-document.ts';
import { typeRefFor } from './column-meaning.ts';
import { drawing } from './drawing.ts';
import { itemDefinition, plainName, pruned } from './export-types.ts';
import { Ids, inputElement, outputElement, ruleElement } from './table-parts.ts';
import { renderElement } from './xml-write.ts';
import type { NewElement } from './xml-write.ts';

/** Versions of DMN that are written. Their models are the same here; 1.3 is what Camunda's modeler opens. */
export const DMN_VERSIONS = ['1.5', '1.3'] as const;
export type DmnVersion = (typeof DMN_VERSIONS)[number];

const NAMESPACES: Readonly<Record<DmnVersion, string>> = {
  '1.5': 'https://www.omg.org/spec/DMN/20230324',
  '1.3': 'https://www.omg.org/spec/DMN/20191111',
};

const OWN_NAMESPACE = 'urn:countersign:dmn';

/** What an exported table reads: a name of the scope with its type. */
interface Source {
  readonly name: string;
  readonly type: FeelType;
  readonly id: string;
  readonly requirement: string;
  readonly typeName: string;
}

/**
 * @param name what the decision is called: the name of the rule's step
 * @param scope the types of the names that the table's expressions use
 */
export function exportDmn(
  table: DecisionTable,
  name: string,
  scope: FeelScopeTypes,
  version: DmnVersion = '1.5',
): string {
  const ids = new Ids();
  const kept = {
    inputs: table.inputs.map((input) => ids.keep(input.id)),
    outputs: table.outputs.map((output) => ids.keep(output.id)),
    rows: table.rows.map((row) => ids.keep(row.id)),
  };
  const [definitionsId, decisionId] = [ids.take(`definitions_${name}`), ids.take(`decision_${name}`)];
  const sources = sourcesOf(table, scope, ids);
  const spec = NAMESPACES[version];
  const odd = [...kept.inputs, ...kept.outputs, ...kept.rows].some((one) => one[KEPT_ID] !== null);
  const root: NewElement = {
    name: 'definitions',
    attributes: {
      xmlns: `${spec}/MODEL/`,
      'xmlns:dmndi': `${spec}/DMNDI/`,
      'xmlns:dc': 'http://www.omg.org/spec/DMN/20180521/DC/',
      'xmlns:di': 'http://www.omg.org/spec/DMN/20180521/DI/',
      'xmlns:countersign': odd ? OWN_NAMESPACE : null,
      id: definitionsId,
      name,
      namespace: `${OWN_NAMESPACE}:${definitionsId}`,
      exporter: 'Countersign',
    },
    children: [
      ...sources
        .filter(({ type }) => plainName(type) === null)
        .map(({ typeName, type }) => itemDefinition(typeName, type)),
      decisionElement(table, name, decisionId, sources, kept, ids),
      ...sources.map(({ id, name: source, type, typeName }): NewElement => ({
        name: 'inputData',
        attributes: { id, name: source },
        children: [variable(source, plainName(type) ?? typeName, ids.take(`${id}_variable`))],
      })),
      drawing(decisionId, sources, (wanted) => ids.take(wanted)),
    ],
  };
  const style = { prefix: '', newline: '\n', unit: '  ' };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement(root, style, '')}\n`;
}

const variable = (name: string, typeRef: string | null, id: string): NewElement => ({
  name: 'variable',
  attributes: { id, name, typeRef },
});

type Attributes = Readonly<Record<string, string | null>>;

function decisionElement(
  table: DecisionTable,
  name: string,
  id: string,
  sources: readonly Source[],
  kept: { inputs: readonly Attributes[]; outputs: readonly Attributes[]; rows: readonly Attributes[] },
  ids: Ids,
): NewElement {
  const annotations = table.rows.some((row) => (row.note ?? '') !== '') ? 1 : 0;
  return {
    name: 'decision',
    attributes: { id, name },
    children: [
      variable(name, valueType(table), ids.take(`${id}_variable`)),
      ...sources.map((source): NewElement => ({
        name: 'informationRequirement',
        attributes: { id: source.requirement },
        children: [{ name: 'requiredInput', attributes: { href: `#${source.id}` } }],
      })),
      {
        name: 'decisionTable',
        attributes: { id: ids.take(`${id}_table`), hitPolicy: table.hitPolicy, aggregation: table.aggregation ?? null },
        children: [
          ...table.inputs.map((input, i) => inputElement(input, kept.inputs[i] ?? {}, ids)),
          ...table.outputs.map((output, i) => outputElement(output, kept.outputs[i] ?? {})),
          ...(annotations === 0 ? [] : [{ name: 'annotation', attributes: { name: 'Notes' } }]),
          ...table.rows.map((row, i) => ruleElement(row, kept.rows[i] ?? {}, ids, annotations)),
        ],
      },
    ],
  };
}

/** The type of the decision's value where it has a plain name: DMN makes the value fit it. */
function valueType({ outputs, hitPolicy, aggregation }: DecisionTable): string | null {
  const [only, ...more] = outputs;
  if (only === undefined || more.length > 0) return null;
  if (aggregation === 'COUNT') return only.default === undefined ? 'number' : null;
  return givesList(hitPolicy) && aggregation === undefined ? null : typeRefFor(only.type);
}

function sourcesOf(table: DecisionTable, scope: FeelScopeTypes, ids: Ids): readonly Source[] {
  const byName = Map.groupBy(compileTable(table, scope).reads, ([name]) => name ?? '');
  return [...byName]
    .filter(([name]) => name !== '')
    .map(([name, reads]) => {
      const type = Object.hasOwn(scope, name) ? (scope[name] ?? ANY) : ANY;
      const id = ids.take(`input_${name}`);
      return {
        name,
        type: pruned(
          type,
          reads.map(([, ...path]) => path),
        ),
        id,
        requirement: ids.take(`requires_${name}`),
        typeName: `t${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      };
    });
}
