/** `"a, b", "c"` as its parts: commas within quotes do not part. */
export function splitValues(text: string): string[] {
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
