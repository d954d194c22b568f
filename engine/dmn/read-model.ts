/** DMN 1.1 to 1.5 XML to a model. What decides nothing (diagrams, documentation, extensions) is passed over. */
import { canonicalName } from '../feel/names.ts';
import { HIT_POLICIES } from './hit-policy.ts';
import type { Aggregation, HitPolicy } from './hit-policy.ts';
import type {
  Boxed,
  BoxedFunction,
  BoxedTable,
  Decision,
  DecisionService,
  DmnImport,
  DmnModel,
  InputData,
  ItemDefinition,
  KnowledgeModel,
  TypedName,
} from './model.ts';
import { childNamed, childrenNamed, elementsOf, readXml, textOf } from './xml.ts';
import type { XmlElement } from './xml.ts';

export interface ModelProblem {
  readonly code:
    | 'DMN_XML'
    | 'DMN_NOT_DMN'
    | 'DMN_REFERENCE'
    | 'DMN_CYCLE'
    | 'DMN_DUPLICATE'
    | 'DMN_IMPORT'
    | 'DMN_TYPE'
    | 'DMN_EXPRESSION'
    | 'DMN_UNSUPPORTED';
  readonly message: string;
  readonly hint: string;
  /** The element concerned, by name; '' for the document. */
  readonly element: string;
  readonly severity: 'error' | 'warning';
}

export type ModelReading =
  | { readonly ok: true; readonly model: DmnModel; readonly root: XmlElement }
  | { readonly ok: false; readonly problem: ModelProblem };

/** An id of ours that XML does not allow, or that stood there already; the element then has another as its `id`. */
export const KEPT_ID = 'countersign:id';

const MODEL_NAMESPACE = /^https?:\/\/www\.omg\.org\/spec\/DMN\/\d{8}\/(MODEL\/|dmn\.xsd)$/;

/** Reads a model from XML. Never throws: a document that is none is refused with the reason. */
export function readModel(source: string): ModelReading {
  const reading = readXml(source);
  if (!reading.ok) {
    const { message, line, column } = reading.failure;
    return refuse('DMN_XML', `Line ${line}, column ${column}: ${message}`, 'Export the model again.');
  }
  const { root } = reading;
  if (root.local !== 'definitions' || !MODEL_NAMESPACE.test(root.namespace)) {
    return refuse(
      'DMN_NOT_DMN',
      `<${root.name}> is no DMN model.`,
      'Choose a file in the DMN format, version 1.1 to 1.5.',
    );
  }
  const wrong = faultIn(root);
  return wrong ?? { ok: true, model: modelOf(root), root };
}

function refuse(code: ModelProblem['code'], message: string, hint: string, element = ''): ModelReading {
  return { ok: false, problem: { code, message, hint, element, severity: 'error' } };
}

/** So many characters of FEEL are compiled in about a second; more of it is no table that somebody wrote. */
const MAX_FEEL = 1_000_000;

/** What cannot be read in another way than it is meant: a policy that DMN does not have, and FEEL without end. */
function faultIn(root: XmlElement): ModelReading | null {
  let feel = 0;
  for (const owner of elementsOf(root)) {
    const open = [owner];
    for (let element = open.pop(); element !== undefined; element = open.pop()) {
      const fault = element.local === 'decisionTable' ? policyFault(element, nameOf(owner)) : null;
      if (fault !== null) return fault;
      if (element.local === 'text') feel += textOf(element).length;
      if (feel > MAX_FEEL) {
        const message = `The model has more than ${MAX_FEEL / 1_000_000} million characters of FEEL: “${nameOf(owner)}” goes beyond.`;
        return refuse('DMN_NOT_DMN', message, 'Export a smaller part of the model.', nameOf(owner));
      }
      for (const child of elementsOf(element)) if (child.local !== 'extensionElements') open.push(child);
    }
  }
  return null;
}

function policyFault(table: XmlElement, owner: string): ModelReading | null {
  const [policy, aggregation] = [attribute(table, 'hitPolicy'), attribute(table, 'aggregation')];
  const unknown =
    policy !== null && policy !== '' && HIT_POLICIES.every((one) => one !== policy)
      ? `hit policy “${policy}”`
      : aggregation !== null && aggregation !== '' && aggregationOf(aggregation) === null
        ? `aggregation “${aggregation}”`
        : null;
  if (unknown === null) return null;
  const message = `The table of “${owner}” has the ${unknown}, which DMN does not know.`;
  return refuse('DMN_NOT_DMN', message, 'Choose another in the program that the model comes from.', owner);
}

function modelOf(root: XmlElement): DmnModel {
  return {
    namespace: attribute(root, 'namespace') ?? '',
    name: attribute(root, 'name') ?? '',
    imports: childrenNamed(root, 'import').map(importOf),
    types: childrenNamed(root, 'itemDefinition').map(itemOf),
    inputs: childrenNamed(root, 'inputData').map(inputOf),
    decisions: childrenNamed(root, 'decision').map(decisionOf),
    knowledge: childrenNamed(root, 'businessKnowledgeModel').map(knowledgeOf),
    services: childrenNamed(root, 'decisionService').map(serviceOf),
  };
}

function attribute(element: XmlElement, name: string): string | null {
  return element.attributes.get(name) ?? null;
}

export function nameOf(element: XmlElement): string {
  return canonicalName(attribute(element, 'name') ?? '');
}

/** The type that an element names: an attribute, or a child in item definitions; a prefix falls away (DMN 1.1 has them). */
export function typeRefOf(element: XmlElement | null): string | null {
  if (element === null) return null;
  const child = childNamed(element, 'typeRef');
  const raw = attribute(element, 'typeRef') ?? (child === null ? null : textOf(child));
  if (raw === null || raw.trim() === '') return null;
  return canonicalName(raw.replace(/^[\w.-]+:(?=\S)/, ''));
}

/** The text of a FEEL expression or of unary tests: in their `<text>`, or null. */
export function expressionText(element: XmlElement | null): string | null {
  const text = element === null ? null : childNamed(element, 'text');
  return text === null ? null : textOf(text);
}

function importOf(element: XmlElement): DmnImport {
  return {
    name: nameOf(element),
    namespace: attribute(element, 'namespace') ?? '',
    isDmn: /\/DMN\//i.test(attribute(element, 'importType') ?? ''),
  };
}

function itemOf(element: XmlElement): ItemDefinition {
  const fn = childNamed(element, 'functionItem');
  return {
    name: nameOf(element),
    typeRef: typeRefOf(element),
    isCollection: attribute(element, 'isCollection') === 'true',
    allowedValues: expressionText(childNamed(element, 'allowedValues')),
    typeConstraint: expressionText(childNamed(element, 'typeConstraint')),
    components: childrenNamed(element, 'itemComponent').map(itemOf),
    fn:
      fn === null
        ? null
        : {
            parameters: childrenNamed(fn, 'parameters').map(typedName),
            outputType: attribute(fn, 'outputTypeRef'),
          },
  };
}

function typedName(element: XmlElement): TypedName {
  return { name: nameOf(element), typeRef: typeRefOf(element) };
}

function identity(element: XmlElement): { id: string; name: string; typeRef: string | null } {
  const variable = childNamed(element, 'variable');
  return {
    id: attribute(element, 'id') ?? nameOf(element),
    name: nameOf(element),
    typeRef: typeRefOf(variable),
  };
}

const inputOf = (element: XmlElement): InputData => identity(element);

/** `#id` of this model as `id`; `namespace#id` stays. */
function referenceOf(element: XmlElement): string {
  const href = attribute(element, 'href') ?? '';
  return href.startsWith('#') ? href.slice(1) : href;
}

function requirementsOf(element: XmlElement): readonly string[] {
  return ['informationRequirement', 'knowledgeRequirement'].flatMap((kind) =>
    childrenNamed(element, kind).flatMap((requirement) =>
      elementsOf(requirement)
        .filter((child) => child.local.startsWith('required'))
        .map(referenceOf),
    ),
  );
}

function decisionOf(element: XmlElement): Decision {
  return { ...identity(element), requires: requirementsOf(element), expression: boxedIn(element) };
}

function knowledgeOf(element: XmlElement): KnowledgeModel {
  const logic = childNamed(element, 'encapsulatedLogic');
  return {
    ...identity(element),
    requires: requirementsOf(element),
    logic: logic === null ? null : functionOf(logic),
  };
}

function serviceOf(element: XmlElement): DecisionService {
  const references = (kind: string): readonly string[] => childrenNamed(element, kind).map(referenceOf);
  return {
    ...identity(element),
    outputs: references('outputDecision'),
    inputDecisions: references('inputDecision'),
    inputData: references('inputData'),
  };
}

const BOXED: Readonly<Record<string, (element: XmlElement) => Boxed>> = {
  literalExpression: literalOf,
  decisionTable: tableOf,
  context: contextOf,
  relation: relationOf,
  list: listOf,
  invocation: invocationOf,
  functionDefinition: functionOf,
  conditional: conditionalOf,
  for: (element) => iterationOf(element, 'for', 'return'),
  some: (element) => iterationOf(element, 'some', 'satisfies'),
  every: (element) => iterationOf(element, 'every', 'satisfies'),
  filter: filterOf,
};

/** The first boxed expression among an element's children. */
function boxedIn(element: XmlElement | null): Boxed | null {
  if (element === null) return null;
  for (const child of elementsOf(element)) {
    const read = boxedOf(child);
    if (read !== null) return read;
  }
  return null;
}

function boxedOf(element: XmlElement): Boxed | null {
  const read = Object.hasOwn(BOXED, element.local) ? BOXED[element.local] : undefined;
  return read === undefined ? null : read(element);
}

function boxedChildren(element: XmlElement): readonly (Boxed | null)[] {
  return elementsOf(element)
    .filter((child) => Object.hasOwn(BOXED, child.local))
    .map(boxedOf);
}

function literalOf(element: XmlElement): Boxed {
  return {
    kind: 'literal',
    text: expressionText(element) ?? '',
    language: attribute(element, 'expressionLanguage'),
    typeRef: typeRefOf(element),
  };
}

function contextOf(element: XmlElement): Boxed {
  const entries = childrenNamed(element, 'contextEntry').map((entry) => {
    const variable = childNamed(entry, 'variable');
    return { variable: variable === null ? null : typedName(variable), value: boxedIn(entry) };
  });
  return { kind: 'context', entries, typeRef: typeRefOf(element) };
}

function relationOf(element: XmlElement): Boxed {
  return {
    kind: 'relation',
    columns: childrenNamed(element, 'column').map(typedName),
    rows: childrenNamed(element, 'row').map(boxedChildren),
    typeRef: typeRefOf(element),
  };
}

function listOf(element: XmlElement): Boxed {
  return { kind: 'list', items: boxedChildren(element), typeRef: typeRefOf(element) };
}

function invocationOf(element: XmlElement): Boxed {
  const bindings = childrenNamed(element, 'binding').flatMap((binding) => {
    const parameter = childNamed(binding, 'parameter');
    return parameter === null ? [] : [{ parameter: typedName(parameter), value: boxedIn(binding) }];
  });
  return { kind: 'invocation', callee: boxedIn(element), bindings, typeRef: typeRefOf(element) };
}

function functionOf(element: XmlElement): BoxedFunction {
  const kind = attribute(element, 'kind');
  return {
    kind: 'function',
    typeRef: typeRefOf(element),
    language: kind === 'Java' || kind === 'PMML' ? kind : 'FEEL',
    parameters: childrenNamed(element, 'formalParameter').map(typedName),
    body: boxedIn(element),
  };
}

function conditionalOf(element: XmlElement): Boxed {
  return {
    kind: 'conditional',
    condition: boxedIn(childNamed(element, 'if')),
    then: boxedIn(childNamed(element, 'then')),
    otherwise: boxedIn(childNamed(element, 'else')),
    typeRef: typeRefOf(element),
  };
}

function iterationOf(element: XmlElement, kind: 'for' | 'some' | 'every', body: string): Boxed {
  return {
    kind,
    variable: canonicalName(attribute(element, 'iteratorVariable') ?? ''),
    domain: boxedIn(childNamed(element, 'in')),
    body: boxedIn(childNamed(element, body)),
    typeRef: typeRefOf(element),
  };
}

function filterOf(element: XmlElement): Boxed {
  return {
    kind: 'filter',
    base: boxedIn(childNamed(element, 'in')),
    match: boxedIn(childNamed(element, 'match')),
    typeRef: typeRefOf(element),
  };
}

/** What a row is known by: its id, or its place counted from 1. */
export function rowIdOf(rule: XmlElement, at: number): string {
  return attribute(rule, KEPT_ID) ?? attribute(rule, 'id') ?? String(at + 1);
}

export function hitPolicyOf(text: string | null): HitPolicy {
  return HIT_POLICIES.find((policy) => policy === text) ?? 'UNIQUE';
}

export function aggregationOf(text: string | null): Aggregation | null {
  return text === 'SUM' || text === 'COUNT' || text === 'MIN' || text === 'MAX' ? text : null;
}

function tableOf(element: XmlElement): BoxedTable {
  const inputs = childrenNamed(element, 'input').map((input) => {
    const expression = childNamed(input, 'inputExpression');
    return {
      expression: expressionText(expression) ?? '',
      typeRef: typeRefOf(expression),
      values: expressionText(childNamed(input, 'inputValues')),
    };
  });
  const outputs = childrenNamed(element, 'output').map((output) => ({
    name: nameOf(output),
    typeRef: typeRefOf(output),
    values: expressionText(childNamed(output, 'outputValues')),
    default: expressionText(childNamed(output, 'defaultOutputEntry')),
  }));
  const rows = childrenNamed(element, 'rule').map((rule, i) => ({
    id: rowIdOf(rule, i),
    when: childrenNamed(rule, 'inputEntry').map((entry) => expressionText(entry) ?? ''),
    then: childrenNamed(rule, 'outputEntry').map((entry) => expressionText(entry) ?? ''),
  }));
  return {
    kind: 'table',
    typeRef: typeRefOf(element),
    hitPolicy: hitPolicyOf(attribute(element, 'hitPolicy')),
    aggregation: aggregationOf(attribute(element, 'aggregation')),
    inputs,
    outputs,
    rows,
  };
}
