import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from '../../engine/flow/zod.ts';
import { rowSchema, type Benchmark, type Row } from './row.ts';
import { GESTURE_MS, KEYS, NEAR, WINDOW } from './studio/measures.ts';

export const studioBenchmark: Benchmark = {
  about:
    'the canvas in Chromium, beside React Flow’s own nodes on a bare page; --minutes N for how long memory is watched',
  notes: [
    `Chromium without a graphics processor, a window of ${WINDOW.width} × ${WINDOW.height}; flows are sound, of all the usual kinds, ten steps a block; the studio is whole: panels, checks, engine.`,
    'bare: the same version of React Flow, as many of its own nodes and wires, and nothing else, over the whole window.',
    `Frames are those of requestAnimationFrame in ${GESTURE_MS} ms of a mouse that tells its place every 8 ms; more than 60 a second there are not. “work” is Chromium’s TaskDuration for each frame, in the main thread’s own time.`,
    `near: at a zoom of ${NEAR}, as a large flow opens. all: zoomed out as far as the whole of it, or as far as it goes.`,
    `edit shown and problem shown: from a key to the end of the frame in which the card has the letter, or the mark of the problem that the key made or took away; ${KEYS} keys a round. The problem is found in a worker, which rests after a check for as long as that took, 8 to 120 ms.`,
    'opened: from the click on its name to its cards being drawn, the file read and its shape checked by engine and window.',
    'memory, with --minutes N: after garbage collection, every so often while a script types, drags, undoes and finds; growth is the slope over the second half.',
  ],
  run: (progress, { minutes }) => Promise.resolve(measureAlone(progress, minutes)),
};

/** In a process of its own: what drives Chromium generates code, which we run without. */
function measureAlone(progress: (line: string) => void, minutes: number): Row[] {
  progress('starting Chromium');
  const script = join(import.meta.dirname, 'studio', 'main.ts');
  const said = execFileSync(process.execPath, [script, `${minutes}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16 * 1024 * 1024,
  });
  return z.array(rowSchema).parse(JSON.parse(said));
}
