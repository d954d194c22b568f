/**
 * Makes the pictures of the documentation, `docs/pictures/*.png`, from the studio as it runs on a copy of the sample
 * workspace, or on an empty one. Names of pictures after the folder, if any, are the only ones to be made.
 */
import { chromium } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import buildStudio from '../e2e/build-studio.ts';
import { ensureChromium } from '../chromium.ts';
import { CANVAS_SCENES } from './canvas-scenes.ts';
import { PAGE_SCENES } from './page-scenes.ts';
import { PROOF_SCENES } from './proof-scenes.ts';
import { picture } from './studio.ts';

const [out = join(import.meta.dirname, '..', '..', 'docs', 'pictures'), ...only] = process.argv.slice(2);

async function main(): Promise<void> {
  mkdirSync(out, { recursive: true });
  await buildStudio();
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-quic'],
  });
  try {
    for (const scene of [...CANVAS_SCENES, ...PROOF_SCENES, ...PAGE_SCENES])
      if (only.length === 0 || only.includes(scene.name)) {
        // One window at a time: this machine is slow enough. One that fails does not keep the others from being made.
        // oxlint-disable-next-line no-await-in-loop
        await picture(browser, out, scene).catch((cause: unknown) => {
          process.exitCode = 1;
          process.stderr.write(`${scene.name}: ${String(cause)}\n`);
        });
      }
  } finally {
    await browser.close();
  }
}

await main();
