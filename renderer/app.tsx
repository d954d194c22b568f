import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { X } from 'lucide-react';
import type { ComponentType } from 'react';
import { useKeys } from './canvas/keys.ts';
import { ConnectionsPage } from './pages/connections-page.tsx';
import { ExportDialog } from './pages/export-dialog.tsx';
import { ModelsPage } from './pages/models-page.tsx';
import { ReleasesPage } from './pages/releases-page.tsx';
import { SandboxPage } from './pages/sandbox-page.tsx';
import { RunsPage } from './runs/runs-page.tsx';
import { StartCaseDialog } from './runs/start-case-dialog.tsx';
import { Desk } from './shell/desk.tsx';
import { CreateFlowDialog, FileChangedDialog, LeaveDraftDialog } from './shell/file-dialogs.tsx';
import { Rail } from './shell/rail.tsx';
import { StatusBar } from './shell/status-bar.tsx';
import { TopBar } from './shell/top-bar.tsx';
import type { View } from './state/records.ts';
import { transit, useStudio } from './state/store.ts';
import { served } from './state/transitions.ts';
import { TasksPage } from './tasks/tasks-page.tsx';
import { cssVariablesResolver, theme } from './theme/theme.ts';
import { useScheme } from './theme/use-scheme.ts';
import { ErrorNote } from './ui/error-note.tsx';
import { FaultBoundary } from './ui/fault-boundary.tsx';
import { words } from './words.ts';

const PAGES: Readonly<Record<Exclude<View, 'flows'>, ComponentType>> = {
  sandbox: SandboxPage,
  tasks: TasksPage,
  runs: RunsPage,
  releases: ReleasesPage,
  models: ModelsPage,
  connections: ConnectionsPage,
};

/** The window. */
export function App() {
  const view = useStudio((state) => state.session.view);
  const linked = useStudio((state) => state.service.link === 'open' || state.service.workspace !== null);
  const scheme = useScheme();
  useKeys();
  const Page = view === 'flows' ? Desk : PAGES[view];
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} forceColorScheme={scheme}>
      <Notifications position="bottom-right" autoClose={4000} />
      <div className="shell">
        <TopBar />
        <Rail />
        <main className="place">
          <LostLink />
          <OpenError />
          <FaultBoundary key={view}>{view === 'flows' || linked ? <Page /> : null}</FaultBoundary>
        </main>
        <StatusBar />
      </div>
      <CreateFlowDialog />
      <FileChangedDialog />
      <LeaveDraftDialog />
      <ExportDialog />
      <StartCaseDialog />
    </MantineProvider>
  );
}

/** The engine cannot be reached: what is on the canvas stays, and cannot be saved until it is back. */
function LostLink() {
  const lost = useStudio((state) => state.service.link === 'lost');
  return lost ? (
    <p className="banner" role="alert">
      {words.shell.lost}
    </p>
  ) : null;
}

/** A flow could not be opened or saved while another is on the canvas. */
function OpenError() {
  const error = useStudio((state) => (state.document === null ? null : state.service.error));
  if (error === null) return null;
  return (
    <div className="banner-error">
      <ErrorNote error={error} />
      <button
        type="button"
        className="plain icon"
        aria-label={words.shell.dismiss}
        onClick={() => transit((state) => served(state, { error: null }))}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}
