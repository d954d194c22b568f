import { Fragment } from 'react';

/** A path or a dotted name may end its line after each `/` and `.`, rather than in the middle of a word. */
export function Wrapped({ text }: { text: string }) {
  return breakable(text).map((part, i) => (
    <Fragment key={i}>
      {i === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}

/** The parts between which a line may end; together they are the text. */
export const breakable = (text: string): string[] => text.split(/(?<=[\w-][/.])(?=[\w-])/);
