import type { Flow } from '../../engine/flow/document.ts';
import { addComment, answerComment, closeComment } from '../document/comments.ts';
import { edit, freshId } from '../state/edit.ts';
import { service } from '../state/files.ts';
import { flowOf, useStudio } from '../state/store.ts';
import { refuse } from '../ui/notice.ts';
import { words } from '../words/index.ts';

/** Comments on steps, each act one step for undo. Who writes, and when, is said by the service. */

interface Stamp {
  by: string;
  at: string;
}

/** Null, and said, where the service cannot be reached: nothing is kept that nobody has signed. */
async function stamp(): Promise<Stamp | null> {
  try {
    const { person, at } = await service().call('stamp', {});
    const chosen = useStudio.getState().session.commentName?.trim() ?? '';
    return { by: (chosen === '' ? person : chosen).slice(0, 120), at: new Date(at).toISOString() };
  } catch {
    refuse(words().canvas.comments.unstamped);
    return null;
  }
}

/** Gives whether it stands in the flow then: another may have come onto the canvas. */
export async function comment(node: string, text: string): Promise<boolean> {
  const stamped = await stamp();
  if (stamped === null) return false;
  const id = freshId('c');
  return changes(words().canvas.did.comment, (flow) => addComment(flow, id, node, { ...stamped, text }));
}

/** The same. */
export async function answer(thread: string, text: string): Promise<boolean> {
  const stamped = await stamp();
  if (stamped === null) return false;
  return changes(words().canvas.did.answer, (flow) => answerComment(flow, thread, { ...stamped, text }));
}

function changes(label: string, command: (flow: Flow) => Flow): boolean {
  const before = flowOf(useStudio.getState());
  edit(label, command);
  return flowOf(useStudio.getState()) !== before;
}

export async function close(thread: string): Promise<void> {
  const stamped = await stamp();
  if (stamped !== null) edit(words().canvas.did.closeComment, (flow) => closeComment(flow, thread, stamped));
}

export const reopen = (thread: string): void =>
  edit(words().canvas.did.openComment, (flow) => closeComment(flow, thread, null));
