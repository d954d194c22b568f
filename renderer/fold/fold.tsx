import { ChevronDown, ChevronUp } from 'lucide-react';
import { useRef, type KeyboardEvent } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { allCauses } from '../canvas/marks.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { FOLD_TABS, type FoldTab } from '../state/records.ts';
import { JsonTab } from '../editor/json-tab.tsx';
import { words } from '../words/index.ts';
import { DiffTab } from '../versions/diff-tab.tsx';
import { useVersions } from '../versions/store.ts';
import { CaseTab } from './case-tab.tsx';
import { CoverageTab } from './coverage-tab.tsx';
import { ProblemsTab } from './problems-tab.tsx';
import { RunsTab } from './runs-tab.tsx';

const titles = (): Readonly<Record<FoldTab, string>> => ({
  ...words().fold.tabs,
  diff: words().versions.tab,
  json: words().editor.json.tab,
});

/** What unfolds below the canvas: problems, the last case, coverage. */
export function Fold({ flow }: { flow: Flow }) {
  const path = useStudio((state) => state.document?.path);
  const open = useStudio((state) => state.session.foldOpen);
  const tab = useStudio((state) => state.session.foldTab);
  const problems = useStudio((state) => allCauses(state.checks));
  const misfits = useStudio((state) => state.sandbox.misfits.length);
  const changes = useVersions(({ comparison }) => comparison?.groups.length ?? 0);
  const errors = problems.filter(({ problem }) => problem.severity === 'error').length;
  const doubts = problems.length - errors + misfits;
  const bar = useRef<HTMLDivElement>(null);
  const show = (to: FoldTab) => transit((state) => arranged(state, { foldTab: to, foldOpen: !(open && tab === to) }));

  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    const next = FOLD_TABS[(FOLD_TABS.indexOf(tab) + by + FOLD_TABS.length) % FOLD_TABS.length] ?? tab;
    transit((state) => arranged(state, { foldTab: next }));
    const button = bar.current?.querySelector(`#tab-${next}`);
    if (button instanceof HTMLElement) button.focus();
  };

  return (
    <section className={open ? 'fold open' : 'fold'} aria-label={words().fold.label}>
      <div className="fold-bar">
        <div className="fold-tabs" role="tablist" aria-label={words().fold.label} ref={bar} onKeyDown={onKeyDown}>
          {FOLD_TABS.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`tab-${one}`}
              aria-selected={open && one === tab}
              aria-controls={open && one === tab ? 'fold-panel' : undefined}
              tabIndex={one === tab ? 0 : -1}
              className="fold-tab"
              onClick={() => show(one)}
            >
              {titles()[one]}
              {one === 'problems' && errors > 0 ? (
                <span className="count bad" title={words().shell.found(errors, 0)}>
                  {errors}
                </span>
              ) : null}
              {one === 'problems' && doubts > 0 ? (
                <span className="count" title={words().shell.found(0, doubts)}>
                  {doubts}
                </span>
              ) : null}
              {one === 'diff' && changes > 0 ? <span className="count changes">{changes}</span> : null}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="plain icon"
          aria-label={open ? words().fold.close : words().fold.open}
          aria-expanded={open}
          onClick={() => transit((state) => arranged(state, { foldOpen: !open }))}
        >
          {open ? <ChevronDown size={16} aria-hidden /> : <ChevronUp size={16} aria-hidden />}
        </button>
      </div>
      {open ? (
        <div className="fold-body scroll" role="tabpanel" id="fold-panel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
          {tab === 'problems' ? (
            <ProblemsTab flow={flow} />
          ) : tab === 'case' ? (
            <CaseTab flow={flow} />
          ) : tab === 'runs' ? (
            <RunsTab key={path} />
          ) : tab === 'diff' ? (
            <DiffTab />
          ) : tab === 'json' ? (
            <JsonTab flow={flow} />
          ) : (
            <CoverageTab flow={flow} />
          )}
        </div>
      ) : null}
    </section>
  );
}
