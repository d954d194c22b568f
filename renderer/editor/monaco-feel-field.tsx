import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import type { editor } from 'monaco-editor/editor';
import type { Problem } from '../../engine/flow/problem.ts';
import { FeelFault } from '../inspector/feel-input.tsx';
import type { FeelFieldProps } from './feel-field.tsx';
import { FEEL } from './monaco-feel.ts';
import type { MonacoKit } from './monaco-kit.ts';
import { words } from '../words/index.ts';

/** Characters that are selected, from the first to behind the last. */
export interface Selected {
  from: number;
  to: number;
}

interface MonacoFeelProps extends FeelFieldProps {
  kit: MonacoKit;
  selected: Selected;
  /** The keyboard has gone elsewhere. */
  onLeave: () => void;
}

const OPTIONS: editor.IStandaloneEditorConstructionOptions = {
  // A text area of the page: what asks “is somebody writing?” and screen readers know it as one.
  editContext: false,
  automaticLayout: true,
  tabFocusMode: true,
  fontSize: 12,
  lineHeight: 18,
  fontLigatures: false,
  padding: { top: 5, bottom: 5 },
  lineDecorationsWidth: 9,
  lineNumbersMinChars: 0,
  lineNumbers: 'off',
  glyphMargin: false,
  folding: false,
  minimap: { enabled: false },
  guides: { indentation: false },
  wordWrap: 'on',
  wrappingIndent: 'none',
  scrollBeyondLastLine: false,
  scrollBeyondLastColumn: 0,
  scrollbar: { vertical: 'hidden', horizontal: 'hidden', handleMouseWheel: false, alwaysConsumeMouseWheel: false },
  overviewRulerLanes: 0,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  renderLineHighlight: 'none',
  selectionHighlight: false,
  occurrencesHighlight: 'off',
  bracketPairColorization: { enabled: false },
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false, nonBasicASCII: false },
  contextmenu: false,
  links: false,
  dragAndDrop: false,
  fixedOverflowWidgets: true,
  wordBasedSuggestions: 'off',
  quickSuggestions: { other: true, strings: false, comments: false },
  suggest: { showIcons: false, showWords: false, preview: false },
  acceptSuggestionOnCommitCharacter: false,
  hover: { delay: 300, above: false },
};

/** The formula that is being written, in the editor. It lives as long as the keyboard is in it. */
export function MonacoFeel(props: MonacoFeelProps) {
  const { kit, value, label, example, problems, scope, offers, selected, onChange, onDone, onLeave } = props;
  const holder = useRef<HTMLDivElement>(null);
  const made = useRef<editor.IStandaloneCodeEditor | null>(null);
  const acts = useRef({ onChange, onDone, onLeave });
  useLayoutEffect(() => {
    acts.current = { onChange, onDone, onLeave };
  });
  const faultId = useId();
  const first = useRef({ value, label, example, selected });

  useLayoutEffect(() => {
    const place = holder.current;
    if (place === null) return undefined;
    const { editor: Editor, KeyCode, Range } = kit;
    const begin = first.current;
    const model = Editor.createModel(begin.value, FEEL);
    model.setEOL(0);
    const one = Editor.create(place, {
      ...OPTIONS,
      model,
      fontFamily: getComputedStyle(place).fontFamily,
      ariaLabel: begin.label,
      placeholder: begin.example ?? '',
    });
    made.current = one;
    const grow = (): void => void (place.style.height = `${one.getContentHeight()}px`);
    grow();
    one.layout();
    one.onDidContentSizeChange(grow);
    const aside = keepingListAside(place);
    const [from, to] = [model.getPositionAt(begin.selected.from), model.getPositionAt(begin.selected.to)];
    one.setSelection(Range.fromPositions(from, to));
    one.onDidChangeModelContent(() => acts.current.onChange(model.getValue()));
    // Of a window that goes to the back the element in it keeps the keyboard.
    one.onDidBlurEditorWidget(() => (place.contains(document.activeElement) ? undefined : acts.current.onLeave()));
    one.addAction({
      id: 'countersign.keep',
      label: words().editor.keep,
      keybindings: [KeyCode.Enter],
      precondition: '!suggestWidgetVisible',
      run: () => acts.current.onDone(),
    });
    one.focus();
    return () => {
      made.current = null;
      aside();
      kit.knowledge.delete(model.uri.toString());
      one.dispose();
      model.dispose();
    };
  }, [kit]);

  useEffect(() => {
    const model = made.current?.getModel();
    if (model !== null && model !== undefined) kit.knowledge.set(model.uri.toString(), { scope, offers });
  }, [kit, scope, offers]);

  useEffect(() => {
    // Undone from elsewhere, or changed by another field.
    const model = made.current?.getModel();
    if (model !== null && model !== undefined && model.getValue() !== value) model.setValue(value);
  }, [value]);

  const fault = problems.find((problem) => problem.severity === 'error') ?? problems[0];
  const isInvalid = fault?.severity === 'error';
  useEffect(() => {
    const model = made.current?.getModel();
    if (model !== null && model !== undefined) kit.editor.setModelMarkers(model, FEEL, markersOf(kit, model, problems));
    const area = holder.current?.querySelector('textarea');
    area?.setAttribute('aria-invalid', String(isInvalid));
    if (fault === undefined) area?.removeAttribute('aria-describedby');
    else area?.setAttribute('aria-describedby', faultId);
  }, [kit, problems, fault, isInvalid, faultId]);

  return (
    <div className="feel">
      <div className="feel-frame">
        <div ref={holder} className="feel-monaco mono nokey" />
      </div>
      <FeelFault id={faultId} fault={fault} />
    </div>
  );
}

/** What lies between a line and the outer edge of its field, in pixels, and a little more. */
const BESIDE = '8px';

/** The list of names hangs on the line; here it is moved clear of the field's edge, below or above. Returns how to stop. */
function keepingListAside(place: HTMLElement): () => void {
  const watch = new MutationObserver(() => {
    const list = place.querySelector('.suggest-widget');
    if (!(list instanceof HTMLElement)) return;
    const below = Number.parseFloat(list.style.top) > place.getBoundingClientRect().top;
    const margin = below ? BESIDE : `-${BESIDE}`;
    if (list.style.marginTop !== margin) list.style.marginTop = margin;
  });
  watch.observe(place, { subtree: true, childList: true, attributeFilter: ['style'] });
  return () => watch.disconnect();
}

/** Problems at their characters; one that has none is about all of the formula. */
function markersOf(kit: MonacoKit, model: editor.ITextModel, problems: readonly Problem[]): editor.IMarkerData[] {
  const length = model.getValueLength();
  return problems.map(({ at = { from: 0, to: length }, message, hint, severity }) => {
    const start = model.getPositionAt(Math.min(at.from, Math.max(0, length - 1)));
    const end = model.getPositionAt(Math.max(at.to, at.from + 1));
    return {
      message: `${message} ${hint}`,
      severity: severity === 'error' ? kit.MarkerSeverity.Error : kit.MarkerSeverity.Warning,
      startLineNumber: start.lineNumber,
      startColumn: start.column,
      endLineNumber: end.lineNumber,
      endColumn: end.column,
    };
  });
}
