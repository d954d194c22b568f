import { describe, expect, it } from 'vitest';
import { payingFlow } from '../test-kit/flows.ts';
import { opened, initialState, tested, testingTold } from '../state/transitions.ts';
import { wasStopped } from '../state/sandbox.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { SuiteProgress } from './suite-run.tsx';

const PATH = 'flows/a.flow.json';
const open = opened(initialState(), { path: PATH, flow: payingFlow(), digest: 'd', readOnly: null });

describe('long work in the sandbox', () => {
  it.each(['suite', 'export'] as const)(
    'T1 of the %s it is told how many scenarios have run, with a way to stop',
    (running) => {
      const asked = tested(open, { running, asking: 'mine', progress: null });
      const told = testingTold(asked, { asking: 'mine', path: PATH, done: 3, all: 40 });
      const texts = textsOf(drawn(told, <SuiteProgress />));
      expect(texts).toContain('3 of 40');
      expect(texts).toContain('Stop');
    },
  );

  it('T2 what another window tests is not told here, also while this one tests the same flow', () => {
    const theirs = { asking: 'theirs', path: PATH, done: 3, all: 40 };
    expect(testingTold(open, theirs).sandbox.progress).toBeNull();
    const mine = tested(open, { running: 'suite', asking: 'mine', progress: { done: 1, all: 40 } });
    expect(testingTold(mine, theirs).sandbox.progress).toEqual({ done: 1, all: 40 });
  });

  it('T3 what a person stopped is no error; an engine that went away is one', () => {
    const error = { code: 'STOPPED', message: '', hint: '', retryable: false } as const;
    expect(wasStopped({ ...error, fault: 'user' })).toBe(true);
    expect(wasStopped({ ...error, fault: 'us' })).toBe(false);
  });
});
