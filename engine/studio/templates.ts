import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Flow } from '../flow/document.ts';
import { CountersignError, type ErrorShape, toErrorShape } from '../flow/error.ts';
import type { Template } from './contract-templates.ts';
import { openWorkspace, readFlowFile, scenariosOf, type Workspace } from './workspace.ts';

/**
 * Where the templates lie that come with the studio. The built engine lies as deep as its sources do, so the same way
 * leads there from both.
 */
export const TEMPLATES = join(import.meta.dirname, '..', '..', 'examples', 'templates');

/** A template: a workspace of its own with one flow. */
export interface OpenedTemplate {
  name: string;
  workspace: Workspace;
  path: string;
  flow: Flow;
}

/** The folders of templates, in the order of their names. */
const namesIn = (home: string): string[] =>
  existsSync(home)
    ? readdirSync(home, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(home, entry.name, 'countersign.json')))
        .map(({ name }) => name)
        .sort()
    : [];

/** Opens a template by its name. Throws NOT_FOUND for a name that is none, and what keeps a template from being used. */
export function readTemplate(home: string, name: string): OpenedTemplate {
  if (!namesIn(home).includes(name))
    throw new CountersignError({
      code: 'NOT_FOUND',
      message: `There is no template “${name.toWellFormed().slice(0, 80)}”.`,
      meaning: 'Nothing was made.',
      hint: 'Choose one of the start page.',
    });
  const workspace = openWorkspace(join(home, name));
  const [broken] = workspace.errors;
  if (broken !== undefined) throw new CountersignError(broken);
  const path = workspace.mainFlow ?? workspace.flows[0] ?? '';
  const { flow, problems } = readFlowFile(workspace.root, path);
  if (flow === null)
    throw new CountersignError({
      code: 'DOCUMENT_INVALID',
      message: `The template “${name}” cannot be read: ${problems[0]?.message ?? ''}`,
      where: { file: path },
      hint: 'Install Countersign again; the template is part of it.',
      fault: 'us',
    });
  return { name, workspace, path, flow };
}

/** All templates as the gallery shows them, and why some are not. */
export function listTemplates(home: string): { templates: Template[]; errors: ErrorShape[] } {
  const errors: ErrorShape[] = [];
  const templates = namesIn(home).flatMap((name) => {
    try {
      return [shown(readTemplate(home, name))];
    } catch (error) {
      errors.push(toErrorShape(error));
      return [];
    }
  });
  return { templates, errors };
}

function shown({ name, workspace, path, flow }: OpenedTemplate): Template {
  const { connections, models } = workspace.surroundings;
  return {
    name,
    about: flow.about,
    steps: Object.values(flow.nodes).filter(({ kind }) => kind !== 'note').length,
    scenarios: scenariosOf(workspace.root, path).length,
    connections: Object.values(connections).map(({ title }) => title),
    models: Object.values(models).map(({ name: model, question, limits }) => ({ name: model, question, limits })),
    alone: Object.entries(workspace.policy.withoutPerson).map(([named, { field, max }]) => ({
      action: titleOf(workspace, named),
      field,
      max,
    })),
  };
}

/** The title of an action that is named as `connection.action`. */
function titleOf({ surroundings: { connections } }: Workspace, named: string): string {
  const dot = named.indexOf('.');
  return connections[named.slice(0, dot)]?.actions[named.slice(dot + 1)]?.title ?? named;
}
