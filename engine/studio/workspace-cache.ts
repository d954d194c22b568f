import { snapshotOf } from './snapshot.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/**
 * Gives the workspace as it is on disk now, reading it again only when a document changed: loading the models is what
 * takes time. Flows and scenarios are read when they are asked for; of them the workspace holds names alone.
 */
export function workspaceCache(root: string): () => Workspace {
  let held: { key: string; workspace: Workspace } | null = null;
  return () => {
    const key = keyOf(root);
    if (held?.key !== key) held = { key, workspace: openWorkspace(root) };
    return held.workspace;
  };
}

function keyOf(root: string): string {
  const lines: string[] = [];
  for (const [path, state] of snapshotOf(root)) {
    if (path.startsWith('flows/')) lines.push(path);
    else if (!/^(tests|releases)\//.test(path)) lines.push(`${path} ${state}`);
  }
  return lines.join('\n');
}
