import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from '../../engine/flow/zod.ts';

const VERIFIER = fileURLToPath(new URL('../../verifier/countersign-verify.mjs', import.meta.url));

/** What the separate verifier says of a file, run as an auditor runs it. */
export function verifierSays(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [VERIFIER, ...args], { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

const reportSchema = z.object({ exitCode: z.int(), problems: z.array(z.string()), rests: z.array(z.string()) });
const moduleSchema = z.object({
  verifyEvidence: z.function({ input: [z.string(), z.unknown()], output: z.unknown() }),
});

export interface Verdict {
  exitCode: number;
  problems: string[];
  rests: string[];
}

/** The verifier within this process, for many files. */
export async function loadVerifier(): Promise<(text: string, options: object) => Verdict> {
  const loaded: unknown = await import(VERIFIER);
  const { verifyEvidence } = moduleSchema.parse(loaded);
  return (text, options) => {
    const report: unknown = verifyEvidence(text, options);
    return reportSchema.parse(report);
  };
}
