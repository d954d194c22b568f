// The studio's door. It is plain JavaScript because an older Node cannot read the TypeScript behind it, and would
// answer with a riddle (or, once the SQLite binding loads, with a crash) instead of saying what is missing.
const found = process.versions.node;
if (Number(found.split('.')[0]) < 24) {
  process.stderr.write(
    `The studio needs Node 24 or newer, and this is Node ${found}.\n` +
      'On Linux x64 `npm ci` brings the right one: start the studio with `npm start`.\n' +
      'Elsewhere install Node 24 from https://nodejs.org and try again.\n',
  );
  process.exit(3);
}
const { main } = await import('./start.ts');
process.exitCode = await main(process.argv.slice(2));
