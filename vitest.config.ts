import { defineConfig } from 'vitest/config';

const tests = '**/*.test.{ts,tsx}';
/** They put something else in the place of a module, which others in the same worker would meet. */
const alone = ['renderer/tasks/queue.test.tsx', 'renderer/words/words.test.tsx'];
const exclude = ['**/node_modules/**', 'dist/**', 'test/e2e/**', 'test/layers/fixtures/**'];

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['./test/seeded.ts'],
    execArgv: ['--disallow-code-generation-from-strings'],
    testTimeout: 20_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'alone', include: alone, exclude } },
      // Bringing up a worker for each file takes longer than most of them.
      {
        extends: true,
        test: {
          name: 'window',
          include: [`renderer/${tests}`],
          exclude: [...exclude, ...alone],
          isolate: false,
          setupFiles: ['./test/seeded.ts', './renderer/test-kit/fresh-window.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'house', include: [`{engine,nodes,electron,test}/${tests}`], exclude, isolate: false },
      },
    ],
  },
});
