import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFlow } from '../flow/read.ts';
import { writeFileAtomic } from '../manifest/atomic.ts';
import { refusal } from '../manifest/testing/manifest-kit.ts';
import { NO_FILE } from './flow-files.ts';
import type { StudioService } from './service.ts';
import { asking } from './testing/asking.ts';
import { FLOW, openStudio, refundFlow } from './testing/tiny-workspace.ts';

let root: string;
let studio: StudioService;
let close: () => Promise<void>;
const { codeOf } = asking(() => studio);
beforeEach(() => ({ root, studio, close } = openStudio()));
afterEach(() => close());

const text = writeFlow(refundFlow());
/** Few letters, and more bytes than a disk takes. */
const LONG = '深'.repeat(150);

test('names that the disk does not take are refused in words, and nothing is left of them', async () => {
  const scenario = `tests/refunds/${LONG}.scenario.json`;
  const path = `flows/${LONG}.flow.json`;
  expect(await codeOf('saveFlow', { path, text, base: NO_FILE })).toBe('REQUEST_REFUSED');
  expect(await codeOf('openFlow', { path })).toBe('REQUEST_REFUSED');
  expect(await codeOf('openScenario', { path: FLOW, text, scenario })).toBe('REQUEST_REFUSED');
  expect(readdirSync(join(root, 'flows'))).toEqual(['refunds.flow.json']);
  const fails = (file: string): string => refusal(() => writeFileAtomic(file, 'x')).code;
  expect(fails(join(root, 'x'.repeat(300)))).toBe('ENVIRONMENT');
  expect(fails(join(root, 'countersign.json', 'x'))).toBe('ENVIRONMENT');
});

test('the longest name that the disk takes is written', async () => {
  const longest = `${'深'.repeat(81)}xx`;
  const path = `flows/${longest}.flow.json`;
  expect(new TextEncoder().encode(`${longest}.flow.json`)).toHaveLength(255);
  expect(await codeOf('saveFlow', { path, text, base: NO_FILE })).toBe('none');
  expect(await codeOf('openFlow', { path })).toBe('none');
});

test.each(['../x', 'con', 'CON.', ' ', '…', 'x'.repeat(120), '深', '__proto__', 'constructor'])(
  'a case called “%s” gets a file name that means the same everywhere, in the folder of its flow',
  async (name) => {
    const scenario = { format: 'countersign.scenario', version: 1, name, input: {}, expect: {} } as const;
    const { path } = await studio.call('saveScenario', { path: FLOW, text, scenario, file: null });
    expect(path).toMatch(/^tests\/refunds\/(?!(con|nul)\.)[a-z0-9-]{1,80}\.scenario\.json$/);
    expect((await studio.call('workspace', {})).flows[0]?.scenarios).toContainEqual({ path, name });
  },
);
