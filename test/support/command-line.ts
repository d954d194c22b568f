import { main } from '../../engine/cli/main.ts';
import { errorShapeSchema } from '../../engine/flow/error-schema.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import { z } from '../../engine/flow/zod.ts';

/** What a command line came to. */
export interface Told {
  code: number;
  out: string;
  err: string;
}

const refusalSchema = z.strictObject({ error: errorShapeSchema });

/** Runs a command line in this process. */
export async function countersign(...argv: readonly string[]): Promise<Told> {
  let [out, err] = ['', ''];
  const io = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    isTerminal: false,
    nowMs: () => Date.now(),
  };
  const code = await main(argv, { io, exit: { code: 0 } });
  return { code, out, err };
}

/** The one JSON document on standard output of a command that was run with `--json` and answered. */
export async function answerOf<T>(schema: z.ZodType<T>, ...argv: readonly string[]): Promise<T & { code: number }> {
  const told = await countersign(...argv, '--json');
  if (told.err !== '') throw new Error(told.err);
  return { ...schema.parse(JSON.parse(told.out)), code: told.code };
}

/** Runs a command that must hold, and gives what it says to people. */
export async function holds(...argv: readonly string[]): Promise<string> {
  const told = await countersign(...argv);
  if (told.code !== 0) throw new Error(`${argv.join(' ')} ended with ${told.code}: ${told.out}${told.err}`);
  return told.out;
}

/** The one error, in the one shape, of a command that was run with `--json` and refused; nothing else was said. */
export async function refusalOf(...argv: readonly string[]): Promise<ErrorShape & { exit: number }> {
  const told = await countersign(...argv, '--json');
  if (told.out !== '') throw new Error(`a refusal says nothing on standard output, and this said: ${told.out}`);
  return { ...refusalSchema.parse(JSON.parse(told.err)).error, exit: told.code };
}
