import { Button, Tooltip } from '@mantine/core';
import { ChevronRight, CircleCheck, CircleX, PanelLeft, PanelRight, Save, Stamp, TriangleAlert } from 'lucide-react';
import { useHint } from '../commands/keys-shown.tsx';
import { commandOf } from '../commands/registry.ts';
import { allCauses } from '../canvas/marks.ts';
import { saveFlow } from '../state/files.ts';
import { RunCaseButton } from '../fold/run-case-button.tsx';
import { transit, useStudio } from '../state/store.ts';
import { arranged, isDraft, present } from '../state/transitions.ts';
import { useVersions } from '../versions/store.ts';
import { VersionChip } from '../versions/version-chip.tsx';
import { words } from '../words/index.ts';
import { toggleLeft, toggleRight, usePanels } from './panels.ts';

/** Where one is, whether it is saved, whether it holds; and the two things that are done with it. */
export function TopBar() {
  const title = useStudio((state) => state.document?.history.present.about.title ?? null);
  const workspace = useStudio((state) => state.service.hello?.workspace ?? '');
  const view = useStudio((state) => state.session.view);
  const draft = useStudio((state) => isDraft(state.document));
  const readOnly = useStudio((state) => state.document?.readOnly ?? null);
  const { left, right } = usePanels();
  const folder = workspace.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  const saveHint = useHint('flow.save', words().shell.save);
  const onFlow = view === 'flows' && title !== null;
  return (
    <header className="top-bar">
      {view === 'flows' ? (
        <button
          type="button"
          className="plain icon"
          aria-label={words().shell.leftPanel}
          title={words().shell.leftPanel}
          aria-pressed={left}
          onClick={toggleLeft}
        >
          <PanelLeft size={16} aria-hidden />
        </button>
      ) : null}
      <nav className="crumbs grow" aria-label={words().shell.crumbs}>
        <span className="strong brand">{words().shell.product}</span>
        {folder === '' || (onFlow && sameName(folder, title)) ? null : (
          <>
            <ChevronRight size={14} aria-hidden />
            <span className="clip quiet" title={workspace}>
              {folder}
            </span>
          </>
        )}
        <ChevronRight size={14} aria-hidden />
        {onFlow ? (
          <h1 className="clip crumb-last">{title}</h1>
        ) : (
          <span className="clip strong crumb-last">{words().shell.views[view]}</span>
        )}
        {onFlow && readOnly !== null ? <span className="chip wait">{words().shell.readOnly}</span> : null}
        {onFlow ? <VersionChip /> : null}
      </nav>
      {onFlow ? (
        <>
          <ProblemCount />
          <Tooltip label={saveHint}>
            <button
              type="button"
              className="plain icon"
              aria-label={words().shell.save}
              disabled={!draft}
              onClick={() => void saveFlow()}
            >
              <Save size={16} aria-hidden />
            </button>
          </Tooltip>
          <RunCase />
          <Button
            data-tour="export"
            leftSection={<Stamp size={14} aria-hidden />}
            disabled={readOnly !== null}
            onClick={() => transit((state) => present(state, { dialog: { dialog: 'export' } }))}
          >
            {words().exporting.short}
          </Button>
          <button
            type="button"
            className="plain icon"
            aria-label={words().shell.rightPanel}
            title={words().shell.rightPanel}
            aria-pressed={right}
            onClick={toggleRight}
          >
            <PanelRight size={16} aria-hidden />
          </button>
        </>
      ) : null}
    </header>
  );
}

/** A workspace is often called as its flow is: “Support desk ▸ Support desk” says nothing twice. */
const sameName = (folder: string, title: string | null): boolean =>
  title !== null && folder.replaceAll(/[-_ ]+/g, ' ').toLowerCase() === title.toLowerCase();

function RunCase() {
  const hint = useHint('test.run-case', words().shell.runCase);
  const path = useStudio((state) => state.document?.path ?? '');
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  // A version that is looked at runs; what a newer studio wrote is not understood.
  const newer = useVersions((state) => readOnly && !Object.hasOwn(state.looks, path));
  return (
    <Tooltip label={hint}>
      <RunCaseButton
        variant="default"
        data-tour="run"
        disabled={newer}
        onRun={() => void commandOf('test.run-case')?.run(useStudio.getState())}
      >
        {words().shell.runCase}
      </RunCaseButton>
    </Tooltip>
  );
}

/** How many problems there are; shows them. */
function ProblemCount() {
  const checks = useStudio((state) => state.checks);
  const misfits = useStudio((state) => state.sandbox.misfits.length);
  const problems = allCauses(checks);
  const all = problems.length + misfits;
  const errors = problems.filter(({ problem }) => problem.severity === 'error').length;
  const tone = checks.of === null ? 'quiet' : errors > 0 ? 'tone-bad' : all > 0 ? 'tone-wait' : 'tone-good';
  const Icon = errors > 0 ? CircleX : all > 0 ? TriangleAlert : CircleCheck;
  return (
    <button
      type="button"
      className={`plain ${tone}`}
      onClick={() => transit((state) => arranged(state, { foldOpen: true, foldTab: 'problems' }))}
    >
      <Icon size={16} aria-hidden />
      {words().shell.found(errors, all - errors)}
    </button>
  );
}
