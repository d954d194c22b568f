/** Where one text stands in another, in time that grows with their lengths and not with their product. */

/** A text this short is looked for by the machine's own search, which may compare all of it at every position. */
const SHORT = 16;

/** The first position of a text in another, or -1. Knuth, Morris and Pratt, “Fast pattern matching in strings” (1977). */
export function positionOf(text: string, wanted: string): number {
  if (wanted.length <= SHORT || wanted.length >= text.length) {
    return wanted.length > text.length ? -1 : text.indexOf(wanted);
  }
  const back = fallbacks(wanted);
  let matched = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && unit !== wanted.charCodeAt(matched)) matched = back[matched - 1] ?? 0;
    if (unit === wanted.charCodeAt(matched)) matched += 1;
    if (matched === wanted.length) return i - matched + 1;
  }
  return -1;
}

/** For each prefix the length of its longest part that it both begins and ends with. */
function fallbacks(wanted: string): Int32Array {
  const back = new Int32Array(wanted.length);
  let matched = 0;
  for (let i = 1; i < wanted.length; i += 1) {
    const unit = wanted.charCodeAt(i);
    while (matched > 0 && unit !== wanted.charCodeAt(matched)) matched = back[matched - 1] ?? 0;
    if (unit === wanted.charCodeAt(matched)) matched += 1;
    back[i] = matched;
  }
  return back;
}
