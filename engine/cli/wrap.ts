/** Columns that the prose of a command keeps to. */
export const COLUMNS = 100;

// oxlint-disable-next-line no-control-regex -- what came from elsewhere must not steer the terminal
const STEERING = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g;

/**
 * A text as lines that fit {@link COLUMNS}: broken at spaces, and within a word only where it is longer than a line.
 * Nothing of it is left out but what would steer a terminal.
 */
export function wrapped(text: string, first: string, rest: string = first): string[] {
  const lines: string[] = [];
  let line = first;
  let filled = false;
  const put = (): void => {
    lines.push(line.trimEnd());
    line = rest;
    filled = false;
  };
  for (const word of text.replaceAll(STEERING, ' ').split(/(?<= )/)) {
    let left = word;
    if (filled && line.length + left.trimEnd().length > COLUMNS) put();
    while (line.length + left.trimEnd().length > COLUMNS) {
      const room = COLUMNS - line.length;
      line += left.slice(0, room);
      left = left.slice(room);
      put();
    }
    line += left;
    filled = filled || left.trim() !== '';
  }
  if (filled || lines.length === 0) put();
  return lines;
}
