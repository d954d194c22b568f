/** Where a channel is: opening, carrying messages, or broken and about to be opened again. */
export type Link = 'connecting' | 'open' | 'lost';

/**
 * One of the two doors to the studio service. A channel that breaks opens itself again and says so; what was under way
 * when it broke is not sent twice.
 */
export interface Channel {
  send: (message: unknown) => void;
  /** Calls back for each message and each change of the link; gives what ends it. */
  listen: (listener: ChannelListener) => () => void;
}

export interface ChannelListener {
  message: (message: unknown) => void;
  link: (link: Link) => void;
}

/** Milliseconds before the nth attempt to open again: half a second at first, eight at most. */
export const retryDelayMs = (attempt: number): number => Math.min(8000, 500 * 2 ** attempt);
