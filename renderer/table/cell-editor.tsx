import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { FeelInput } from '../inspector/feel-input.tsx';
import type { Offer } from '../inspector/offers.ts';
import { ANY_CELL } from './model/shape.ts';
import type { Then } from './sheet-acts.ts';

interface CellEditorProps {
  label: string;
  /** What stands in the field at first. */
  text: string;
  offers: readonly Offer[];
  /** A remark rather than FEEL. */
  prose: boolean;
  onKeep: (text: string, then: Then) => void;
  onCancel: () => void;
}

/** The field over a cell that is being written. Enter and Tab keep what stands in it and go on, Escape leaves the cell as it was. */
export function CellEditor({ label, text: first, offers, prose, onKeep, onCancel }: CellEditorProps) {
  const [text, setText] = useState(first);
  const frame = useRef<HTMLDivElement>(null);
  const over = useRef(false);

  // Before the key that began it reaches its target: it is to be written here.
  useLayoutEffect(() => {
    const area = frame.current?.querySelector('textarea');
    area?.focus({ preventScroll: true });
    if (area?.value === ANY_CELL) area.select();
    else area?.setSelectionRange(area.value.length, area.value.length);
  }, []);

  const end = (work: () => void): void => {
    if (over.current) return;
    over.current = true;
    work();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const { key, shiftKey: back, altKey } = event;
    if (key === 'Enter' && altKey) breakLine(event, setText);
    else if (key === 'Enter') end(() => onKeep(text, back ? 'up' : 'down'));
    else if (key === 'Tab') end(() => onKeep(text, back ? 'left' : 'right'));
    else if (key === 'Escape') end(onCancel);
    else if (key === 'F6' || event.ctrlKey || event.metaKey) return;
    else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={frame} className={prose ? 'cell-editor prose' : 'cell-editor'} onKeyDown={onKeyDown}>
      <FeelInput
        label={label}
        value={text}
        offers={offers}
        problems={[]}
        enterKeeps
        onChange={setText}
        onDone={() => end(() => onKeep(text, 'stay'))}
      />
    </div>
  );
}

function breakLine({ target }: KeyboardEvent, set: (text: string) => void): void {
  if (!(target instanceof HTMLTextAreaElement)) return;
  target.setRangeText('\n', target.selectionStart, target.selectionEnd, 'end');
  set(target.value);
}
