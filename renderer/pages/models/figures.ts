import type { ModelCard } from '../../../engine/models/card.ts';

/** What a model's card measured, made ready to be drawn. Pure. */

/** What becomes of cases at one bar: shares of all of them, from 0 to 1. */
export interface AtBar {
  bar: number;
  /** Answered at all. */
  answered: number;
  /** Right among those; null where nothing was answered. */
  right: number | null;
  /** Left to a person, or to whoever the flow asks instead. */
  toPeople: number;
}

/** Every bar that was measured, the lowest first; the card's own among them. Nothing between them is made up. */
export function measuredBars({ metrics }: Pick<ModelCard, 'metrics'>): AtBar[] {
  const byBar = new Map(
    [...metrics.bars, metrics.atBar].map(({ bar, coverage, accuracy }) => [
      bar,
      { bar, answered: coverage, right: accuracy, toPeople: 1 - coverage },
    ]),
  );
  return [...byBar.values()].sort((a, b) => a.bar - b.bar);
}

/** The place in `bars` of the one that is nearest to `bar`. */
export const nearestBar = (bars: readonly AtBar[], bar: number): number =>
  bars.reduce(
    (best, one, at) => (Math.abs(one.bar - bar) < Math.abs((bars[best]?.bar ?? Infinity) - bar) ? at : best),
    0,
  );

/** Pairs that were taken for one another, the most frequent first, with the share of the choice's own rows. */
export function confusionPairs({ metrics }: Pick<ModelCard, 'metrics'>): {
  choice: string;
  guess: string;
  rows: number;
  share: number;
}[] {
  return metrics.confusions
    .map(({ choice, guess, rows }) => {
      const own = Object.hasOwn(metrics.perChoice, choice) ? (metrics.perChoice[choice]?.rows ?? 0) : 0;
      return { choice, guess, rows, share: own === 0 ? 0 : rows / own };
    })
    .sort((a, b) => b.rows - a.rows);
}

/** A square or oblong in which shares are drawn, with room for its scales. */
export interface Plot {
  width: number;
  height: number;
  left: number;
  bottom: number;
  top: number;
  right: number;
}

/** Where a share stands in a plot, `x` and `y` from `from` to 1. */
export function placeIn(plot: Plot, from: number): (x: number, y: number) => { x: number; y: number } {
  const across = plot.width - plot.left - plot.right;
  const up = plot.height - plot.top - plot.bottom;
  return (x, y) => ({
    x: round(plot.left + ((x - from) / (1 - from)) * across),
    y: round(plot.height - plot.bottom - y * up),
  });
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Points as an SVG polyline has them. */
export const pointsOf = (places: readonly { x: number; y: number }[]): string =>
  places.map(({ x, y }) => `${x},${y}`).join(' ');
