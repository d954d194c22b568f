import type { About } from './document.ts';

/** What every flow says of itself beside its title, in the order in which people are asked. */
export const ABOUT_PARTS = ['purpose', 'businessOwner', 'flowOwner', 'objective', 'baseline', 'target'] as const;
export type AboutPart = (typeof ABOUT_PARTS)[number];

/** The text of one part. */
export function partOf({ purpose, businessOwner, flowOwner, objective }: About, part: AboutPart): string {
  const { text, baseline, target } = objective;
  return { purpose, businessOwner, flowOwner, objective: text, baseline, target }[part];
}

/** The same with another text for one part. */
export function withPart(about: About, part: AboutPart, text: string): About {
  switch (part) {
    case 'objective':
      return { ...about, objective: { ...about.objective, text } };
    case 'baseline':
    case 'target':
      return { ...about, objective: { ...about.objective, [part]: text } };
    default:
      return { ...about, [part]: text };
  }
}

/** Parts that nobody has said anything for. */
export const missingIn = (about: About): AboutPart[] => ABOUT_PARTS.filter((part) => partOf(about, part).trim() === '');
