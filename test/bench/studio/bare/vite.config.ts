import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The bundler asks for a default export.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: { target: 'chrome140', modulePreload: { polyfill: false } },
});
