#!/usr/bin/env -S node --disallow-code-generation-from-strings
// The command's door. It is plain JavaScript because an older Node cannot read the TypeScript behind it, and would
// answer with a riddle (or, once the SQLite binding loads, with a crash) instead of saying what is missing.
const found = process.versions.node;
if (Number(found.split('.')[0]) < 24) {
  process.stderr.write(
    `countersign needs Node 24 or newer, and this is Node ${found}.\n` +
      'On Linux x64 `npm ci` brings the right one: start it with `npx countersign` or `npm run countersign`.\n' +
      'Elsewhere install Node 24 from https://nodejs.org and try again.\n',
  );
  // As every command: 3 says that the environment failed.
  process.exit(3);
}
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
