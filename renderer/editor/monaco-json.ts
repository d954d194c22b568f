import type { languages as Languages } from 'monaco-editor/editor';
import { keysAt, placeOf, standingAt, type JsonPath } from './json-places.ts';
import { helpAt, keysFor, schemasAt, valuesFor } from './json-schema.ts';

export const JSON_LANGUAGE = 'json';

/** How JSON is drawn and folded. What is right or wrong about it is said by the one reader of documents, not here. */
export function registerJson(languages: typeof Languages): void {
  languages.register({ id: JSON_LANGUAGE });
  languages.setLanguageConfiguration(JSON_LANGUAGE, {
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    autoClosingPairs: ['{}', '[]', '""'].map(([open = '', close = '']) => ({ open, close, notIn: ['string'] })),
    onEnterRules: [
      {
        beforeText: /[{[]\s*$/,
        afterText: /^\s*[}\]]/,
        action: { indentAction: languages.IndentAction.IndentOutdent },
      },
      { beforeText: /[{[]\s*$/, action: { indentAction: languages.IndentAction.Indent } },
    ],
  });
  languages.setMonarchTokensProvider(JSON_LANGUAGE, {
    tokenizer: {
      root: [
        [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'json-key'],
        [/"(?:[^"\\]|\\.)*"?/, 'feel-text'],
        [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'feel-number'],
        [/\b(?:true|false|null)\b/, 'feel-keyword'],
        [/[{}[\],:\s]+/, ''],
      ],
    },
  });
  languages.registerCompletionItemProvider(JSON_LANGUAGE, {
    triggerCharacters: ['"', ':'],
    provideCompletionItems: (model, at) => {
      const text = model.getValue();
      const { path, due, open } = standingAt(text, model.getOffsetAt(at));
      const offers =
        due === 'key'
          ? keysFor(schemasAt(path.slice(0, -1), kindsOf(text)), keysAt(text, path.slice(0, -1)))
          : due === 'value'
            ? valuesFor(schemasAt(path, kindsOf(text)))
            : [];
      const isClosed = text[model.getOffsetAt(at)] === '"';
      const range = {
        startLineNumber: at.lineNumber,
        endLineNumber: at.lineNumber,
        startColumn: at.column - (open === null ? 0 : open.text.length + 1),
        endColumn: at.column + (open !== null && isClosed ? 1 : 0),
      };
      return {
        suggestions: offers.map(({ text: offered, help }) => ({
          label: offered.replaceAll('"', ''),
          documentation: help,
          kind: due === 'key' ? languages.CompletionItemKind.Property : languages.CompletionItemKind.Value,
          insertText: due === 'key' ? `${offered}: ` : offered,
          filterText: open === null ? offered.replaceAll('"', '') : offered,
          range,
        })),
      };
    },
  });
  languages.registerHoverProvider(JSON_LANGUAGE, {
    provideHover: (model, at) => {
      const text = model.getValue();
      const { path } = standingAt(text, endOfWord(text, model.getOffsetAt(at)));
      const help = helpAt(schemasAt(path, kindsOf(text)));
      return help === null ? null : { contents: [{ value: help }] };
    },
  });
}

/** The kind of a node, read off the text as far as that is written. */
const kindsOf =
  (text: string) =>
  (node: string): string | null => {
    const path: JsonPath = ['nodes', node, 'kind'];
    const { from, to } = placeOf(text, path);
    const found = /^"([a-z-]+)"$/.exec(text.slice(from, to))?.[1];
    return found ?? null;
  };

/** Behind the text, number or word that an offset stands in. */
function endOfWord(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !/["\s,:{}[\]]/.test(text.charAt(at))) at++;
  return text[at] === '"' ? at + 1 : at;
}
