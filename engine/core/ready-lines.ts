import type { Frame, RunState } from './state.ts';

/**
 * The branches that stand before a node whose turn it is, in the order in which they were begun. A step brings no earlier
 * branch to such a place, so that those are not looked at again until a block comes together.
 */
export class ReadyLines {
  readonly #branches: MapIterator<Frame>;
  #current: Frame | null = null;

  constructor(state: RunState) {
    this.#branches = state.branches.values();
  }

  next(): Frame | null {
    let frame = this.#current ?? this.#following();
    while (frame !== null && frame.position?.phase !== 'ready') frame = this.#following();
    return frame;
  }

  #following(): Frame | null {
    const next = this.#branches.next();
    this.#current = next.done === true ? null : next.value;
    return this.#current;
  }
}
