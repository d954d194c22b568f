import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { openWorkspace, type Workspace } from '../studio/workspace.ts';
import { usage } from './command.ts';

/** The workspace that a path lies in: the nearest folder upwards that has a countersign.json. */
export function workspaceOf(path: string): string {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'countersign.json'))) return folder;
    if (dirname(folder) === folder)
      throw usage(`${path} is in no workspace.`, 'Name a workspace or a flow in it, such as examples/support-desk.');
  }
}

/** A workspace and the flow of it that a command speaks of: named by its file, or the workspace's main flow. */
export function flowAt(path: string): { workspace: Workspace; flow: string } {
  const root = workspaceOf(path);
  const workspace = openWorkspace(root);
  const inside = relative(root, resolve(path)).split(sep).join('/');
  if (inside.endsWith('.flow.json')) {
    if (!existsSync(resolve(path)))
      throw usage(`There is no flow ${path}.`, `Its flows are: ${workspace.flows.join(', ') || 'none'}.`);
    return { workspace, flow: inside };
  }
  const flow = workspace.mainFlow ?? (workspace.flows.length === 1 ? workspace.flows[0] : undefined);
  if (flow === undefined)
    throw workspace.flows.length === 0
      ? usage(`${path} has no flows.`, 'Put a .flow.json into its folder “flows”; “countersign studio” draws one.')
      : usage(`${path} has several flows.`, `Name one of: ${workspace.flows.join(', ')}.`);
  return { workspace, flow };
}
