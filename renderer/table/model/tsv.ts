/**
 * Cells as text parted by tabs and line breaks, as spreadsheets leave it on the clipboard. Excel and Google Sheets put a
 * cell in double quotes, with its own quotes doubled, when it holds a tab or a line break; Excel leaves a cell bare that
 * holds quotes only. FEEL's texts are such cells, so quotes are taken off only where they were needed.
 */

const NEEDS_QUOTES = /["\t\r\n]/;

/** One line for each row, parted by CRLF. Every reader takes a quoted cell for what stands in it. */
export function writeTsv(cells: readonly (readonly string[])[]): string {
  const lines = cells.map((row) =>
    row.map((text) => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join('\t'),
  );
  // A last line that is empty is a row only with a break of its own.
  return lines.join('\r\n') + (lines.at(-1) === '' ? '\r\n' : '');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The same as an HTML table, marked as text: spreadsheets take it first, and then make no date of `1-2`. */
export function writeHtml(cells: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const safe = text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? one);
    return `<td style="mso-number-format:'\\@';white-space:pre-wrap">${safe.replaceAll('\n', '<br>')}</td>`;
  };
  return `<table>${cells.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</table>`;
}

/** The cells of a text; all rows as long as the longest. Line breaks within a cell become `\n`. */
export function readTsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let place = 0;
  for (;;) {
    const quoted = quotedCell(text, place);
    const end = quoted?.end ?? bareEnd(text, place);
    rows.at(-1)?.push(quoted?.text ?? text.slice(place, end));
    if (end >= text.length) break;
    place = end + (text.startsWith('\r\n', end) ? 2 : 1);
    if (text[end] === '\t') continue;
    // The break after the last row begins none.
    if (place >= text.length) break;
    rows.push([]);
  }
  const width = Math.max(...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...Array.from({ length: width - row.length }, () => '')]);
}

const isEnd = (text: string, place: number): boolean => place >= text.length || '\t\r\n'.includes(text.charAt(place));

function bareEnd(text: string, place: number): number {
  let end = place;
  while (!isEnd(text, end)) end++;
  return end;
}

/** The cell in quotes that begins here; null when none does, or when its quotes were not needed and so are its own. */
function quotedCell(text: string, place: number): { text: string; end: number } | null {
  if (text[place] !== '"') return null;
  let end = place + 1;
  for (;;) {
    const quote = text.indexOf('"', end);
    if (quote < 0) return null;
    if (text[quote + 1] === '"') {
      end = quote + 2;
      continue;
    }
    if (!isEnd(text, quote + 1)) return null;
    const inside = text.slice(place + 1, quote).replaceAll('""', '"');
    return NEEDS_QUOTES.test(inside) ? { text: inside.replaceAll(/\r\n?/g, '\n'), end: quote + 1 } : null;
  }
}
