import type { AboutPart } from '../../../engine/flow/about.ts';
import { counted, plainNumber } from '../../ui/numbers.ts';

/** The start page, what a flow says of itself, and the tour. */

const PARTS: Readonly<Record<AboutPart, string>> = {
  purpose: 'what it is for',
  businessOwner: 'who answers for the result',
  flowOwner: 'who looks after the flow',
  objective: 'what should get better',
  baseline: 'how it is today',
  target: 'how it should be',
};

const listed = (parts: readonly AboutPart[]): string =>
  parts.length < 2
    ? parts.map((part) => PARTS[part]).join('')
    : `${parts
        .slice(0, -1)
        .map((part) => PARTS[part])
        .join(', ')} and ${PARTS[parts.at(-1) ?? 'target']}`;

export const start = {
  title: 'Start',
  emptyTitle: 'Draw how a decision is made',
  empty:
    'A flow says it in the open: what an AI is asked, the rules around its answer, the person who signs, the action that follows. Begin with one of the flows below, which work and are tested, or with an empty canvas. Nothing here can reach a real system.',
  newFlow: 'New flow',
  tour: 'Take the tour',
  tourHelp: 'Five minutes, from a template to a signed manifest.',
  tourOn: 'Go on with the tour',
  flows: 'Flows',
  recent: 'open last',
  drafts: 'Never saved',
  draft: (title: string, when: string) => `“${title}”, drawn until ${when}`,
  look: 'Look at it…',
  templates: 'Begin with a flow that works',
  templatesHelp:
    'Each is copied into this workspace with its connections, simulated systems, model and tests, under names of its own.',
  loading: 'Loading templates',
  take: 'Use it',
  takeNamed: (title: string) => `Use “${title}”`,
  size: (steps: number, scenarios: number) =>
    `${counted(steps, 'step', 'steps')}, ${counted(scenarios, 'scenario', 'scenarios')}`,
  model: (question: string) => `a model: ${question}`,
  connections: (titles: readonly string[]) => titles.join(', '),
  alone: (acts: readonly string[]) =>
    acts.length === 0
      ? 'Nothing that cannot be taken back goes without a person'
      : `Goes without a person: ${acts.join('; ')}`,
  aloneUpTo: (action: string, field: string, max: number) =>
    `${action.charAt(0).toLowerCase()}${action.slice(1)}, ${field} up to ${plainNumber(max)}`,
  missing: (parts: readonly AboutPart[]) => `Not said yet: ${listed(parts)}.`,
  missingShort: (count: number) => (count === 1 ? '1 thing not said' : `${plainNumber(count)} things not said`),
  missingHelp: 'It is asked for once more when the flow is signed; whoever takes it over will ask, too.',
  fillIn: 'Fill in',
};

export const newFlow = {
  fromTemplate: (title: string) => `Begin with “${title}”`,
  about: 'What it is for, and for whom',
  aboutHelp:
    'A sentence each is enough. What is left out can be said later; the studio asks again before the flow is signed.',
  policy: (acts: readonly string[]) =>
    `Your policy will then let this happen without a person: ${acts.join('; ')}. It can be changed under Policy.`,
  act: 'Make this flow',
};

export const exportAsks = {
  title: 'Before it is signed',
  help: 'Every flow says this of itself; it goes into the manifest as it stands here.',
  without: 'Sign it without what is missing',
  needed: (missing: string) => `${missing} Fill it in above, or tick this to sign without it.`,
};

export const tour = {
  label: 'Tour',
  at: (step: number, of: number) => `Step ${plainNumber(step)} of ${plainNumber(of)}`,
  show: 'Show me',
  skip: 'Skip this step',
  leave: 'Leave the tour',
  left: 'The tour waits on the start page.',
  finish: 'Finish',
  pointHint: (keys: string) => `${keys} goes to what is meant.`,
  commands: {
    start: 'Take the tour',
    point: 'Tour: go to what is meant',
    leave: 'Tour: leave it',
    also: 'help learn introduction',
  },
  steps: {
    open: {
      title: 'Begin with a flow that works',
      text: 'Choose the template “Refund approval” and make a flow of it. It comes with a model, two simulated systems and eight tests.',
    },
    look: {
      title: 'Look at the AI decision',
      text: 'Choose the step “reason”. The model says why a customer wants money back, and nothing else: what follows is drawn to the right of it.',
    },
    bar: {
      title: 'Ask it to be surer',
      text: 'On the right, set “Sure enough at” to 0.8. Below that the case leaves by “uncertain”, and a person looks at it first.',
    },
    run: {
      title: 'Run a case in the sandbox',
      text: 'Choose “Run case”. A broken lamp, 39 €: its way is drawn on the canvas and told below. No real system can be reached from here.',
    },
    suite: {
      title: 'Run all the tests',
      text: 'Under Coverage, run all scenarios. They must hold before anything is signed, and show which steps were never reached.',
    },
    sign: {
      title: 'Sign and export',
      text: 'Choose “Export”, then sign. The flow is tested again, its safety is proved, and it is frozen with the model and the proof.',
    },
    start: {
      title: 'Start a case from what you signed',
      text: 'Close this, go to Cases and start one: order A-1001, message “The lamp is not what I hoped for.” Your own engine runs it, against simulated systems.',
    },
    answer: {
      title: 'Answer the task',
      text: 'The model was not sure, so it asks. Under Tasks, see what it guessed and what would follow, and approve. Your decision is signed over exactly that.',
    },
    done: {
      title: 'This is your manifest',
      text: 'The release you signed stands here, and its file lies in the folder “releases”. Anybody with your public key can verify it, without this program’s word for it.',
    },
  },
};
