import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import {
  connectionSchema,
  policySchema,
  STRICT_POLICY,
  type Connection,
  type Policy,
} from '../connections/contract.ts';
import { CountersignError, type ErrorShape, toErrorShape } from '../flow/error.ts';
import { nameSchema, type Flow } from '../flow/document.ts';
import { readFlow, type FlowReading } from '../flow/read.ts';
import { z } from '../flow/zod.ts';
import { readBytes } from '../manifest/atomic.ts';
import { readDocument } from '../manifest/read-document.ts';
import { loadBuiltInModel } from '../models/answer.ts';
import type { LoadedModel } from '../models/ask.ts';
import { modelCardSchema } from '../models/card.ts';
import { scenarioSchema, type Scenario } from '../sandbox/scenario.ts';
import { systemSchema, type SystemDocument } from '../sandbox/system-document.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { readText } from './text-file.ts';

export const WORKSPACE_FORMAT = 'countersign.workspace';

/** `countersign.json`: what makes a folder a workspace. */
export const workspaceSchema = z.strictObject({
  format: z.literal(WORKSPACE_FORMAT),
  version: z.literal(1),
  name: z.string().min(1).max(120),
  /** The flow that commands take when none is named; a path with forward slashes. */
  flow: z.string().optional(),
  people: z.array(z.strictObject({ id: z.string(), roles: z.array(nameSchema) })).optional(),
});

export interface ScenarioFile {
  path: string;
  scenario: Scenario;
}

/** A workspace as it is on disk now. What cannot be read is in `errors`, and the rest is usable. */
export interface Workspace {
  root: string;
  name: string;
  /** The flow meant when none is named, or null. */
  mainFlow: string | null;
  /** Paths with forward slashes, sorted. */
  flows: string[];
  surroundings: Surroundings;
  models: ReadonlyMap<string, LoadedModel>;
  systems: Readonly<Record<string, SystemDocument>>;
  policy: Policy;
  errors: ErrorShape[];
}

/** Opens the workspace in a folder. Throws FILE_UNREADABLE when the folder is none. */
export function openWorkspace(root: string): Workspace {
  const marker = join(root, 'countersign.json');
  if (!existsSync(marker))
    throw new CountersignError({
      code: 'FILE_UNREADABLE',
      message: `${root} is not a workspace: it has no countersign.json.`,
      where: { file: marker },
      hint: 'Name the folder of a workspace, such as examples/support-desk.',
    });
  const errors: ErrorShape[] = [];
  const about = document(root, 'countersign.json', workspaceSchema);
  const connections: Record<string, Connection> = {};
  const systems: Record<string, SystemDocument> = {};
  const models = new Map<string, LoadedModel>();
  const each = (folder: string, ending: string, take: (path: string) => void) => {
    for (const path of listed(root, folder, ending)) attempt(errors, path, () => take(path));
  };
  each('connections', '.connection.json', (path) => {
    const connection = document(root, path, connectionSchema);
    connections[connection.name] = connection;
  });
  each('systems', '.system.json', (path) => {
    const system = document(root, path, systemSchema);
    systems[system.connection] = system;
  });
  each('models', '.model.json', (path) => {
    const card = document(root, path, modelCardSchema);
    models.set(card.name, {
      card,
      model: loadBuiltInModel(card, readBytes(join(root, 'models', 'blobs', card.artefact.digest))),
    });
  });
  let policy = STRICT_POLICY;
  if (existsSync(join(root, 'policy.json')))
    attempt(errors, 'policy.json', () => (policy = document(root, 'policy.json', policySchema)));
  const cards = Object.fromEntries([...models].map(([name, { card }]) => [name, card]));
  return {
    root,
    name: about.name,
    mainFlow: about.flow ?? null,
    flows: listed(root, 'flows', '.flow.json'),
    surroundings: { connections, models: cards, flows: flowsOf(root) },
    models,
    systems,
    policy,
    errors,
  };
}

/** Every flow of the workspace that can be read, by path; what is wrong with one that cannot is told where it is opened. */
export function flowsOf(root: string): Record<string, Flow> {
  const flows: Record<string, Flow> = {};
  for (const path of listed(root, 'flows', '.flow.json'))
    attempt([], path, () => {
      const { flow, newer } = readFlowFile(root, path);
      if (flow !== null && !newer) flows[path] = flow;
    });
  return flows;
}

/** A flow document of the workspace with what is wrong about its shape. */
export function readFlowFile(root: string, path: string): FlowReading & { text: string } {
  const { text } = readText(join(root, path));
  return { ...readFlow(text, KINDS), text };
}

/** The scenarios of a flow: `tests/<flow>/*.scenario.json`, by path. Throws on the first that is not valid. */
export function scenariosOf(root: string, flowPath: string): ScenarioFile[] {
  return scenarioPaths(root, flowPath).map((path) => ({ path, scenario: readScenario(root, path) }));
}

/** Where the scenarios of a flow lie, whatever is in them. */
export const scenarioPaths = (root: string, flowPath: string): string[] =>
  listed(root, `tests/${basename(flowPath, '.flow.json')}`, '.scenario.json');

/** One scenario by its path in the workspace. */
export const readScenario = (root: string, path: string): Scenario => document(root, path, scenarioSchema);

/** A path inside the workspace with forward slashes; throws USAGE for one that leads out of it. */
export function insideWorkspace(root: string, path: string): string {
  const inside = relative(root, join(root, path)).split(sep).join('/');
  if (inside === '' || inside.startsWith('..') || inside.includes('\0'))
    throw new CountersignError({
      code: 'USAGE',
      message: `“${path}” is not in the workspace.`,
      hint: 'Name a file of the workspace.',
    });
  return inside;
}

function listed(root: string, folder: string, ending: string): string[] {
  const full = join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => `${folder}/${entry.name}`)
    .sort();
}

function attempt(errors: ErrorShape[], path: string, take: () => void): void {
  try {
    take();
  } catch (error) {
    const shape = toErrorShape(error);
    errors.push({ ...shape, where: { file: path, ...shape.where } });
  }
}

function document<T>(root: string, path: string, schema: z.ZodType<T>): T {
  return readDocument(readBytes(join(root, path)), schema, {
    code: 'DOCUMENT_INVALID',
    what: `the document ${path}`,
    hint: 'Correct the document at that place.',
    file: path,
  });
}
