import { openIn, wholeRun } from './testing.ts';

/*
 * A process that writes runs to a journal for as long as it lives, and tells its parent how many: something to look at,
 * copy or kill while it writes. It is given the journal's folder.
 */

const journal = openIn(process.argv[2] ?? '.');
let written = 0;

function write(): void {
  journal.append(Array.from({ length: 5 }, () => wholeRun(`run ${written++}`)).flat());
  process.send?.(written);
  setImmediate(write);
}
write();
