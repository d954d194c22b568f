import { chromium, type Browser, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFlow } from '../../../engine/flow/read.ts';
import { ensureChromium } from '../../chromium.ts';
import { build, isStale, RENDERER } from '../../../engine/studio/build.ts';
import { compare, rowSchema, type Row } from '../row.ts';
import { bareAddress, buildBare, serveBare } from './bare.ts';
import { timeToSee, typing, type Seen } from './edits.ts';
import { heavyFlow, stressFlow } from './flows.ts';
import { dragRound, framesOf, pause, share, type Frames } from './frames.ts';
import { GESTURE_MS, KEYS, NEAR, WINDOW } from './measures.ts';
import { memoryOf, type Memory } from './memory.ts';
import { openStudio, placeOn, showAll, untilChecked } from './window.ts';

/* oxlint-disable no-await-in-loop -- one after the other, or they would disturb each other */

const PROJECT = join(import.meta.dirname, '..', '..', '..');
const RADIUS = 150;
/** The round that is not counted is short. */
const WARM_MS = 500;
const WARM_KEYS = 4;
const WEIGHTS = [
  { name: '1 MB', nodes: 200, bytes: 1_000_000 },
  { name: '6.5 MB', nodes: 1000, bytes: 6_500_000 },
];
const WORKED_ON = 200;

export interface StudioRun {
  sizes: readonly number[];
  /** How long memory is watched. */
  minutes: number;
  rounds: number;
  /** Whether opening is measured. */
  opening: boolean;
}

export async function runStudio(
  progress: (line: string) => void,
  { sizes, minutes, rounds, opening }: StudioRun,
): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const browser = await launch();
  try {
    progress('building');
    if (isStale(PROJECT, RENDERER)) await build(PROJECT, RENDERER);
    buildBare(folder);
    const rows: Row[] = [];
    for (const size of sizes) rows.push(...(await measureSize({ browser, folder, size, rounds, progress })));
    for (const weight of opening ? WEIGHTS : [])
      rows.push(await measureOpening({ browser, rounds, progress, ...weight }));
    if (minutes > 0) rows.push(...(await measureMemory(browser, minutes, progress)));
    return rows;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: ensureChromium((line) => process.stderr.write(`${line}\n`)),
    // Chromium's own sandbox does not start for root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
    ],
  });

interface Measuring {
  browser: Browser;
  rounds: number;
  progress: (line: string) => void;
}

const GESTURES = ['panning near', 'dragging near', 'panning all', 'dragging all'] as const;
type Gesture = (typeof GESTURES)[number];
type Taken = Record<Gesture, Frames[]>;
const nothingTaken = (): Taken => ({ 'panning near': [], 'dragging near': [], 'panning all': [], 'dragging all': [] });

async function measureSize({ browser, folder, size, rounds, progress }: Measuring & { folder: string; size: number }) {
  const stress = stressFlow(size);
  const studio = await openStudio(browser, { first: stressFlow(20), stress });
  const context = await browser.newContext({ viewport: WINDOW, reducedMotion: 'reduce' });
  await serveBare(context, folder);
  const bare = await context.newPage();
  const [ours, theirs] = [nothingTaken(), nothingTaken()];
  const typed: Frames[] = [];
  const seen: Seen[] = [];
  try {
    await studio.openFlow();
    await untilChecked(studio.page);
    for (let round = 0; round <= rounds; round++) {
      progress(`${size} nodes: ${round === 0 ? 'warming up' : `round ${round}`}`);
      const showBare = (zoom: number | null): Promise<unknown> =>
        bare.goto(bareAddress(size, Object.keys(stress.edges).length, zoom));
      await studio.closeFlow();
      await studio.openFlow();
      await untilChecked(studio.page);
      await showBare(NEAR);
      const ms = round === 0 ? WARM_MS : GESTURE_MS;
      const near = [await gestures(studio.page, ms), await gestures(bare, ms)] as const;
      // A card seen from afar has no text.
      await studio.page.bringToFront();
      const text = await typing(studio.page, ms);
      const edits = await timeToSee(studio.page, round === 0 ? WARM_KEYS : KEYS);
      await showAll(studio.page);
      await showBare(null);
      const all = [await gestures(studio.page, ms), await gestures(bare, ms)] as const;
      await studio.page.bringToFront();
      await saveAway(studio.page);
      if (round === 0) continue;
      for (const [taken, which] of [
        [ours, 0],
        [theirs, 1],
      ] as const) {
        taken['panning near'].push(near[which].panning);
        taken['dragging near'].push(near[which].dragging);
        taken['panning all'].push(all[which].panning);
        taken['dragging all'].push(all[which].dragging);
      }
      typed.push(text);
      seen.push(edits);
    }
  } finally {
    await context.close();
    await studio.end();
  }
  return [
    ...GESTURES.flatMap((name) => frameRows(`${name}, ${size} nodes`, ours[name], theirs[name])),
    ...frameRows(`typing, ${size} nodes`, typed),
    ...seenRows(size, seen),
  ];
}

/** Takes all edits back, so that the flow closes without a question. */
async function saveAway(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  await page.locator('.tab.shown .draft-dot').waitFor({ state: 'detached' });
}

async function gestures(page: Page, durationMs: number): Promise<{ panning: Frames; dragging: Frames }> {
  await page.bringToFront();
  await pause(300);
  const pane = await placeOn(page, 'pane');
  const panning = await framesOf(page, () => dragRound(page, pane, RADIUS, durationMs));
  const node = await placeOn(page, 'node');
  const dragging = await framesOf(page, () => dragRound(page, node, RADIUS, durationMs));
  return { panning, dragging };
}

function frameRows(name: string, ours: readonly Frames[], theirs?: readonly Frames[]): Row[] {
  const row = (unit: string, better: 'more' | 'less', take: (frames: Frames) => number): Row =>
    compare({
      case: name,
      unit,
      better,
      subject: { name: 'studio', values: ours.map(take) },
      ...(theirs === undefined ? {} : { reference: { name: 'bare', values: theirs.map(take) } }),
    });
  return [
    row('frames/s', 'more', ({ perSecond }) => perSecond),
    row('ms (p95)', 'less', ({ p95 }) => p95),
    row('ms work/frame', 'less', ({ work }) => work),
  ];
}

const SHARES = [
  { name: 'p50', part: 0.5 },
  { name: 'p95', part: 0.95 },
] as const;

const seenRows = (size: number, seen: readonly Seen[]): Row[] =>
  (['card', 'mark'] as const).flatMap((what) =>
    SHARES.map(({ name, part }) =>
      compare({
        case: `${what === 'card' ? 'edit shown' : 'problem shown'}, ${size} nodes`,
        unit: `ms (${name})`,
        better: 'less',
        subject: { name: 'studio', values: seen.map((one) => share(one[what], part)) },
      }),
    ),
  );

async function measureOpening({ browser, rounds, progress, name, nodes, bytes }: Measuring & (typeof WEIGHTS)[number]) {
  const stress = heavyFlow(nodes, bytes);
  progress(`opening ${writeFlow(stress).length.toLocaleString('en-US')} bytes`);
  const studio = await openStudio(browser, { first: stressFlow(20), stress });
  const times: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const time = await studio.openFlow();
      if (round > 0) times.push(time);
      await untilChecked(studio.page);
      await studio.closeFlow();
    }
  } finally {
    await studio.end();
  }
  return compare({
    case: `opened: ${name}, ${nodes} nodes`,
    unit: 'ms',
    better: 'less',
    subject: { name: 'studio', values: times },
  });
}

async function measureMemory(browser: Browser, minutes: number, progress: (line: string) => void): Promise<Row[]> {
  progress(`memory, ${minutes} minutes of work on ${WORKED_ON} nodes`);
  const studio = await openStudio(browser, { first: stressFlow(20), stress: stressFlow(WORKED_ON) });
  try {
    await studio.openFlow();
    await untilChecked(studio.page);
    return memoryRows(await memoryOf(studio.page, minutes, progress), minutes);
  } finally {
    await studio.end();
  }
}

function memoryRows({ heapMb, elements, mbAnHour, elementsAnHour }: Memory, minutes: number): Row[] {
  const row = (unit: string, value: number, all: readonly number[]): Row =>
    rowSchema.parse({
      case: `memory, ${minutes} min of work, ${WORKED_ON} nodes`,
      subject: 'studio',
      value,
      unit,
      reference: null,
      referenceValue: null,
      ratio: null,
      min: Math.min(...all),
      max: Math.max(...all),
      rounds: all.length,
    });
  const fall = (slope: number): number => Math.max(0, slope);
  return [
    row('MB of heap', heapMb.at(-1) ?? 0, heapMb),
    row('MB more an hour', fall(mbAnHour), [fall(mbAnHour)]),
    row('elements', elements.at(-1) ?? 0, elements),
    row('elements more an hour', fall(elementsAnHour), [fall(elementsAnHour)]),
  ];
}
