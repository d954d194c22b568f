import type { languages as Languages, editor } from 'monaco-editor/editor';
import { suggestionsFor, toldAt } from './feel-assist.ts';
import { tokensOfLine } from './feel-tokens.ts';
import type { FieldKnowledge } from './monaco-kit.ts';

export const FEEL = 'feel';

/** The line before ended within a comment, or did not. */
class LineState implements Languages.IState {
  readonly inComment: boolean;
  constructor(inComment: boolean) {
    this.inComment = inComment;
  }
  clone(): LineState {
    return new LineState(this.inComment);
  }
  equals(other: Languages.IState): boolean {
    return other instanceof LineState && other.inComment === this.inComment;
  }
}

/** Teaches the editor formulas: how they are drawn, what may be written next, what a name is. */
export function registerFeel(languages: typeof Languages, knowledge: ReadonlyMap<string, FieldKnowledge>): void {
  languages.register({ id: FEEL });
  languages.setLanguageConfiguration(FEEL, {
    brackets: [
      ['(', ')'],
      ['[', ']'],
      ['{', '}'],
    ],
    autoClosingPairs: ['()', '[]', '{}', '""'].map(([open = '', close = '']) => ({ open, close, notIn: ['string'] })),
    comments: { lineComment: '//', blockComment: ['/*', '*/'] },
  });
  languages.setTokensProvider(FEEL, {
    getInitialState: () => new LineState(false),
    tokenize: (line, state) => {
      const { tokens, inComment } = tokensOfLine(line, state instanceof LineState && state.inComment);
      return {
        tokens: tokens.map(({ from, kind }) => ({ startIndex: from, scopes: kind === 'plain' ? '' : `feel-${kind}` })),
        endState: new LineState(inComment),
      };
    },
  });
  const known = (model: editor.ITextModel) => knowledge.get(model.uri.toString());
  languages.registerCompletionItemProvider(FEEL, {
    triggerCharacters: ['.'],
    provideCompletionItems: (model, at, { triggerKind }) => {
      const field = known(model);
      if (field === undefined) return { suggestions: [] };
      const before = model.getValue().slice(0, model.getOffsetAt(at));
      const asked = triggerKind === languages.CompletionTriggerKind.Invoke && !/[\p{L}\p{N}_]$/u.test(before);
      return {
        suggestions: suggestionsFor(before, field.offers, asked).map((one, i) => ({
          label: { label: one.text, description: one.kind === 'name' ? one.detail : '' },
          ...(one.kind === 'name' ? {} : { detail: one.detail, documentation: one.help }),
          kind: one.kind === 'name' ? languages.CompletionItemKind.Variable : languages.CompletionItemKind.Function,
          insertText: one.kind === 'name' ? one.text : `${one.text}($0)`,
          ...(one.kind === 'name'
            ? {}
            : {
                insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet,
                command: { id: 'editor.action.triggerParameterHints', title: '' },
              }),
          filterText: one.text,
          sortText: String(i).padStart(4, '0'),
          range: {
            startLineNumber: at.lineNumber,
            endLineNumber: at.lineNumber,
            startColumn: Math.max(1, at.column - one.replaces),
            endColumn: at.column,
          },
        })),
      };
    },
  });
  languages.registerHoverProvider(FEEL, {
    provideHover: (model, at) => {
      const field = known(model);
      const told = field === undefined ? null : toldAt(model.getValue(), model.getOffsetAt(at), field.scope);
      if (told === null) return null;
      const [from, to] = [model.getPositionAt(told.from), model.getPositionAt(told.to)];
      return {
        range: {
          startLineNumber: from.lineNumber,
          startColumn: from.column,
          endLineNumber: to.lineNumber,
          endColumn: to.column,
        },
        contents: [
          { value: `\`\`\`${FEEL}\n${told.title}\n\`\`\`` },
          ...(told.help === '' ? [] : [{ value: told.help }]),
        ],
      };
    },
  });
}
