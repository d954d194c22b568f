import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';

/** A step that leans on a model or an action. */
export interface Use {
  /** Path and title of its flow. */
  path: string;
  flow: string;
  node: string;
  step: string;
}

type Documents = Readonly<Record<string, Flow>>;

function stepsOf(
  documents: Documents,
  leans: (kind: string, config: Flow['nodes'][string]['config']) => boolean,
): Use[] {
  return Object.entries(documents).flatMap(([path, { about, nodes }]) =>
    Object.entries(nodes)
      .filter(([, node]) => leans(node.kind, node.config))
      .map(([node, { name }]) => ({ path, flow: about.title, node, step: name })),
  );
}

/** What a kind says of a config; a config that does not fit its kind leans on nothing. */
function said<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}

/** The steps that may ask a model, flow by flow. */
export const usesOfModel = (documents: Documents, model: string): Use[] =>
  stepsOf(documents, (kind, config) => said(() => KINDS[kind]?.models?.(config).includes(model), false) === true);

/** The steps that do an action, flow by flow. */
export const usesOfAction = (documents: Documents, connection: string, action: string): Use[] =>
  stepsOf(documents, (kind, config) => {
    const effect = said(() => KINDS[kind]?.effect?.(config), null) ?? null;
    return effect !== null && effect.connection === connection && effect.action === action;
  });
