import { parseArgs } from 'node:util';

/** The workspace that the command line names with `--workspace`, or null. What Chromium adds of its own is passed over. */
export function workspaceFrom(argv: readonly string[]): string | null {
  const { values } = parseArgs({
    args: argv.slice(1),
    strict: false,
    allowPositionals: true,
    options: { workspace: { type: 'string' } },
  });
  return typeof values.workspace === 'string' && values.workspace !== '' ? values.workspace : null;
}
