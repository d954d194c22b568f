import { useEffect } from 'react';
import { KINDS } from '../../nodes/index.ts';
import { boundsOf } from '../document/arrange.ts';
import { clipOf, pasteClip, readClip, writeClip, type Clip } from '../document/clip.ts';
import { CARD_SIZE, placesOf } from '../document/tidy.ts';
import { freePlace } from '../document/travel.ts';
import { edit, freshId, cutOut, selectNodes } from '../state/edit.ts';
import { flowOf, surroundingsOf, useStudio } from '../state/store.ts';
import { refuse } from '../ui/notice.ts';
import { boxes } from './sizes.ts';
import { focusNode, middle, showNode } from './viewport.ts';
import { words } from '../words/index.ts';

/** Steps to and from the clipboard of the system, as text: between flows, between windows, and through a mail. */

/** The text of what is selected; null when no step is. */
function selectedText(): string | null {
  const state = useStudio.getState();
  const flow = flowOf(state);
  const { nodes } = state.presence.selection;
  return flow === null || nodes.length === 0 ? null : writeClip(clipOf(flow, nodes, KINDS));
}

/** Pastes steps into the middle of what is seen, where there is room; says why when the text holds none. */
export function pasteText(text: string): void {
  const state = useStudio.getState();
  const flow = flowOf(state);
  if (flow === null || state.document?.readOnly !== null) return;
  const reading = readClip(text);
  if (!reading.ok) return refuse(reading.why);
  const by = shift(reading.clip);
  const options = { kinds: KINDS, surroundings: surroundingsOf(state), freshId, by };
  const pasting = pasteClip({ ...flow, layout: placesOf(flow) }, reading.clip, options);
  if (!pasting.ok) return refuse(pasting.why);
  edit(words().canvas.clip.pasted, () => pasting.flow);
  selectNodes(pasting.nodes);
  const [first] = pasting.nodes;
  if (first === undefined) return;
  showNode(first);
  focusNode(first, true);
}

/** From where the steps were to where they go. */
function shift({ nodes, layout }: Clip): { x: number; y: number } {
  const boxOf = (id: string) => {
    const { x = 0, y = 0, width = CARD_SIZE.width, height = CARD_SIZE.height } = layout[id] ?? {};
    return { x, y, width, height };
  };
  const bounds = boundsOf(Object.keys(nodes).map(boxOf));
  if (bounds === null) return { x: 0, y: 0 };
  const { x, y } = middle();
  const wanted = { x: x - bounds.width / 2, y: y - bounds.height / 2 };
  const to = freePlace(boxes(), wanted, bounds);
  return { x: to.x - bounds.x, y: to.y - bounds.y };
}

/** Gives whether a text is on the clipboard now, and says so to the person where it is not. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    refuse(words().canvas.clip.notTaken);
    return false;
  }
}

/** Gives whether what is selected is on the clipboard now. */
export async function copySelected(): Promise<boolean> {
  const text = selectedText();
  return text !== null && (await copyText(text));
}

/** What the clipboard did not take, or is not selected any more, stays. */
export async function cutSelected(): Promise<void> {
  const { selection } = useStudio.getState().presence;
  if ((await copySelected()) && useStudio.getState().presence.selection === selection) cutOut();
}

export async function paste(): Promise<void> {
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    // A browser may keep the clipboard to itself until it is pasted with its own keys.
    return refuse(words().canvas.clip.denied);
  }
  pasteText(text);
}

/** Does the canvas have the keyboard, with nothing that is marked as text and no dialog over it? */
function isCanvasMeant(): boolean {
  const at = document.activeElement;
  const free = at === null || at === document.body || (at.closest('.canvas') !== null && at.closest('.nokey') === null);
  const marked = document.getSelection()?.isCollapsed === false;
  return free && !marked && document.querySelector('[role="dialog"]') === null;
}

/** The system's own copy, cut and paste on the canvas: they need nobody's leave to read the clipboard. */
export function useClipboard(): void {
  useEffect(() => {
    const give = (event: ClipboardEvent): boolean => {
      const text = isCanvasMeant() && useStudio.getState().session.view === 'flows' ? selectedText() : null;
      if (text === null || event.clipboardData === null) return false;
      event.clipboardData.setData('text/plain', text);
      event.preventDefault();
      return true;
    };
    const onCopy = (event: ClipboardEvent): void => void give(event);
    const onCut = (event: ClipboardEvent): void => {
      if (useStudio.getState().document?.readOnly === null && give(event)) cutOut();
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!isCanvasMeant() || useStudio.getState().session.view !== 'flows') return;
      event.preventDefault();
      pasteText(event.clipboardData?.getData('text/plain') ?? '');
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCut);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCut);
      document.removeEventListener('paste', onPaste);
    };
  }, []);
}
