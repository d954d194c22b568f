import { join } from 'node:path';
import { build, isStale, RENDERER } from '../../engine/studio/build.ts';

/** Builds the renderer once before any test opens it, so that tests that run side by side do not each build it. */
// The test runner asks for a default export.
// oxlint-disable-next-line import/no-default-export
export default async function buildStudio(): Promise<void> {
  const project = join(import.meta.dirname, '..', '..');
  if (isStale(project, RENDERER)) await build(project, RENDERER);
}
