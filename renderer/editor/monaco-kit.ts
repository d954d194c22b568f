import { editor, KeyCode, languages, MarkerSeverity, Range } from 'monaco-editor/editor';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/parameterHints/register';
import 'monaco-editor/features/placeholderText/register';
// The package registers completion only together with suggestions in grey, which nobody asked for.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/features/wordOperations/register';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { Offer } from '../inspector/offers.ts';
import { registerFeel } from './monaco-feel.ts';
import { registerJson } from './monaco-json.ts';
import { followTheme } from './monaco-theme.ts';

/** What completion and hover of one field know; kept by the uri of its model. */
export interface FieldKnowledge {
  scope: FeelScopeTypes;
  offers: readonly Offer[];
}

export interface MonacoKit {
  editor: typeof editor;
  KeyCode: typeof KeyCode;
  MarkerSeverity: typeof MarkerSeverity;
  Range: typeof Range;
  knowledge: Map<string, FieldKnowledge>;
}

/** Prepares the editor once: its one worker, our languages, our colours. No code of it is evaluated from text. */
export function openKit(): MonacoKit {
  self.MonacoEnvironment = { getWorker: () => new EditorWorker() };
  const knowledge = new Map<string, FieldKnowledge>();
  registerFeel(languages, knowledge);
  registerJson(languages);
  followTheme(editor);
  return { editor, KeyCode, MarkerSeverity, Range, knowledge };
}
