import { ReactFlowProvider } from '@xyflow/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { check } from '../checks/check.ts';
import { ConnectionsPage } from '../pages/connections-page.tsx';
import { ModelsPage } from '../pages/models-page.tsx';
import { PolicyPage } from '../pages/policy/policy-page.tsx';
import { RecordPage } from '../pages/record/record-page.tsx';
import { ReleasesPage } from '../pages/releases-page.tsx';
import { SandboxPage } from '../pages/sandbox-page.tsx';
import { SettingsPage } from '../pages/settings/settings-page.tsx';
import { RunStory } from '../runs/run-story.tsx';
import { RunsPage } from '../runs/runs-page.tsx';
import { StartCase } from '../runs/start-case-dialog.tsx';
import { Desk } from '../shell/desk.tsx';
import { Rail } from '../shell/rail.tsx';
import { StatusBar } from '../shell/status-bar.tsx';
import { StartPage } from '../start/start-page.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import type { StudioState, View } from '../state/records.ts';
import { surroundingsOf } from '../state/store.ts';
import { initialState, opened } from '../state/transitions.ts';
import { TaskDetail } from '../tasks/task-detail.tsx';
import { clockTime, exactTime } from '../ui/format.ts';
import { TasksPage } from '../tasks/tasks-page.tsx';
import { ANSWERS } from '../test-kit/answers.ts';
import { outside, pseudo } from '../test-kit/pseudo.ts';
import { drawn, sampleWorkspace, textsOf } from '../test-kit/views.tsx';
import { english } from './english.ts';
import { catalogueOf, languageOf, speak, words } from './index.ts';

/** Answers are there at once: a page is drawn with what the service says, without a browser. */
const asked = vi.hoisted(() => ({ last: '' }));
vi.mock('../ui/use-answer.ts', () => ({
  useAnswer: (ask: () => unknown) => {
    ask();
    const answer = Object.entries(ANSWERS).find(([method]) => method === asked.last)?.[1] ?? null;
    return { answer, error: null, again: () => undefined };
  },
}));
vi.mock('../state/files.ts', async (original) => ({
  ...(await original<object>()),
  service: () => ({
    call: (method: string) => {
      asked.last = method;
      return Promise.resolve(null);
    },
  }),
}));

const workspace = sampleWorkspace();
const [path = '', flow] = Object.entries(workspace.documents)[0] ?? [];

/** The window with the sample workspace open, or an empty one. */
function windowOn(view: View, open: boolean): StudioState {
  const start = initialState();
  const service = {
    ...start.service,
    link: 'open' as const,
    hello: { version: '1.0.0', workspace: 'desk', host: 'browser' as const, engine: 'ready' as const, person: 'Ada' },
    workspace: open ? workspace : { ...workspace, flows: [], connections: {}, models: {}, documents: {} },
  };
  const state = { ...start, service, session: { ...start.session, view, locale: 'en-GB', foldOpen: true } };
  if (!open || flow === undefined) return state;
  const there = opened(state, { path, flow, digest: 'sha256-00', readOnly: null });
  const { problems, unsafe, scopes, personal } = check(
    { id: 1, flow, surroundings: surroundingsOf(there), policy: workspace.policy },
    KINDS,
  );
  return { ...there, checks: { of: flow, problems, unsafe, scopes, personal: new Set(personal) } };
}

/** What React Flow says until its effects have run, which they do in a browser only; the canvas gives it `readOut` then. */
const UNTIL_EFFECTS = [
  'Press enter or space to select a node. Press delete to remove it and escape to cancel.',
  'Press enter or space to select an edge. You can then press delete to remove it or escape to cancel.',
];

/** Everything that is data, or is worded by the engine, as far as it stands by itself in a text. */
function known(): ReadonlySet<string> {
  const found = new Set<string>(UNTIL_EFFECTS);
  const take = (value: unknown): void => {
    if (typeof value === 'string') found.add(value.trim());
    else if (typeof value === 'number') found.add(String(value)).add(exactTime(value)).add(clockTime(value));
    else if (typeof value === 'object' && value !== null)
      for (const [name, part] of Object.entries(value)) {
        found.add(name);
        take(part);
      }
  };
  take(workspace);
  take(ANSWERS);
  take(windowOn('flows', true));
  for (const [name, kind] of Object.entries(KINDS)) found.add(name).add(kind.label).add(kind.summary);
  return found;
}

const VIEWS: Readonly<Record<string, ReactNode>> = {
  start: <StartPage />,
  sandbox: <SandboxPage />,
  tasks: <TasksPage />,
  task: <TaskDetail id="t-1" gone={false} onDecided={() => undefined} />,
  runs: <RunsPage />,
  'run story': <RunStory id="r-1" onClose={() => undefined} onChoose={() => undefined} />,
  'start a case': <StartCase close={() => undefined} />,
  record: <RecordPage />,
  releases: <ReleasesPage />,
  models: <ModelsPage />,
  connections: <ConnectionsPage />,
  policy: <PolicyPage />,
  settings: <SettingsPage />,
  flows: (
    <ReactFlowProvider>
      <Desk />
    </ReactFlowProvider>
  ),
  window: (
    <>
      <TopBar />
      <Rail />
      <StatusBar />
    </>
  ),
};

/** The code of a problem, to search for. */
const CODE = /^[A-Z]+(?:_[A-Z]+)+$/;
const LETTERS = /\p{L}/u;

describe('words', () => {
  beforeEach(() => speak(pseudo(english)));
  afterEach(() => speak(english));

  it('W1 a locale has the language of its first part, and English where there is none of it', () => {
    expect(languageOf('en-GB')).toBe('en');
    expect(languageOf('EN')).toBe('en');
    for (const locale of ['xx-YY', 'constructor', '', null]) expect(languageOf(locale)).toBe('en');
    expect(catalogueOf('en')).toBe(english);
  });

  it('W2 what is spoken is what texts are from then on', () => {
    expect(words().shell.save).toBe('⟦Save⟧');
    expect(words().shell.problems(2)).toBe('⟦2 problems⟧');
    expect(outside('a ⟦b ⟦c⟧ d⟧ e')).toBe('a  e');
    speak(english);
    expect(words().shell.save).toBe('Save');
  });

  const data = known();
  const isData = (text: string): boolean => data.has(text) || text.split(/, | · |\./).every((part) => data.has(part));
  const strays = (html: string): string[] =>
    textsOf(html).filter((text) => !isData(text) && !CODE.test(text) && LETTERS.test(outside(text)));

  for (const [name, view] of Object.entries(VIEWS))
    for (const open of [true, false])
      it(`W3 every text of the view “${name}”${open ? '' : ' of an empty workspace'} is the catalogue’s`, () => {
        const html = drawn(windowOn('flows', open), view);
        expect(html).toContain('⟦');
        expect(strays(html)).toEqual([]);
      });

  it('W3 control: a text that went past the catalogue is found', () => {
    expect(strays(drawn(windowOn('flows', true), <p title="A hint">Written here</p>))).toEqual([
      'Written here',
      'A hint',
    ]);
  });
});
