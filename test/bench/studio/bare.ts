import type { BrowserContext } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { extname, join } from 'node:path';

/** The reference: React Flow's own nodes and wires on a page of their own, with the version that the studio has. */

const PROJECT = join(import.meta.dirname, '..', '..', '..');
const ADDRESS = 'http://bare.invalid';

/** Builds the page, for production as the studio is, into a folder. */
export function buildBare(folder: string): void {
  const vite = join(PROJECT, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = join(import.meta.dirname, 'bare', 'vite.config.ts');
  const args = ['build', '--config', config, '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
  execFileSync(process.execPath, [vite, ...args], { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Serves what was built to the windows of a browser; no port is needed. */
export async function serveBare(context: BrowserContext, folder: string): Promise<void> {
  await context.route(`${ADDRESS}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const path = pathname === '/' ? '/index.html' : pathname;
    if (extname(path) === '.ico') await route.fulfill({ status: 404 });
    else await route.fulfill({ path: join(folder, path) });
  });
}

/** Where the page with so many nodes is; `zoom` null shows all of them. */
export function bareAddress(nodes: number, wires: number, zoom: number | null): string {
  const asked = new URLSearchParams({ nodes: `${nodes}`, wires: `${wires}` });
  if (zoom !== null) asked.set('zoom', `${zoom}`);
  return `${ADDRESS}/?${asked.toString()}`;
}
