import type { FileForm, SheetReading, TableFileOptions } from '../../../engine/dmn/sheet/table-file.ts';
import type { DecisionTable } from '../../../engine/dmn/table.ts';

/** What reads and writes files of spreadsheets, which most sittings do without: it is loaded when it is first used. */
const load = () => import('../../../engine/dmn/sheet/table-file.ts');

export async function readChosenSheet(file: File, options: TableFileOptions): Promise<SheetReading> {
  const { MAX_FILE_BYTES, readTableFile } = await load();
  // A larger file is refused by its first bytes: it need not be held whole.
  const bytes = new Uint8Array(await file.slice(0, MAX_FILE_BYTES + 1).arrayBuffer());
  return readTableFile(bytes, options);
}

/** Writes a table and hands it to the person as a download. Gives what they have to know of the file, and its name. */
export async function giveSheet(
  table: DecisionTable,
  form: FileForm,
  step: string,
): Promise<{ file: string; told: readonly string[] }> {
  const { FORM_FILES, writeTableFile } = await load();
  const { bytes, told } = await writeTableFile(table, form, step);
  const { ending, type } = FORM_FILES[form];
  const file = `${plainName(step)}${ending}`;
  download(file, new Blob([new Uint8Array(bytes)], { type }));
  return { file, told };
}

/** `Route by amount` is `route-by-amount`. */
export function plainName(step: string): string {
  const plain = step
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  return plain === '' ? 'table' : plain;
}

/** Hands a file to the person. */
export function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
