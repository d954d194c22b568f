import { builtInNames } from '../../engine/feel/builtins/index.ts';

/** What a piece of a formula is drawn as. Names, operators and brackets are drawn plainly. */
export type TokenKind = 'text' | 'number' | 'time' | 'keyword' | 'function' | 'comment' | 'plain';

export interface Token {
  from: number;
  to: number;
  kind: TokenKind;
}

const KEYWORDS =
  'if|then|else|for|in|return|some|every|satisfies|and|or|between|instance of|function|external|true|false|null';
const FUNCTIONS = [...builtInNames]
  .sort((a, b) => b.length - a.length)
  .map((name) => name.replaceAll(' ', String.raw`\s+`));

/** One piece after another, from wherever the last ended. Every alternative takes at least one character. */
const PIECE = new RegExp(
  [
    String.raw`(?<comment>\/\/.*|\/\*[^]*?(?:\*\/|$))`,
    String.raw`(?<time>@"(?:[^"\\]|\\.)*"?)`,
    String.raw`(?<text>"(?:[^"\\]|\\.)*"?)`,
    String.raw`(?<number>(?<![\p{L}\p{N}_])(?:\d+(?:\.\d+)?|\.\d+))`,
    String.raw`(?<function>(?<![\p{L}\p{N}_.])(?:${FUNCTIONS.join('|')})(?=\s*\())`,
    String.raw`(?<keyword>(?<![\p{L}\p{N}_.])(?:${KEYWORDS})(?![\p{L}\p{N}_]))`,
    String.raw`(?<plain>[\p{L}_][\p{L}\p{N}_]*|\s+|[^])`,
  ].join('|'),
  'uy',
);

const isKind = (name: string): name is TokenKind => name !== '';

/** A formula in pieces that cover all of it; neighbours of one kind are one piece. A text of any size takes linear time. */
export function feelTokens(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(source);
    const to = at + (match?.[0].length ?? 1);
    const found = Object.entries(match?.groups ?? {}).find(([, text]) => text !== undefined)?.[0] ?? 'plain';
    const kind = isKind(found) ? found : 'plain';
    const last = tokens.at(-1);
    if (last?.kind === kind) last.to = to;
    else tokens.push({ from: at, to, kind });
    at = to;
  }
  return tokens;
}

/** The pieces of each line, as an editor asks for them; a comment may begin on a line above. */
export function tokensOfLine(line: string, inComment: boolean): { tokens: Token[]; inComment: boolean } {
  const open = inComment ? '/*' : '';
  const tokens = feelTokens(open + line)
    .map(({ from, to, kind }) => ({ from: Math.max(0, from - open.length), to: to - open.length, kind }))
    .filter(({ from, to }) => to > from);
  const last = tokens.at(-1);
  const text = last === undefined ? '' : (open + line).slice(last.from === 0 ? 0 : last.from + open.length);
  const stays = last?.kind === 'comment' && text.startsWith('/*') && !/^\/\*[^]*\*\/$/.test(text);
  return { tokens, inComment: line === '' ? inComment : stays };
}
