import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';

/** The sample workspace, as it lies in the project. */
export const SUPPORT_DESK = fileURLToPath(new URL('../../examples/support-desk', import.meta.url));
export const FLOW = 'flows/support-desk.flow.json';

/** Copies the sample workspace. */
export function copySupportDesk(to: string): string {
  cpSync(SUPPORT_DESK, to, { recursive: true });
  return to;
}

/** Changes the main flow of a workspace. */
export function changeFlow(root: string, change: (flow: Flow) => void): void {
  const file = join(root, FLOW);
  const { flow } = readFlow(readFileSync(file, 'utf8'), KINDS);
  if (flow === null) throw new Error(`${file} is no flow`);
  change(flow);
  writeFileSync(file, writeFlow(flow));
}

/** Takes the approval of credits above 50 € out, so that what would wait for a person is credited at once. */
export function withoutApproval(flow: Flow): void {
  for (const [id, edge] of Object.entries(flow.edges)) {
    if (edge.from.node === 'n_lead') delete flow.edges[id];
    else if (edge.to.node === 'n_lead') edge.to.node = 'n_credit';
  }
  delete flow.nodes['n_lead'];
  delete flow.layout['n_lead'];
}
