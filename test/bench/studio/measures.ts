import { READ_FROM } from '../../../renderer/canvas/detail.ts';

/** How long, how often and how large: what the benchmark's notes say of its cases. */

export const GESTURE_MS = 900;
/** Pressed in a round to see how soon each shows. */
export const KEYS = 20;
/** As large as the studio shows the beginning of a flow that does not fit. */
export const NEAR = READ_FROM;
/** The studio's window, and the bare page's. */
export const WINDOW = { width: 1440, height: 900 };
