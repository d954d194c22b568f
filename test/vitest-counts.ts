import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { Counts } from './counts.ts';

/** Writes what the unit tests came to, with the reason of each skip, to the file that `COUNTS_FILE` names. */
export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const path = process.env['COUNTS_FILE'];
    if (path === undefined) throw new Error('COUNTS_FILE is not set; test/run.ts sets it');
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: string[] = [];
    for (const module of modules) {
      // A file that does not load, or whose hooks throw, has no failing test of its own, and has failed all the same.
      if (!module.ok() && [...module.children.allTests('failed')].length === 0) failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failed += 1;
        else skipped.push(`${module.relativeModuleId} > ${test.fullName}: ${noteOf(result)}`);
      }
    }
    const counts: Counts = { passed, failed, skipped };
    writeFileSync(path, JSON.stringify(counts));
  }
}

function noteOf(result: { readonly state: string; readonly note?: string | undefined }): string {
  return result.note ?? 'no reason given';
}

// vitest takes a reporter from a file by its default export.
// oxlint-disable-next-line import/no-default-export
export default CountsReporter;
