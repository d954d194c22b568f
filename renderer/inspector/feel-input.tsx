import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Problem } from '../../engine/flow/problem.ts';
import { feelTokens, type Token } from '../editor/feel-tokens.ts';
import { words } from '../words/index.ts';
import { completionsAt, type Completion, type Offer } from './offers.ts';
import { FieldRepair } from './repair-button.tsx';

interface FeelInputProps {
  label: string;
  value: string;
  offers: readonly Offer[];
  problems: readonly Problem[];
  onChange: (value: string) => void;
  onDone: () => void;
  example?: string | null;
  disabled?: boolean;
  /** A problem led here. */
  pointedAt?: boolean;
  /** Enter is for the text as it stands, until one of the offers was gone to: as in a cell of a sheet. */
  enterKeeps?: boolean;
}

/** A formula: names in scope are offered while it is written, and what is wrong is marked at its characters. */
export function FeelInput(props: FeelInputProps) {
  const {
    label,
    value,
    offers,
    problems,
    onChange,
    onDone,
    example,
    disabled = false,
    pointedAt = false,
    enterKeeps = false,
  } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  /** Where the caret goes once the text that was taken is there. */
  const caretTo = useRef<number | null>(null);
  const [found, setFound] = useState<readonly Completion[]>([]);
  const [active, setActive] = useState(0);
  const [wentTo, setWentTo] = useState(false);
  const id = useId();
  const fault = problems.find((problem) => problem.severity === 'error') ?? problems[0];

  useEffect(() => {
    if (pointedAt) area.current?.focus();
  }, [pointedAt]);

  // Before the next key can arrive: who types on at once must not have the caret moved under their words.
  useLayoutEffect(() => {
    if (caretTo.current === null) return;
    area.current?.setSelectionRange(caretTo.current, caretTo.current);
    caretTo.current = null;
  });

  const look = (text: string, caret: number) => {
    setFound(completionsAt(text.slice(0, caret), offers));
    setActive(0);
    setWentTo(false);
  };
  const take = ({ offer, replaces }: Completion) => {
    const caret = area.current?.selectionStart ?? value.length;
    const text = value.slice(0, caret - replaces) + offer.path + value.slice(caret);
    onChange(text);
    setFound([]);
    caretTo.current = caret - replaces + offer.path.length;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method takes its word with these keys.
    if (event.nativeEvent.isComposing) return;
    if (event.key === ' ' && event.ctrlKey && !disabled) {
      event.preventDefault();
      setFound(offers.slice(0, 50).map((offer) => ({ offer, replaces: 0 })));
      setActive(0);
      setWentTo(true);
      return;
    }
    const chosen = found[active];
    if (chosen === undefined && event.key === 'Enter' && !enterKeeps && !event.shiftKey) {
      // As in any field of a form: it is kept. A new line is Shift and Enter.
      event.preventDefault();
      onDone();
      return;
    }
    if (chosen === undefined || (event.key === 'Enter' && enterKeeps && !wentTo)) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const by = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + by + found.length) % found.length);
      setWentTo(true);
    } else if (event.key === 'Enter' || event.key === 'Tab') take(chosen);
    else if (event.key === 'Escape') setFound([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="feel">
      <div className="feel-frame">
        <Marks text={value} problems={problems} />
        <textarea
          ref={area}
          id={`${id}-text`}
          className="mono"
          aria-label={label}
          aria-invalid={fault?.severity === 'error'}
          aria-describedby={fault === undefined ? undefined : `${id}-fault`}
          aria-autocomplete="list"
          aria-controls={found.length > 0 ? id : undefined}
          aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
          rows={1}
          value={value}
          placeholder={example ?? ''}
          readOnly={disabled}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            onChange(event.target.value);
            look(event.target.value, event.target.selectionStart);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setFound([]);
            onDone();
          }}
        />
      </div>
      {found.length === 0 ? null : (
        <div id={id} role="listbox" aria-label={words().inspector.names} className="offers scroll">
          {found.map((one, i) => (
            <div
              key={one.offer.path}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === active}
              className="offer"
              onPointerDown={(event) => {
                event.preventDefault();
                take(one);
              }}
            >
              <span className="mono">{one.offer.path}</span>
              <span className="small quiet clip">{one.offer.type}</span>
            </div>
          ))}
        </div>
      )}
      <FeelFault id={`${id}-fault`} fault={fault} />
    </div>
  );
}

/** What is wrong with a formula, below it. */
export function FeelFault({ id, fault }: { id: string; fault: Problem | undefined }) {
  return fault === undefined ? null : (
    <>
      <p id={id} className={`field-fault ${fault.severity}`}>
        {fault.message} {fault.hint}
      </p>
      <FieldRepair problem={fault} />
    </>
  );
}

/** The same text behind the field, coloured, with the faulty characters underlined. It also gives the field its height. */
function Marks({ text, problems }: { text: string; problems: readonly Problem[] }) {
  const pieces = useMemo(() => feelTokens(text), [text]);
  const at =
    problems.find((problem) => problem.at !== undefined && problem.severity === 'error')?.at ??
    problems.find((one) => one.at)?.at;
  const from = at === undefined ? text.length : Math.min(at.from, Math.max(0, text.length - 1));
  const to = at === undefined ? text.length : Math.max(from + 1, at.to);
  const draw = ({ from: begin, to: end, kind }: Token) => {
    const drawn = text.slice(begin, end);
    return (
      <span key={begin} className={kind === 'plain' ? undefined : `feel-${kind}`}>
        {end <= from || begin >= to ? (
          drawn
        ) : (
          <>
            {text.slice(begin, Math.max(begin, from))}
            <mark>{text.slice(Math.max(begin, from), Math.min(end, to))}</mark>
            {text.slice(Math.min(end, to), end)}
          </>
        )}
      </span>
    );
  };
  return (
    <div className="feel-marks mono" aria-hidden>
      {pieces.map(draw)}
      {'\u200b'}
    </div>
  );
}
