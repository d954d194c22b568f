import { z } from '../../engine/flow/zod.ts';
import type { Session } from './records.ts';

/** Where the window's widths and folds are kept between visits. */
export const SESSION_KEY = 'countersign.session';

export const LIMITS = {
  leftWidth: { min: 200, max: 400, initial: 248 },
  rightWidth: { min: 288, max: 640, initial: 368 },
  foldHeight: { min: 120, max: 560, initial: 240 },
} as const;

export type Extent = keyof typeof LIMITS;

export const clampExtent = (extent: Extent, pixels: number): number =>
  Math.round(Math.min(LIMITS[extent].max, Math.max(LIMITS[extent].min, pixels)));

/** A first visit. On a narrow window the panels are folded, so that the canvas has room. */
export const firstSession = (windowWidth: number): Session => ({
  view: 'flows',
  theme: 'system',
  leftWidth: LIMITS.leftWidth.initial,
  rightWidth: LIMITS.rightWidth.initial,
  foldHeight: LIMITS.foldHeight.initial,
  leftOpen: windowWidth >= 1024,
  rightOpen: windowWidth >= 1024,
  foldOpen: false,
  foldTab: 'problems',
  lastFlow: null,
});

const extent = (name: Extent) => z.number().transform((pixels) => clampExtent(name, pixels));

const sessionSchema = z.object({
  view: z.enum(['flows', 'sandbox', 'tasks', 'runs', 'releases', 'models', 'connections']),
  theme: z.enum(['system', 'light', 'dark']),
  leftWidth: extent('leftWidth'),
  rightWidth: extent('rightWidth'),
  foldHeight: extent('foldHeight'),
  leftOpen: z.boolean(),
  rightOpen: z.boolean(),
  foldOpen: z.boolean(),
  foldTab: z.enum(['problems', 'case', 'coverage']),
  lastFlow: z.string().nullable(),
});

export const writeSession = (session: Session): string => JSON.stringify(session);

/** The session as it was kept; what cannot be read is as on a first visit. */
export function readSession(text: string | null, windowWidth: number): Session {
  const first = firstSession(windowWidth);
  if (text === null) return first;
  try {
    const kept = sessionSchema.partial().parse(JSON.parse(text));
    // A key that was not kept must not hide the first visit's.
    return { ...first, ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) };
  } catch {
    return first;
  }
}
