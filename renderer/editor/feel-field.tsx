import { useEffect, useMemo, useRef, useState, type FocusEvent } from 'react';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { valueIn, type CaseValues } from '../inspector/case-scope.ts';
import { FeelInput } from '../inspector/feel-input.tsx';
import type { Offer } from '../inspector/offers.ts';
import { loadMonacoSoon, monacoNow } from './load-monaco.ts';
import type { MonacoKit } from './monaco-kit.ts';
import { MonacoFeel, type Selected } from './monaco-feel-field.tsx';
import { words } from '../words/index.ts';

export interface FeelFieldProps {
  label: string;
  value: string;
  scope: FeelScopeTypes;
  offers: readonly Offer[];
  problems: readonly Problem[];
  onChange: (value: string) => void;
  onDone: () => void;
  example?: string | null;
  disabled?: boolean;
  /** A problem led here. */
  pointedAt?: boolean;
  /** The case whose values are shown beside the formula. */
  values: CaseValues | null;
}

/**
 * A formula in a form. Hundreds of them may be on the screen and one of them is written: that one is an editor, the
 * others are coloured text in plain fields, which work by themselves until the editor is loaded.
 */
export function FeelField(props: FeelFieldProps) {
  const { value, scope, values, disabled = false, onDone } = props;
  const [live, setLive] = useState<{ kit: MonacoKit; selected: Selected } | null>(null);
  const pressed = useRef(false);
  useEffect(loadMonacoSoon, []);

  const enter = (area: HTMLTextAreaElement): void => {
    const kit = monacoNow();
    if (kit === null || disabled || document.activeElement !== area) return;
    setLive({ kit, selected: { from: area.selectionStart, to: area.selectionEnd } });
  };
  const onFocus = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLTextAreaElement) || live !== null) return;
    // With the mouse the caret is not where it will be until the button is let go.
    if (pressed.current) window.addEventListener('pointerup', () => enter(target), { once: true });
    else enter(target);
  };

  return (
    <div
      className="feel-field"
      onFocus={onFocus}
      onPointerDown={() => {
        pressed.current = true;
        window.addEventListener('pointerup', () => (pressed.current = false), { once: true });
      }}
    >
      <div hidden={live !== null}>
        <FeelInput {...props} />
      </div>
      {live === null ? null : (
        <MonacoFeel
          {...props}
          kit={live.kit}
          selected={live.selected}
          onLeave={() => {
            setLive(null);
            onDone();
          }}
        />
      )}
      {values === null ? null : <ValueNow source={value} scope={scope} values={values} />}
    </div>
  );
}

/** The value that the formula has in the chosen case. */
function ValueNow({ source, scope, values }: { source: string; scope: FeelScopeTypes; values: CaseValues }) {
  const shown = useMemo(() => valueIn(source, scope, values.turn), [source, scope, values]);
  if (shown === null) return null;
  return (
    <p className="feel-now" title={`${words().editor.case(values.name)}: ${shown}`}>
      <span className="sr">{words().editor.now}: </span>
      <span aria-hidden>= </span>
      <span className="mono">{shown}</span>
    </p>
  );
}
