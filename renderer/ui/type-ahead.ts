/**
 * Keeps what is typed while the field that it is meant for is still on its way to the screen: whoever presses N and goes
 * on typing loses no letter.
 */
let kept: string | null = null;
let giveUp: ReturnType<typeof setTimeout> | undefined;

/** A field that has not come by then does not come. */
const PATIENCE_MS = 2000;

function keep(event: KeyboardEvent): void {
  if (kept === null || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') return forget();
  if (event.key === 'Backspace') kept = kept.slice(0, -1);
  else if (event.key === 'Enter') kept += '\n';
  else if (event.key.length === 1) kept += event.key;
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function forget(): void {
  kept = null;
  clearTimeout(giveUp);
  window.removeEventListener('keydown', keep, true);
}

/** From now on typing is for the field that is being opened, until it takes what was typed. */
export function typeAhead(): void {
  forget();
  kept = '';
  window.addEventListener('keydown', keep, true);
  giveUp = setTimeout(forget, PATIENCE_MS);
}

/** What was typed since; `entered` when Enter was among it. The field has the keyboard from here on. */
export function takeTyped(): { text: string; entered: boolean } {
  const typed = kept ?? '';
  forget();
  const [text = ''] = typed.split('\n');
  return { text, entered: typed.includes('\n') };
}
