import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { editor } from 'monaco-editor/editor';
import type { Flow } from '../../engine/flow/document.ts';
import { writeFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { edit, endGesture } from '../state/edit.ts';
import { flowOf, useStudio } from '../state/store.ts';
import { placeOf } from './json-places.ts';
import { JSON_LANGUAGE } from './monaco-json.ts';
import type { MonacoKit } from './monaco-kit.ts';
import { faultsOf, keepingSame, readJson, type JsonFault } from './read-json.ts';
import { words } from '../words/index.ts';

interface JsonEditorProps {
  kit: MonacoKit;
  path: string;
  flow: Flow;
  readOnly: boolean;
}

const NONE: readonly JsonFault[] = [];

/** Milliseconds of rest after a key before the text is read. */
const REST_MS = 200;

/** Texts that could not be read when their editor was put away, by path of the flow: nothing written is lost. */
const unread = new Map<string, string>();

const OPTIONS: editor.IStandaloneEditorConstructionOptions = {
  editContext: false,
  automaticLayout: true,
  fontSize: 12,
  lineHeight: 18,
  fontLigatures: false,
  tabSize: 2,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  occurrencesHighlight: 'off',
  bracketPairColorization: { enabled: false },
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false, nonBasicASCII: false },
  contextmenu: false,
  links: false,
  fixedOverflowWidgets: true,
  wordBasedSuggestions: 'off',
  quickSuggestions: { other: true, strings: true, comments: false },
  suggest: { showIcons: false, showWords: false },
  renderLineHighlight: 'line',
};

/**
 * The document and its text, each following the other. A text that can be read is drawn, typing in one go being one step
 * for undo; one that cannot stays here with its errors, and the canvas keeps the last one that could. When the drawing
 * changes meanwhile nothing is overwritten: the person says which of the two goes on.
 */
export function JsonEditor({ kit, path, flow, readOnly }: JsonEditorProps) {
  const holder = useRef<HTMLDivElement>(null);
  const made = useRef<editor.IStandaloneCodeEditor | null>(null);
  /** The document that the text stands for; null while the text stands for none. */
  const stands = useRef<Flow | null>(flow);
  /** The last document that the text stood for. */
  const stood = useRef(flow);
  /** What keeps the text from being drawn. */
  const [held, setHeld] = useState<readonly JsonFault[]>(NONE);
  const [apart, setApart] = useState(false);
  const checks = useStudio((state) => state.checks);
  const selected = useStudio((state) => state.presence.selection.nodes[0] ?? null);

  const mark = useCallback(
    (owner: string, faults: readonly JsonFault[]) => {
      const model = made.current?.getModel();
      if (model !== null && model !== undefined)
        kit.editor.setModelMarkers(
          model,
          owner,
          faults.map((fault) => markerOf(kit, model, fault)),
        );
    },
    [kit],
  );
  /** Reads the text, and draws what it says. */
  const take = useCallback(
    (overDrawing = false) => {
      const text = made.current?.getValue() ?? '';
      const present = flowOf(useStudio.getState());
      if (present === null) return;
      const read = readJson(text, KINDS);
      const errors = read.flow === null ? read.faults : NONE;
      mark('document', errors);
      setHeld(errors);
      if (read.flow === null) {
        stands.current = null;
        return;
      }
      if (!overDrawing && present !== stood.current) {
        stands.current = null;
        setApart(true);
        return;
      }
      const next = keepingSame(present, read.flow);
      stands.current = next;
      stood.current = next;
      setApart(false);
      if (next !== present) edit(words().editor.json.did, () => next, 'json');
    },
    [mark],
  );
  /** Shows a document as it is written. */
  const show = useCallback(
    (next: Flow) => {
      const one = made.current;
      if (one === null) return;
      stands.current = next;
      stood.current = next;
      setHeld(NONE);
      setApart(false);
      mark('document', []);
      const text = writeFlow(next);
      if (one.getValue() === text) return;
      const view = one.saveViewState();
      one.setValue(text);
      if (view !== null) one.restoreViewState(view);
    },
    [mark],
  );

  const begin = useRef({ flow, path, readOnly });
  useLayoutEffect(() => {
    const place = holder.current;
    if (place === null) return undefined;
    const first = begin.current;
    const kept = unread.get(first.path);
    unread.delete(first.path);
    const model = kit.editor.createModel(kept ?? writeFlow(first.flow), JSON_LANGUAGE);
    const one = kit.editor.create(place, {
      ...OPTIONS,
      model,
      readOnly: first.readOnly,
      fontFamily: getComputedStyle(place).fontFamily,
      ariaLabel: words().editor.json.label,
    });
    made.current = one;
    let timer: ReturnType<typeof setTimeout> | undefined;
    /** Text of the program itself, which says nothing new. */
    const isNews = (): boolean => stands.current === null || one.getValue() !== writeFlow(stands.current);
    one.onDidChangeModelContent(() => {
      clearTimeout(timer);
      if (isNews()) timer = setTimeout(() => take(), REST_MS);
    });
    one.onDidBlurEditorWidget(() => {
      clearTimeout(timer);
      if (isNews()) take();
      endGesture();
      if (stands.current !== null) show(stands.current);
    });
    if (kept !== undefined) take();
    return () => {
      clearTimeout(timer);
      if (stands.current === null) unread.set(first.path, one.getValue());
      made.current = null;
      one.dispose();
      model.dispose();
    };
  }, [kit, take, show]);

  useEffect(() => {
    if (flow === stands.current) return;
    if (stands.current === null) setApart(true);
    else show(flow);
  }, [flow, show]);

  useEffect(() => {
    const text = made.current?.getValue();
    if (text !== undefined) mark('checks', held === NONE && checks.of === flow ? faultsOf(text, checks.problems) : []);
  }, [checks, flow, held, mark]);

  useEffect(() => {
    const one = made.current;
    if (one === null || selected === null || one.hasWidgetFocus()) return;
    const at = one.getModel()?.getPositionAt(placeOf(one.getValue(), ['nodes', selected]).from);
    if (at !== undefined) one.revealLineNearTop(at.lineNumber);
  }, [selected]);

  return (
    <div className="json">
      <div className="row json-head">
        {apart ? (
          <>
            <span className="tone-bad" role="alert">
              {words().editor.json.apart}
            </span>
            <button type="button" className="plain" onClick={() => show(flow)}>
              {words().editor.json.takeDrawing}
            </button>
            <button type="button" className="plain" disabled={held !== NONE} onClick={() => take(true)}>
              {words().editor.json.takeText}
            </button>
          </>
        ) : held !== NONE ? (
          <span className="tone-bad json-held" role="status">
            {words().editor.json.held(held.length, held[0]?.message ?? '')}
          </span>
        ) : (
          <span className="quiet">{readOnly ? words().editor.json.readOnly : words().editor.json.help}</span>
        )}
      </div>
      <div ref={holder} className="json-text mono nokey" />
    </div>
  );
}

function markerOf(kit: MonacoKit, model: editor.ITextModel, fault: JsonFault): editor.IMarkerData {
  const start = model.getPositionAt(fault.from);
  const end = model.getPositionAt(Math.max(fault.to, fault.from + 1));
  return {
    message: fault.message,
    severity: fault.severity === 'error' ? kit.MarkerSeverity.Error : kit.MarkerSeverity.Warning,
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
  };
}
