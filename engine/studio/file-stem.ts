/** A file name that means the same everywhere, from what a person calls a thing: its words in small letters. */
export function fileStem(title: string, otherwise: string): string {
  const words =
    title
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const stem = words.join('-').slice(0, 60) || otherwise;
  // Windows keeps these names for devices, whatever follows the dot.
  return /^(con|prn|aux|nul|com\d|lpt\d)$/.test(stem) ? `${otherwise}-${stem}` : stem;
}
