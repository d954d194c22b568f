import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Policy } from '../connections/contract.ts';
import type { About } from '../flow/document.ts';
import { asJson, canonicalJson, prettyJson } from '../flow/json.ts';
import { writeFlow } from '../flow/read.ts';
import { readBytes, writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { writeModelCard } from '../models/card.ts';
import { digestOfBytes, freePath, type FlowText } from './flow-files.ts';
import { onDisk } from './paths.ts';
import { openPolicy, POLICY_FILE } from './policy-file.ts';
import { flowUnder, scenarioUnder, withoutPersonUnder, type Names } from './renamed.ts';
import { readTemplate, type OpenedTemplate } from './templates.ts';
import { openWorkspace, scenariosOf, type Workspace } from './workspace.ts';

export interface FromTemplate extends FlowText {
  /** Entries that were added to the policy. */
  policy: string[];
}

/** A document that is to be written: nothing may be in its place. */
interface NewFile {
  path: string;
  content: string | Uint8Array;
}

/**
 * Copies a template into a workspace, under free names where a name is taken by something else; a connection or model
 * that is there already, word for word, is shared. The policy grows by what the template lets go without a person on
 * connections that came with it, and by nothing else. Whole or not at all. Throws NOT_FOUND, ENVIRONMENT, DISK_FULL.
 */
export function openTemplate(root: string, home: string, name: string, about: About): FromTemplate {
  const template = readTemplate(home, name);
  const here = openWorkspace(root);
  const names = freeNames(template.workspace, here);
  const path = freePath(root, about.title, (stem) => existsSync(join(root, 'tests', stem)));
  const text = writeFlow({ ...flowUnder(names, template.flow), about });
  const files = [
    ...connectionFiles(template, names, here),
    ...modelFiles(template, names, root),
    ...scenarioFiles(template, names, basename(path, '.flow.json')),
    { path, content: text },
  ];
  const added = addedEntries(template, names, here);
  const written: string[] = [];
  try {
    for (const file of files) {
      write(root, file);
      written.push(file.path);
    }
    if (Object.keys(added).length > 0) growPolicy(root, template.workspace.policy, added);
  } catch (error) {
    for (const one of written) rmSync(join(root, one), { force: true });
    throw error;
  }
  return { path, text, digest: digestOfBytes(new TextEncoder().encode(text)), policy: Object.keys(added) };
}

const same = (a: unknown, b: unknown): boolean => textOf(a) === textOf(b);
const textOf = (document: unknown): string => canonicalJson(asJson(document ?? null));

/** A name for each connection and model of the template: its own where that is free, or holds the very same. */
function freeNames(from: Workspace, here: Workspace): Names {
  const known = here.surroundings;
  const policy = Object.keys(here.policy.withoutPerson);
  const connections = Object.entries(from.surroundings.connections).map(([name, connection]) => {
    const shared = same(known.connections[name], connection) && same(here.systems[name], from.systems[name]);
    const taken = (one: string): boolean =>
      Object.hasOwn(known.connections, one) ||
      Object.hasOwn(here.systems, one) ||
      policy.some((entry) => entry.startsWith(`${one}.`)) ||
      existsSync(join(here.root, connectionPath(one))) ||
      existsSync(join(here.root, systemPath(one)));
    return [name, shared ? name : free(name, taken)] as const;
  });
  const models = Object.entries(from.surroundings.models).map(([name, card]) => {
    const taken = (one: string): boolean =>
      Object.hasOwn(known.models, one) || existsSync(join(here.root, modelPath(one)));
    return [name, same(known.models[name], card) ? name : free(name, taken)] as const;
  });
  return { connections: Object.fromEntries(connections), models: Object.fromEntries(models) };
}

function free(name: string, taken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const one = number === 1 ? name : `${name.slice(0, 36)}-${number}`;
    if (!taken(one)) return one;
  }
}

const connectionPath = (name: string): string => `connections/${name}.connection.json`;
const systemPath = (name: string): string => `systems/${name}.system.json`;
const modelPath = (name: string): string => `models/${name}.model.json`;
const pretty = (document: unknown): string => prettyJson(asJson(document));

/** The names, of all that the template has, under which something is new here. */
const isNew = (of: Readonly<Record<string, unknown>>, name: string): boolean => !Object.hasOwn(of, name);

function connectionFiles({ workspace }: OpenedTemplate, names: Names, here: Workspace): NewFile[] {
  return Object.entries(names.connections)
    .filter(([, name]) => isNew(here.surroundings.connections, name))
    .flatMap(([old, name]) => {
      const connection = workspace.surroundings.connections[old];
      const system = workspace.systems[old];
      return [
        { path: connectionPath(name), content: pretty({ ...connection, name }) },
        ...(system === undefined ? [] : [{ path: systemPath(name), content: pretty({ ...system, connection: name }) }]),
      ];
    });
}

function modelFiles({ workspace }: OpenedTemplate, names: Names, root: string): NewFile[] {
  return Object.entries(names.models).flatMap(([old, name]) => {
    const card = workspace.models.get(old)?.card;
    if (card === undefined || existsSync(join(root, modelPath(name)))) return [];
    const blob = `models/blobs/${card.artefact.digest}`;
    // The card last: it names what must be there.
    return [
      ...(existsSync(join(root, blob)) ? [] : [{ path: blob, content: readBytes(join(workspace.root, blob)) }]),
      { path: modelPath(name), content: writeModelCard({ ...card, name }) },
    ];
  });
}

const scenarioFiles = ({ workspace, path }: OpenedTemplate, names: Names, flow: string): NewFile[] =>
  scenariosOf(workspace.root, path).map((file) => ({
    path: `tests/${flow}/${basename(file.path)}`,
    content: pretty(scenarioUnder(names, file.scenario)),
  }));

/** What the template lets go without a person, of connections that are new here. */
function addedEntries({ workspace }: OpenedTemplate, names: Names, here: Workspace): Policy['withoutPerson'] {
  const entries = Object.entries(withoutPersonUnder(names, workspace.policy));
  return Object.fromEntries(
    entries.filter(([action]) => isNew(here.surroundings.connections, action.slice(0, action.indexOf('.')))),
  );
}

function growPolicy(root: string, from: Policy, added: Policy['withoutPerson']): void {
  const { policy, digest } = openPolicy(root);
  const base = digest === null ? { ...from, withoutPerson: {} } : policy;
  writeFileAtomic(onDisk(root, POLICY_FILE), pretty({ ...base, withoutPerson: { ...base.withoutPerson, ...added } }));
}

function write(root: string, { path, content }: NewFile): void {
  const file = onDisk(root, path);
  makeFolder(dirname(file));
  writeFileAtomic(file, content, { exclusive: true });
}
