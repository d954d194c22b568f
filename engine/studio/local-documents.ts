import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BINDING_FORMAT, type Binding } from '../connections/binding.ts';
import type { Policy } from '../connections/contract.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { readFlow } from '../flow/read.ts';
import { readBytes, writeFileAtomic } from '../manifest/atomic.ts';
import { SETTLING_ROLE } from '../manifest/decision.ts';
import type { PublicKeyFile } from '../manifest/keys.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { PEOPLE_FORMAT, type PeopleFile, readPeople } from '../manifest/people.ts';
import { readTrust, type Trust, TRUST_FORMAT, trustedKey } from '../manifest/trust.ts';
import { runnerPaths } from '../runner/folder.ts';
import { KINDS } from '../../nodes/index.ts';
import { readText } from './text-file.ts';
import type { Workspace } from './workspace.ts';

export const localFolder = (root: string): string => join(root, '.countersign', 'runner');

export interface LocalPerson {
  id: string;
  release: PublicKeyFile;
  approver: PublicKeyFile;
  policy: PublicKeyFile;
  /** The text of the signature beside a policy file. */
  signPolicy(file: Uint8Array): string;
}

/**
 * Writes what restrains the local runner, and tells whether anything changed. It is the studio's own runner for
 * rehearsal: it trusts the release keys made in this workspace, holds its policy, lets the person at this machine act in
 * every role that a flow names, and is bound to the simulated systems alone. Any other binding is removed, so that
 * nothing real can be reached from here.
 *
 * @param systems base address of each simulated system, by connection
 */
export function writeLocalDocuments(
  workspace: Workspace,
  person: LocalPerson,
  systems: Readonly<Record<string, string>>,
): boolean {
  const paths = runnerPaths(localFolder(workspace.root));
  makeFolder(paths.bindings);
  const bindings = new Map(
    Object.entries(systems).map(([name, url]) => [`${name}.binding.json`, bindingOf(workspace, name, url)]),
  );
  let changed = false;
  for (const name of readdirSync(paths.bindings))
    if (!bindings.has(name)) {
      rmSync(join(paths.bindings, name), { recursive: true });
      changed = true;
    }
  const put = (path: string, document: Binding | PeopleFile | Policy | Trust): void => {
    putText(path, prettyJson(asJson(document)));
  };
  const putText = (path: string, text: string): void => {
    if (existsSync(path) && readText(path).text === text) return;
    writeFileAtomic(path, text);
    changed = true;
  };
  for (const [name, binding] of bindings) put(join(paths.bindings, name), binding);
  put(paths.people, peopleWith(paths.people, person, rolesOf(workspace)));
  putText(paths.policySignature, person.signPolicy(Buffer.from(prettyJson(asJson(workspace.policy)))));
  put(paths.policy, workspace.policy);
  put(paths.trust, trustWith(paths.trust, person));
  return changed;
}

/** The binding of a connection to its simulated system: all its actions, on this machine alone. */
export function bindingOf(workspace: Workspace, connection: string, baseUrl: string): Binding {
  const actions = workspace.surroundings.connections[connection]?.actions ?? {};
  return {
    format: BINDING_FORMAT,
    version: 1,
    connection,
    baseUrl,
    allow: { private: true },
    grants: Object.keys(actions).sort(),
  };
}

/** Who signs for another person's key keeps their place: several people can use one workspace. */
function trustWith(path: string, person: LocalPerson): Trust {
  const before = existsSync(path) ? readTrust(readBytes(path)) : null;
  const own = [person.release, person.policy].map(trustedKey);
  const others = (before?.keys ?? []).filter((key) => own.every((one) => one.publicKey !== key.publicKey));
  const keys = [...others, ...own];
  return {
    format: TRUST_FORMAT,
    version: 1,
    keys: keys.sort((a, b) => (a.keyId < b.keyId ? -1 : 1)),
    // One person alone rehearses here. A runner of IT's asks for an author and somebody else who releases.
    release: { roles: { author: 0, release: 1 } },
    revoked: before?.revoked ?? [],
  };
}

function peopleWith(path: string, person: LocalPerson, roles: ReadonlySet<string>): PeopleFile {
  const before = existsSync(path) ? readPeople(readBytes(path)).people : [];
  // Tasks of earlier releases may wait for roles that no flow names any more.
  const held = before.find((one) => one.id === person.id)?.roles ?? [];
  const { keyId, publicKey } = person.approver;
  const entry = {
    id: person.id,
    name: person.id,
    roles: [...new Set([...held, ...roles])].sort(),
    keys: [{ keyId, publicKey }],
  };
  const people = [...before.filter((one) => one.id !== person.id), entry];
  return { format: PEOPLE_FORMAT, version: 1, people: people.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** Every role that a flow of the workspace names, and that of who settles what is in doubt. */
function rolesOf(workspace: Workspace): Set<string> {
  const roles = new Set([SETTLING_ROLE]);
  for (const path of workspace.flows) {
    // A flow that cannot be read is told of where it is opened; it names nobody.
    const { flow } = readFlow(textOrEmpty(join(workspace.root, path)), KINDS);
    for (const node of Object.values(flow?.nodes ?? {})) {
      const kind = KINDS[node.kind];
      const config = kind?.schema.safeParse(node.config);
      if (config?.success !== true) continue;
      for (const role of kind?.roles?.(config.data) ?? []) if (role !== '' && role.length <= 60) roles.add(role);
    }
  }
  return roles;
}

function textOrEmpty(path: string): string {
  try {
    return readText(path).text;
  } catch {
    return '';
  }
}
