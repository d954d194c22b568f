import { snapshotOf } from './snapshot.ts';
import { flowsOf, openWorkspace, type Workspace } from './workspace.ts';

/**
 * Gives the workspace as it is on disk now, reading again only what changed: loading the models is what takes time, and
 * flows change with every save. Scenarios are read when they are asked for; of them the workspace holds nothing.
 */
export function workspaceCache(root: string): () => Workspace {
  let held: { key: string; flows: string; workspace: Workspace } | null = null;
  return () => {
    const { key, flows } = keysOf(root);
    if (held?.key !== key) held = { key, flows, workspace: openWorkspace(root) };
    if (held.flows !== flows) {
      const { workspace } = held;
      const surroundings = { ...workspace.surroundings, flows: flowsOf(root) };
      held = { key, flows, workspace: { ...workspace, surroundings } };
    }
    return held.workspace;
  };
}

/** What tells whether the flows changed, and whether anything else did. */
function keysOf(root: string): { key: string; flows: string } {
  const lines: string[] = [];
  const flows: string[] = [];
  for (const [path, state] of snapshotOf(root)) {
    if (path.startsWith('flows/')) {
      lines.push(path);
      flows.push(`${path} ${state}`);
    } else if (!/^(tests|releases|versions)\//.test(path)) lines.push(`${path} ${state}`);
  }
  return { key: lines.join('\n'), flows: flows.join('\n') };
}
