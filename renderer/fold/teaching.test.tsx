import { describe, expect, it } from 'vitest';
import { AskOnceMore, isAboutSettled } from '../pages/export-dialog.tsx';
import { SandboxPage } from '../pages/sandbox-page.tsx';
import { NoCases } from '../runs/runs-page.tsx';
import { initialState, opened, served, tested } from '../state/transitions.ts';
import { drawn, sampleWorkspace, textsOf } from '../test-kit/views.tsx';
import { words } from '../words/index.ts';
import { CoverageTab } from './coverage-tab.tsx';

const workspace = sampleWorkspace();
const [path = ''] = Object.keys(workspace.documents);
const flow = workspace.documents[path];
if (flow === undefined) throw new Error('the sample has a flow');
const entries = (some: object) => workspace.flows.map((entry) => ({ ...entry, ...some }));
const open = (some: object, of = flow) =>
  served(opened(initialState(), { path, flow: of, digest: 'd', readOnly: null }), {
    workspace: { ...workspace, flows: entries(some) },
  });

describe('what is empty teaches the step that is next', () => {
  it('cases: exporting before there is a release, starting one after', () => {
    const before = textsOf(drawn(open({ signed: null }), <NoCases />));
    const after = textsOf(drawn(open({ signed: 1 }), <NoCases />));
    expect(before).toContain(words().exporting.open);
    expect(before).not.toContain(words().runs.noneYet);
    expect(after).toContain(words().runs.noneYet);
    expect(after.join(' ')).not.toContain('Export a release');
  });

  it('coverage: running all scenarios where there are some, making the first where there is none', () => {
    const some = textsOf(drawn(open({}), <CoverageTab flow={flow} />));
    const none = textsOf(drawn(open({ scenarios: [] }), <CoverageTab flow={flow} />));
    expect(some).toContain(words().coverage.run);
    expect(none).not.toContain(words().coverage.run);
    expect(none).toContain(words().making.first);
  });
});

describe('what the scenarios came to', () => {
  const suite = {
    results: [],
    coverage: {
      nodes: { covered: [], missed: [] },
      edges: { covered: [], missed: [] },
      fallbacks: { covered: [], missed: [] },
    },
    stopped: false,
    traffic: { cases: 0, nodes: {}, edges: {} },
  };
  const changed = { ...flow, nodes: {} };

  it('is marked wherever it is told, when the flow changed since and when it was stopped', () => {
    const told = (of: typeof flow, stopped: boolean) => {
      const state = tested(open({}), { of, suite: { ...suite, stopped } });
      return [<CoverageTab key="tab" flow={flow} />, <SandboxPage key="page" />].map((view) =>
        textsOf(drawn(state, view)),
      );
    };
    for (const texts of told(changed, true)) {
      expect(texts).toContain(words().cases.stale);
      expect(texts).toContain(words().coverage.stopped);
    }
    for (const texts of told(flow, false)) {
      expect(texts).not.toContain(words().cases.stale);
      expect(texts).not.toContain(words().coverage.stopped);
    }
  });
});

describe('what every flow says of itself is asked for when it is signed', () => {
  const bare = { ...flow, about: { ...flow.about, purpose: '', flowOwner: ' ' } };

  it('and is signed without it only where a person says so', () => {
    expect(isAboutSettled(open({}), false)).toBe(true);
    expect(isAboutSettled(open({}, bare), false)).toBe(false);
    expect(isAboutSettled(open({}, bare), true)).toBe(true);
  });

  it('names what is missing, with fields for it and with a tick', () => {
    const ask = (without: boolean, asked: boolean, of = bare): string[] =>
      textsOf(drawn(open({}, of), <AskOnceMore without={without} asked={asked} onWithout={() => undefined} />));
    const needed = words().exportAsks.needed(words().start.missing(['purpose', 'flowOwner']));
    expect(ask(false, false)).toEqual(
      expect.arrayContaining([words().flow.purpose, words().flow.flowOwner, words().exportAsks.without]),
    );
    expect(ask(false, false)).not.toContain(needed);
    expect(ask(false, true)).toContain(needed);
    expect(ask(true, true)).not.toContain(needed);
    expect(ask(false, false, flow)).toEqual([]);
  });
});
