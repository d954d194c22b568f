import { z } from '../../engine/flow/zod.ts';
import { FOLD_TABS, ROLES, THEMES, VIEWS, type Session } from './records.ts';

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
  role: 'design',
  leftWidth: LIMITS.leftWidth.initial,
  rightWidth: LIMITS.rightWidth.initial,
  foldHeight: LIMITS.foldHeight.initial,
  leftOpen: windowWidth >= 1024,
  rightOpen: windowWidth >= 1024,
  foldOpen: false,
  foldTab: 'problems',
  lastFlow: null,
  tabs: [],
  locale: null,
  shortcuts: {},
  recent: [],
  commentName: null,
  overview: null,
  visited: [],
  tour: null,
});

const extent = (name: Extent) => z.number().transform((pixels) => clampExtent(name, pixels));

const sessionSchema = z.object({
  view: z.enum(VIEWS),
  theme: z.enum(THEMES),
  role: z.enum(ROLES),
  leftWidth: extent('leftWidth'),
  rightWidth: extent('rightWidth'),
  foldHeight: extent('foldHeight'),
  leftOpen: z.boolean(),
  rightOpen: z.boolean(),
  foldOpen: z.boolean(),
  foldTab: z.enum(FOLD_TABS),
  lastFlow: z.string().nullable(),
  tabs: z.array(z.string()),
  locale: z.string().nullable(),
  shortcuts: z.record(z.string(), z.array(z.string())),
  recent: z.array(z.string()),
  commentName: z.string().nullable(),
  overview: z.boolean().nullable(),
  visited: z.array(z.string()),
  tour: z.object({ step: z.string(), open: z.boolean() }).nullable(),
});

export const writeSession = (session: Session): string => JSON.stringify(session);

/** The session as it was kept; what cannot be read of it is as on a first visit. */
export function readSession(text: string | null, windowWidth: number): Session {
  const first = firstSession(windowWidth);
  const kept = text === null ? null : parsed(text);
  if (typeof kept !== 'object' || kept === null) return first;
  const read = Object.entries(kept).flatMap(([key, value]) => {
    if (!isKey(key)) return [];
    const part = sessionSchema.shape[key].safeParse(value);
    return part.success ? [[key, part.data] as const] : [];
  });
  return { ...first, ...Object.fromEntries(read) };
}

const isKey = (key: string): key is keyof Session => Object.hasOwn(sessionSchema.shape, key);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
