/** How much is drawn of a card and a wire: all of it, or what can be told from afar. */
export type Detail = 'near' | 'far';

/**
 * Below the first zoom a card's small print cannot be read any more; from the second on it is drawn again. They are apart
 * so that a zoom that rests between them, or trembles there, does not make the cards change to and fro.
 */
export const FAR_BELOW = 0.54;
export const NEAR_FROM = 0.58;

/** The detail at a zoom, given the one that is drawn now. Asked twice of the same zoom, it says the same. */
export const detailAt = (zoom: number, now: Detail): Detail =>
  zoom < FAR_BELOW ? 'far' : zoom >= NEAR_FROM ? 'near' : now;

/** {@link detailAt} that remembers what it said last. */
export function rememberingDetail(): (zoom: number) => Detail {
  let now: Detail = 'near';
  return (zoom) => (now = detailAt(zoom, now));
}

/** Letters of a card's name, in the flow's own pixels: with all of it drawn, and at most from afar. */
const NEAR_NAME = 13;
const FAR_NAME = 32;
/** A name so high on the screen is read without effort; one of 10 pixels with some. */
const PLAIN = 12;

/** From here on what is drawn of a whole card can be read. */
export const READ_FROM = Math.ceil((10 / NEAR_NAME) * 100) / 100;

/**
 * The zoom at which a flow opens that would be seen whole at `fit`; null where its names could not be read then. Between
 * what can be read of whole cards and where names are drawn large, it is seen a little smaller, with names that are large.
 */
export function openingZoom(fit: number): number | null {
  if (fit >= READ_FROM) return fit;
  const large = Math.min(fit, FAR_BELOW - 0.01);
  return large * FAR_NAME >= PLAIN ? large : null;
}

/** Letters so high, in the flow's own pixels, are 12 on the screen, until two lines of them fill the smallest card. */
export const nameSizeAt = (zoom: number): number => Math.min(FAR_NAME, Math.round(PLAIN / zoom));
