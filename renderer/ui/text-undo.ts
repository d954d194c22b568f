/**
 * One undo takes back the same much in every field: a word that was typed, a stretch that was deleted, or what was pasted.
 * Left to itself Chromium takes back everything that was typed, or a single letter: it closes what one undo takes back
 * whenever any node is removed from the page, such as a row of a list that is searched. So what is typed is told apart
 * here, and the browser's own undo is asked as often as it takes to come back to where a stretch began.
 */

/** One change of a text by a person: what was done, where the caret was before, and what was written. */
export interface Typed {
  /** `compose`: an input method writes a word anew with every key, until it is taken. */
  does: 'write' | 'delete' | 'compose' | 'other';
  /** The caret before and after, in characters. */
  from: number;
  to: number;
  text: string;
}

const SPACE = /\s/;

/** Does a change begin a stretch of its own, after the one before it? */
export function beginsStretch(last: Typed | null, next: Typed): boolean {
  if (last === null || next.does === 'other' || next.does !== last.does) return true;
  // What stood there between its keys is nothing that the browser's undo comes by.
  if (next.does === 'compose') return false;
  if (next.from !== last.to) return true;
  return next.does === 'write' && SPACE.test(last.text.slice(-1)) && !SPACE.test(next.text);
}

/** What was done, from the name that the browser has for it. */
export function doneBy(inputType: string): Typed['does'] {
  if (inputType === 'insertText') return 'write';
  if (inputType === 'insertCompositionText') return 'compose';
  return inputType.startsWith('delete') && inputType !== 'deleteByCut' ? 'delete' : 'other';
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

interface Stretches {
  /** What stood in the field where each stretch began, the last one last. */
  past: string[];
  /** What stood there before each undo. */
  future: string[];
  last: Typed | null;
}

const MOST = 500;

function fieldOf(target: EventTarget | null): TextField | null {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  // An editor of code keeps its own history.
  return isField && target.closest('.monaco-editor') === null ? target : null;
}

/** What is typed from here on is a stretch of its own for the browser as well. */
function closeStretch(): void {
  const nothing = document.createTextNode('');
  document.body.append(nothing);
  nothing.remove();
}

/** Goes back, or on, until the field says what is wanted; a text that somebody else changed since has no way there. */
function walkTo(field: TextField, way: 'undo' | 'redo', wanted: string | undefined): void {
  for (let steps = 0; steps < MOST && field.value !== wanted; steps++) {
    const before = field.value;
    document.execCommand(way);
    if (field.value === before || wanted === undefined) return;
  }
}

/** From now on undo and redo go by stretches in every field of the page. */
export function startTextUndo(): void {
  const known = new WeakMap<TextField, Stretches>();
  let walking = false;

  const stretchesOf = (field: TextField): Stretches => {
    const own = known.get(field) ?? { past: [], future: [], last: null };
    known.set(field, own);
    return own;
  };

  /** Each word of an input method is a stretch; while it is being written the page stays as it is. */
  const onComposition = (event: CompositionEvent): void => {
    const field = fieldOf(event.target);
    if (field === null) return;
    stretchesOf(field).last = null;
    closeStretch();
  };

  const onBeforeInput = (event: InputEvent): void => {
    const field = fieldOf(event.target);
    if (field === null || walking || event.inputType.startsWith('history')) return;
    const own = stretchesOf(field);
    // Fields of numbers and dates do not tell where the caret is.
    const [from, until] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
    const text = event.data ?? '';
    const goes = event.inputType === 'deleteContentBackward' && from === until ? -1 : text.length;
    const next: Typed = {
      does: doneBy(event.inputType),
      // What is written over something else follows nothing.
      from: from === until ? from : -1,
      to: from + goes,
      text,
    };
    if (beginsStretch(own.last, next)) {
      own.past = [...own.past, field.value].slice(-MOST);
      if (!event.isComposing) closeStretch();
    }
    own.future = [];
    own.last = next;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const field = fieldOf(event.target);
    const own = field === null ? undefined : known.get(field);
    if (field === null || own === undefined || event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (key !== 'z' && key !== 'y')) return;
    const way = key === 'z' && !event.shiftKey ? 'undo' : 'redo';
    event.preventDefault();
    const before = field.value;
    walking = true;
    walkTo(field, way, (way === 'undo' ? own.past : own.future).pop());
    walking = false;
    own.last = null;
    if (field.value !== before) (way === 'undo' ? own.future : own.past).push(before);
  };

  document.addEventListener('compositionstart', onComposition, true);
  document.addEventListener('beforeinput', onBeforeInput, true);
  document.addEventListener('keydown', onKeyDown, true);
}
