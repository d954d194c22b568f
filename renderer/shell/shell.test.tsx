import { describe, expect, it } from 'vitest';
import { initialState, served } from '../state/transitions.ts';
import { drawn, sampleWorkspace, textsOf } from '../test-kit/views.tsx';
import { breakable } from '../ui/wrapped.tsx';
import { words } from '../words/index.ts';
import { LeftPanel } from './left-panel.tsx';
import { endedWords } from './lost-link.tsx';
import { fileOf, twinsOf } from './twins.ts';

const file = 'connections/billing.connection.json';
const error = {
  code: 'DOCUMENT_INVALID' as const,
  message: `The document ${file} does not hold.`,
  hint: 'Correct the document at that place.',
  where: { file },
  retryable: false,
  fault: 'user' as const,
};

describe('the panel of flows', () => {
  const panel = (some: Partial<ReturnType<typeof sampleWorkspace>>): string =>
    drawn(served(initialState(), { workspace: { ...sampleWorkspace(), ...some } }), <LeftPanel />);
  const [flow] = sampleWorkspace().flows;
  if (flow === undefined) throw new Error('the sample has a flow');

  it('marks a flow that cannot be read before it is opened, and no other', () => {
    const broken = { ...flow, path: 'flows/broken.flow.json', title: 'Broken' };
    const marked = textsOf(panel({ flows: [flow, broken] })).filter((text) => text === words().shell.unreadable);
    expect(marked).toHaveLength(1);
    expect(textsOf(panel({ flows: [flow] }))).not.toContain(words().shell.unreadable);
  });

  it('tells of a document that cannot be read with its file once, and with what to do', () => {
    const html = panel({ errors: [error] }).replaceAll('<wbr/>', '');
    expect(html.split(file)).toHaveLength(2);
    expect(html).toContain(error.hint);
  });

  it('names the files of flows with one title, and of no others', () => {
    const twin = { ...flow, path: 'flows/other.flow.json' };
    const third = { ...flow, path: 'flows/third.flow.json', title: 'Third' };
    expect(twinsOf([flow, twin, third])).toEqual(new Set([flow.path, twin.path]));
    expect(panel({ flows: [flow, twin, third] })).toContain(fileOf(twin.path));
    expect(panel({ flows: [flow, third] })).not.toContain('class="quiet small twin"');
  });
});

describe('what is said of files and of the engine', () => {
  it('a path ends its line after a stroke or a point, and stays whole', () => {
    expect(breakable(`See ${file}. Then go on.`)).toEqual([
      'See connections/',
      'billing.',
      'connection.',
      'json. Then go on.',
    ]);
  });

  it('an engine that does not come back is not promised; how to go on is said, by the way in, and what is kept', () => {
    for (const desktop of [true, false])
      for (const kept of [true, false]) {
        const told = endedWords(desktop, kept);
        expect(told).toMatch(/started again/);
        expect(told).not.toContain(words().shell.lost);
        expect(told.includes('countersign studio --browser')).toBe(!desktop);
        expect(told.includes('only in this window')).toBe(!kept);
      }
  });
});
