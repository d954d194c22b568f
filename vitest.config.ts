import { defineConfig } from 'vitest/config';

const tests = '**/*.test.{ts,tsx}';
const exclude = ['**/node_modules/**', 'dist/**', 'test/e2e/**', 'test/layers/fixtures/**'];

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['./test/seeded.ts'],
    execArgv: ['--disallow-code-generation-from-strings'],
    testTimeout: 20_000,
    maxWorkers: 2,
    projects: [
      // The window's state lives in modules: each file gets its own.
      { extends: true, test: { name: 'window', include: [`renderer/${tests}`], exclude } },
      // Bringing up a worker for each of these files takes a third of the time of all of them.
      {
        extends: true,
        test: { name: 'house', include: [`{engine,nodes,electron,test}/${tests}`], exclude, isolate: false },
      },
    ],
  },
});
