import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{engine,nodes,renderer,electron,test}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'dist/**', 'test/e2e/**', 'test/layers/fixtures/**'],
    environment: 'node',
    setupFiles: ['./test/seeded.ts'],
    execArgv: ['--disallow-code-generation-from-strings'],
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
