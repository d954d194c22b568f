import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What a runner of tests came to. Each skip says which test and why. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

const countsSchema = z.object({ passed: z.number(), failed: z.number(), skipped: z.array(z.string()) });

const playwrightSpec = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(
    z.object({
      status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
      annotations: z.array(z.object({ type: z.string(), description: z.string().optional() })),
    }),
  ),
});

const playwrightSuite = z.object({
  specs: z.array(playwrightSpec),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});

const playwrightReport = z.object({ suites: z.array(playwrightSuite), errors: z.array(z.unknown()) });

/** Reads what `vitest-counts.ts` wrote. Throws when the file is missing or of another shape. */
export function readVitestCounts(path: string): Counts {
  return countsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Reads the JSON report of Playwright. A test that passed only on a second try counts as failed. */
export function readPlaywrightCounts(path: string): Counts {
  const report = playwrightReport.parse(JSON.parse(readFileSync(path, 'utf8')));
  const tests = report.suites.flatMap(specsOf).flatMap((spec) => spec.tests.map((one) => ({ spec, ...one })));
  const skipped = tests.filter((one) => one.status === 'skipped');
  const passed = tests.filter((one) => one.status === 'expected').length;
  return {
    passed,
    failed: tests.length - passed - skipped.length + report.errors.length,
    skipped: skipped.map((one) => {
      const reason = one.annotations.find((note) => note.type === 'skip')?.description;
      return `${one.spec.file} > ${one.spec.title}: ${reason ?? 'no reason given'}`;
    }),
  };
}

function specsOf(suite: z.infer<typeof playwrightSuite>): z.infer<typeof playwrightSpec>[] {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
}
