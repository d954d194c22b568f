import type { Flow, FlowNode } from '../flow/document.ts';
import type { Policy } from '../connections/contract.ts';
import { z } from '../flow/zod.ts';
import type { Scenario } from '../sandbox/scenario.ts';

/** Other names for connections and models; what is not named keeps its own. */
export interface Names {
  connections: Readonly<Record<string, string>>;
  models: Readonly<Record<string, string>>;
}

const renamed = (names: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(names, name) ? (names[name] ?? name) : name;

/** `connection.action` under the connection's other name. */
const renamedAction = ({ connections }: Names, action: string): string => {
  const dot = action.indexOf('.');
  return `${renamed(connections, action.slice(0, dot))}${action.slice(dot)}`;
};

const keysRenamed = <T>(names: Readonly<Record<string, string>>, of: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [renamed(names, name), value]));

/** The flow with its connectors and AI decisions speaking of connections and models by their other names. */
export const flowUnder = (names: Names, flow: Flow): Flow => ({
  ...flow,
  nodes: Object.fromEntries(Object.entries(flow.nodes).map(([id, node]) => [id, nodeUnder(names, node)])),
});

function nodeUnder(names: Names, node: FlowNode): FlowNode {
  const { connection, model, fallback } = node.config;
  if (node.kind === 'connector' && typeof connection === 'string')
    return { ...node, config: { ...node.config, connection: renamed(names.connections, connection) } };
  if (node.kind !== 'ai-decision') return node;
  const other = otherModel.safeParse(fallback);
  const config = {
    ...node.config,
    ...(typeof model === 'string' ? { model: renamed(names.models, model) } : {}),
    ...(other.success ? { fallback: { ...other.data, model: renamed(names.models, other.data.model) } } : {}),
  };
  return { ...node, config };
}

/** Who is asked where the first model's answer does not count, if that is a model. */
const otherModel = z.looseObject({ model: z.string() });

/** The scenario with records, faults and expected effects under the connections' other names. */
export const scenarioUnder = (names: Names, scenario: Scenario): Scenario => {
  const { records, faults, expect } = scenario;
  const { effects } = expect;
  return {
    ...scenario,
    ...(records === undefined ? {} : { records: keysRenamed(names.connections, records) }),
    ...(faults === undefined ? {} : { faults: keysRenamed(names.connections, faults) }),
    expect: {
      ...expect,
      ...(effects === undefined
        ? {}
        : { effects: effects.map((effect) => ({ ...effect, action: renamedAction(names, effect.action) })) }),
    },
  };
};

/** What may go without a person, under the connections' other names. */
export const withoutPersonUnder = (names: Names, policy: Policy): Policy['withoutPerson'] =>
  Object.fromEntries(
    Object.entries(policy.withoutPerson).map(([action, limit]) => [renamedAction(names, action), limit]),
  );
