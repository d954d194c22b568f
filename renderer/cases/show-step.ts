import { focusNode, showNode } from '../canvas/viewport.ts';
import { selectNodes } from '../state/edit.ts';

/** Leads from a story to the step that it tells of. */
export function showStep(id: string): void {
  selectNodes([id]);
  showNode(id);
  focusNode(id);
}
