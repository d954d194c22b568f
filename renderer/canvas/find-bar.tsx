import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { create } from 'zustand';
import { chordOf } from '../commands/chord.ts';
import { selectNodes } from '../state/edit.ts';
import { useFlow, useStudio, useSurroundings } from '../state/store.ts';
import { KINDS } from '../../nodes/index.ts';
import { KindIcon } from '../ui/icons.tsx';
import { words } from '../words/index.ts';
import { shownUnsafe } from './marks.ts';
import { findSteps, parseQuery, type Query } from './search.ts';
import { focusCanvas, focusNode, showDrawn, showNode } from './viewport.ts';

/** Whether the canvas is being searched: a moment's affair, which nothing outside of it depends on. */
const useFinding = create<{ open: boolean }>()(() => ({ open: false }));

/** The command by which all that is found is selected. */
export const SELECT_FOUND: { readonly id: string; readonly keys: readonly string[] } = {
  id: 'canvas.select-found',
  keys: ['Alt+A'],
};

/** What is found now. */
let foundNow: readonly string[] = [];
export const isFinding = (): boolean => useFinding.getState().open && foundNow.length > 0;

/** All that is found is selected, the first of it has the keyboard, and the field goes. */
export function selectFound(): void {
  const [first] = foundNow;
  if (first === undefined) return;
  useFinding.setState({ open: false });
  selectNodes(foundNow);
  showDrawn(foundNow);
  focusNode(first, true);
}

/** The field, while there is one. */
let field: HTMLInputElement | null = null;
const takeField = (input: HTMLInputElement | null): void => {
  field = input;
  input?.focus();
};

export function openFind(): void {
  useFinding.setState({ open: true });
  field?.select();
}

/** A field to find steps with: what is found is listed, and going through the list selects and shows it. */
export function FindBar() {
  const { open } = useFinding();
  return open ? <OpenFindBar /> : null;
}

function OpenFindBar() {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const flow = useFlow();
  const surroundings = useSurroundings();
  const checks = useStudio((state) => state.checks);
  const unsafe = useStudio(shownUnsafe);
  const allKeys = useStudio((state) => state.session.shortcuts[SELECT_FOUND.id]) ?? SELECT_FOUND.keys;

  const search = (given: Query): string[] => {
    if (flow === null) return [];
    const invalid = new Set(checks.problems.flatMap((one) => (one.severity === 'error' ? (one.node ?? []) : [])));
    return findSteps(given, { flow, surroundings, invalid, unsafe: unsafe.nodes, personal: checks.personal });
  };
  const query = parseQuery(text);
  const found = search(query);
  useEffect(() => {
    foundNow = found;
    return () => void (foundNow = []);
  }, [found]);

  const look = (index: number, steps: readonly string[] = found): void => {
    const next = steps.length === 0 ? 0 : (index + steps.length) % steps.length;
    const id = steps[next];
    setAt(next);
    if (id === undefined) return;
    selectNodes([id]);
    showNode(id);
  };

  const close = (): void => {
    useFinding.setState({ open: false });
    const id = found[at];
    if (id === undefined) setTimeout(focusCanvas);
    else focusNode(id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // An input method takes its word with these keys.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') close();
    // The keys that a person chose for it reach a command of the canvas from here as well, though a text is written.
    else if (allKeys.includes(chordOf(event.nativeEvent) ?? '')) selectFound();
    else if (event.key === 'Enter' || event.key === 'ArrowDown' || event.key === 'ArrowUp')
      look(at + (event.key === 'ArrowUp' || event.shiftKey ? -1 : 1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <search className="find-bar nokey" aria-label={words().canvas.find.label}>
      <div className="row tight">
        <input
          ref={takeField}
          className="find-field"
          aria-label={words().canvas.find.label}
          aria-describedby="find-help"
          placeholder={words().canvas.find.placeholder}
          value={text}
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            // What is found moves the selection as soon as it is found.
            look(0, search(parseQuery(event.target.value)));
          }}
          onKeyDown={onKeyDown}
        />
        <span className="small quiet" role="status">
          {query.unknown[0] !== undefined
            ? words().canvas.find.unknown(query.unknown[0])
            : query.terms.length === 0
              ? ''
              : words().canvas.find.count(at + 1, found.length)}
        </span>
        {found.length < 2 ? null : (
          <button type="button" className="plain" title={words().canvas.find.allHint} onClick={selectFound}>
            {words().canvas.find.all}
          </button>
        )}
        <button
          type="button"
          className="plain icon"
          aria-label={words().canvas.find.previous}
          onClick={() => look(at - 1)}
        >
          <ChevronUp size={16} aria-hidden />
        </button>
        <button type="button" className="plain icon" aria-label={words().canvas.find.next} onClick={() => look(at + 1)}>
          <ChevronDown size={16} aria-hidden />
        </button>
        <button type="button" className="plain icon" aria-label={words().shell.close} onClick={close}>
          <X size={16} aria-hidden />
        </button>
      </div>
      <p id="find-help" className={query.terms.length === 0 ? 'small quiet find-help' : 'sr'}>
        {words().canvas.find.help}
      </p>
      {found.length === 0 || flow === null ? null : (
        <ul className="find-list scroll" aria-label={words().canvas.find.results}>
          {found.map((id, i) => {
            const node = flow.nodes[id];
            const kind = KINDS[node?.kind ?? ''];
            return (
              <li key={id}>
                <button type="button" className="find-item" aria-current={i === at} onClick={() => look(i)}>
                  <KindIcon icon={kind?.icon ?? ''} hue={kind?.hue ?? 'slate'} />
                  <span className="clip grow">{node?.name}</span>
                  <span className="small quiet">{kind?.label}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </search>
  );
}
