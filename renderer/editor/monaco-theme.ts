import type { editor as Editor } from 'monaco-editor/editor';

/** The colours of the editor are those of the page; the tokens that give them are the ones of tokens.css. */
const TOKENS: Readonly<Record<string, string>> = {
  '': '--ink',
  'feel-text': '--green',
  'feel-number': '--accent',
  'feel-time': '--teal',
  'feel-keyword': '--violet',
  'feel-function': '--plum',
  'feel-comment': '--ink-3',
  'json-key': '--accent',
};

const COLOURS: Readonly<Record<string, string>> = {
  'editor.background': '--raised',
  'editor.foreground': '--ink',
  'editorCursor.foreground': '--ink',
  'editor.selectionBackground': '--accent-soft',
  'editor.inactiveSelectionBackground': '--accent-soft',
  'editorLineNumber.foreground': '--ink-3',
  'editorLineNumber.activeForeground': '--ink',
  'editor.lineHighlightBackground': '--sunken',
  'editorBracketMatch.background': '--accent-soft',
  'editorBracketMatch.border': '--accent-line',
  'editorError.foreground': '--red-line',
  'editorWarning.foreground': '--amber-line',
  'editorWidget.background': '--raised',
  'editorWidget.foreground': '--ink',
  'editorWidget.border': '--line',
  'editorSuggestWidget.background': '--raised',
  'editorSuggestWidget.foreground': '--ink',
  'editorSuggestWidget.border': '--line',
  'editorSuggestWidget.selectedBackground': '--accent-soft',
  'editorSuggestWidget.selectedForeground': '--ink',
  'editorSuggestWidget.highlightForeground': '--accent',
  'editorSuggestWidget.focusHighlightForeground': '--accent',
  'editorHoverWidget.background': '--raised',
  'editorHoverWidget.foreground': '--ink',
  'editorHoverWidget.border': '--line',
  'input.background': '--raised',
  'input.foreground': '--ink',
  'input.border': '--line-strong',
  'editorBracketHighlight.foreground1': '--ink',
  'editorBracketHighlight.foreground2': '--ink',
  'editorBracketHighlight.foreground3': '--ink',
  'editorBracketHighlight.foreground4': '--ink',
  'editorBracketHighlight.foreground5': '--ink',
  'editorBracketHighlight.foreground6': '--ink',
  focusBorder: '--accent',
  descriptionForeground: '--ink-2',
};

const NAME = 'countersign';

/** The build shortens `#ffffff` to `#fff`, which the editor does not take. */
const inSixDigits = (hex: string): string => (/^#[0-9a-f]{3}$/i.test(hex) ? hex.replaceAll(/[0-9a-f]/gi, '$&$&') : hex);

/** Draws the editor in the page's colours, and again whenever the page changes them. */
export function followTheme(editor: typeof Editor): void {
  const paint = (): void => {
    const page = document.documentElement;
    const styles = getComputedStyle(page);
    const colour = (token: string): string => inSixDigits(styles.getPropertyValue(token).trim());
    editor.defineTheme(NAME, {
      base: page.dataset['mantineColorScheme'] === 'dark' ? 'vs-dark' : 'vs',
      inherit: false,
      rules: Object.entries(TOKENS).map(([token, name]) => ({ token, foreground: colour(name).replace('#', '') })),
      colors: Object.fromEntries(Object.entries(COLOURS).map(([key, name]) => [key, colour(name)])),
    });
    editor.setTheme(NAME);
  };
  paint();
  new MutationObserver(paint).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-mantine-color-scheme', 'data-high-contrast'],
  });
}
