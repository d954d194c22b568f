import type { About } from './document.ts';
import type { Problem } from './problem.ts';

const ABOUT_WORDS: readonly { path: readonly string[]; of: (about: About) => string; label: string; hint: string }[] = [
  {
    path: ['purpose'],
    of: (a) => a.purpose,
    label: 'purpose',
    hint: 'Write in a sentence or two what the flow is for.',
  },
  {
    path: ['businessOwner'],
    of: (a) => a.businessOwner,
    label: 'business owner',
    hint: 'Name who answers for its outcome.',
  },
  { path: ['flowOwner'], of: (a) => a.flowOwner, label: 'flow owner', hint: 'Name who looks after the drawing.' },
  {
    path: ['objective', 'text'],
    of: (a) => a.objective.text,
    label: 'objective',
    hint: 'Write what it is to make better.',
  },
  {
    path: ['objective', 'baseline'],
    of: (a) => a.objective.baseline,
    label: 'baseline',
    hint: 'Write where things stand without it.',
  },
  {
    path: ['objective', 'target'],
    of: (a) => a.objective.target,
    label: 'target',
    hint: 'Write where things should get to.',
  },
];

/** What the flow does not say of itself: its purpose, who answers for it, what it is to make better. */
export function aboutProblems(about: About): Problem[] {
  return ABOUT_WORDS.filter(({ of }) => of(about).trim() === '').map(({ path, label, hint }) => ({
    code: 'ABOUT_EMPTY',
    severity: 'warning',
    path: ['about', ...path],
    message: `The flow has no ${label}.`,
    hint,
  }));
}
