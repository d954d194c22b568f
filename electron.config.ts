import { defineConfig } from 'vite';

/** The desktop shell's three programs: `vite build --config electron.config.ts --mode main|preload|engine`. */
const programs = {
  main: { entry: 'electron/main.ts', format: 'es', file: 'main.js' },
  // A sandboxed preload cannot be a module.
  preload: { entry: 'electron/preload.ts', format: 'cjs', file: 'preload.cjs' },
  engine: { entry: 'electron/engine-process.ts', format: 'es', file: 'engine.js' },
} as const;

const isProgram = (mode: string): mode is keyof typeof programs => Object.hasOwn(programs, mode);

export default defineConfig(({ mode }) => {
  if (!isProgram(mode)) throw new Error(`--mode is one of: ${Object.keys(programs).join(', ')}`);
  const { entry, format, file } = programs[mode];
  return {
    publicDir: false,
    build: {
      outDir: 'dist/electron',
      emptyOutDir: false,
      target: 'node24',
      ssr: entry,
      minify: false,
      rolldownOptions: { output: { format, entryFileNames: file, codeSplitting: false } },
    },
    // Everything is bundled but what Electron brings and what is native.
    ssr: { noExternal: true, external: ['electron', 'better-sqlite3'] },
  };
});
