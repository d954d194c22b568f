/** The number of single-letter changes (insert, delete, replace) between two texts: Levenshtein's distance. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Up to `count` of the known words, those most like `word` first; words of equal likeness by alphabet. */
export function nearest(word: string, known: readonly string[], count = 3): string[] {
  // A stranger's word may be long; only its beginning is compared.
  const short = word.slice(0, 60).toLowerCase();
  return known
    .map((candidate) => ({ candidate, distance: editDistance(short, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}
