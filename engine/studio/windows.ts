/** One window that is open on the service, by the ids of the drafts that it keeps. */
export interface OpenWindow {
  readonly keeps: Set<string>;
}

/** The windows that are open on the service: a draft that one of them keeps is not lost, and is no other's to let go. */
export class Windows {
  readonly #open = new Set<OpenWindow>();

  enter(): OpenWindow {
    const window: OpenWindow = { keeps: new Set() };
    this.#open.add(window);
    return window;
  }

  leave(window: OpenWindow): void {
    this.#open.delete(window);
  }

  /** Whether a window other than this one keeps a draft; `null` for whoever asks without a window. */
  isKeptElsewhere(id: string, window: OpenWindow | null): boolean {
    return [...this.#open].some((one) => one !== window && one.keeps.has(id));
  }
}
