import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { takeTyped } from './type-ahead.ts';

interface PickListProps<T> {
  label: string;
  placeholder: string;
  search: (query: string) => readonly T[];
  keyOf: (item: T) => string;
  renderItem: (item: T) => ReactNode;
  onPick: (item: T) => void;
  empty: string;
}

/** A field to search with and the list it finds: arrows move, Enter picks. */
export function PickList<T>({ label, placeholder, search, keyOf, renderItem, onPick, empty }: PickListProps<T>) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const items = search(query);
  const active = Math.min(at, items.length - 1);

  /** What was typed before the field was there. */
  const takeOver = () => {
    const { text, entered } = takeTyped();
    if (text === '') return;
    setQuery(query + text);
    setAt(0);
    const [first] = search(query + text);
    if (entered && first !== undefined) onPick(first);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // An input method takes its word with these keys.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const by = event.key === 'ArrowDown' ? 1 : -1;
      setAt((active + by + items.length) % Math.max(1, items.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const item = items[active];
      if (item !== undefined) onPick(item);
    }
  };

  return (
    <div className="pick">
      <input
        ref={field}
        data-autofocus
        className="pick-search"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={items.length > 0 ? `${id}-${active}` : undefined}
        placeholder={placeholder}
        value={query}
        onFocus={takeOver}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label={label} className="pick-list scroll">
        {items.map((item, i) => (
          <div
            key={keyOf(item)}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === active}
            className="pick-item"
            ref={(row) => {
              if (i === active) row?.scrollIntoView({ block: 'nearest' });
            }}
            onPointerMove={() => setAt(i)}
            onClick={() => onPick(item)}
          >
            {renderItem(item)}
          </div>
        ))}
      </div>
      {items.length === 0 ? <p className="quiet pick-empty">{empty}</p> : null}
    </div>
  );
}
