import { decodeDmn } from '../../../engine/dmn/exchange/bytes.ts';
import { importDmn, type ModelDescription } from '../../../engine/dmn/exchange/import-dmn.ts';
import { readModel, type ModelProblem } from '../../../engine/dmn/read-model.ts';
import { tooLarge, type DmnSource } from '../../../nodes/rule/config.ts';
import { words } from '../../words/index.ts';

/** A DMN file that a person chose, with the files that it imports. */
export type ChosenDmn =
  | {
      readonly ok: true;
      readonly file: string;
      readonly source: DmnSource;
      readonly model: ModelDescription;
      readonly problems: readonly ModelProblem[];
    }
  | { readonly ok: false; readonly file: string; readonly message: string; readonly hint: string };

/**
 * What is in files that were chosen together. One of them is the model that is meant: the one that no other imports; the
 * others are its imports.
 */
export function readChosen(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): ChosenDmn {
  const texts: {
    name: string;
    text: string;
    encoding: DmnSource['encoding'];
    imports: readonly string[];
    namespace: string;
  }[] = [];
  for (const { name, bytes } of files) {
    const decoded = decodeDmn(bytes);
    if (!decoded.ok) return refused(name, decoded.problem);
    const large = tooLarge({ ...decoded, imports: [] });
    if (large !== null) return refused(name, large);
    const reading = readModel(decoded.text);
    if (!reading.ok) return refused(name, reading.problem);
    const { imports, namespace } = reading.model;
    texts.push({ name, ...decoded, imports: imports.map((one) => one.namespace), namespace });
  }
  const main = texts.find(({ namespace }) => texts.every(({ imports }) => !imports.includes(namespace))) ?? texts[0];
  if (main === undefined) return { ok: false, file: '', ...words().dmn.noFile };
  const source: DmnSource = {
    text: main.text,
    encoding: main.encoding,
    imports: texts.filter((one) => one !== main).map(({ text }) => text),
  };
  const read = importDmn(source.text, source.imports);
  if (!read.ok) return refused(main.name, read.problems[0]);
  return { ok: true, file: main.name, source, model: read.model, problems: read.problems };
}

const refused = (file: string, problem: ModelProblem | undefined): ChosenDmn => ({
  ok: false,
  file,
  message: problem?.message ?? words().dmn.noDmn.message,
  hint: problem?.hint ?? words().dmn.noDmn.hint,
});
