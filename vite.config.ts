import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'renderer',
  // Relative, because the app is served from a loopback address and from the desktop shell's own scheme alike.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    // Nothing inlined: the content security policy allows scripts and fonts from our own address only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
