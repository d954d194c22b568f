import { MantineProvider } from '@mantine/core';
import { X } from 'lucide-react';
import { useMemo, type ComponentType } from 'react';
import './commands/all.ts';
import { CommandPalette } from './commands/command-palette.tsx';
import { useKeys } from './commands/keyboard.ts';
import { ShortcutsSheet } from './commands/shortcuts-sheet.tsx';
import { ConnectionsPage } from './pages/connections-page.tsx';
import { ExportDialog } from './pages/export-dialog.tsx';
import { ModelsPage } from './pages/models-page.tsx';
import { PolicyPage } from './pages/policy/policy-page.tsx';
import { RecordPage } from './pages/record/record-page.tsx';
import { ReleasesPage } from './pages/releases-page.tsx';
import { SandboxPage } from './pages/sandbox-page.tsx';
import { SettingsPage } from './pages/settings/settings-page.tsx';
import { RunsPage } from './runs/runs-page.tsx';
import { StartCaseDialog } from './runs/start-case-dialog.tsx';
import { Desk } from './shell/desk.tsx';
import { CallersDialog } from './shell/callers-dialog.tsx';
import { CloseDraftDialog } from './shell/file-dialogs.tsx';
import { Rail } from './shell/rail.tsx';
import { StatusBar } from './shell/status-bar.tsx';
import { TopBar } from './shell/top-bar.tsx';
import { NewFlowDialog } from './start/new-flow-dialog.tsx';
import { StartPage } from './start/start-page.tsx';
import { TourCard } from './start/tour-card.tsx';
import type { View } from './state/records.ts';
import { languageSpoken, transit, useStudio } from './state/store.ts';
import { served } from './state/transitions.ts';
import { TasksPage } from './tasks/tasks-page.tsx';
import { cssVariablesResolver, inLocale } from './theme/theme.ts';
import { useLook } from './theme/use-look.ts';
import { ErrorNote } from './ui/error-note.tsx';
import { decimalSign } from './ui/format.ts';
import { LostLink } from './shell/lost-link.tsx';
import { FaultBoundary } from './ui/fault-boundary.tsx';
import { Notices } from './ui/notices.tsx';
import { VersionBanners } from './versions/banners.tsx';
import { ConflictDialog, LostDraftDialog } from './versions/choice-dialogs.tsx';
import { VersionsDialog } from './versions/versions-dialog.tsx';
import { words } from './words/index.ts';

const PAGES: Readonly<Record<Exclude<View, 'flows'>, ComponentType>> = {
  start: StartPage,
  sandbox: SandboxPage,
  tasks: TasksPage,
  runs: RunsPage,
  releases: ReleasesPage,
  models: ModelsPage,
  connections: ConnectionsPage,
  record: RecordPage,
  policy: PolicyPage,
  settings: SettingsPage,
};

/** The window. */
export function App() {
  const view = useStudio((state) => state.session.view);
  const linked = useStudio((state) => state.service.link === 'open' || state.service.workspace !== null);
  const { scheme } = useLook();
  const locale = useStudio((state) => state.session.locale);
  // oxlint-disable-next-line react/exhaustive-deps -- the sign follows the locale
  const local = useMemo(() => inLocale(decimalSign()), [locale]);
  useKeys();
  const Page = view === 'flows' ? Desk : PAGES[view];
  return (
    <MantineProvider
      key={languageSpoken(locale)}
      theme={local}
      cssVariablesResolver={cssVariablesResolver}
      forceColorScheme={scheme}
    >
      <Notices />
      <div className="shell">
        <TopBar />
        <Rail key={`rail ${locale ?? ''}`} />
        <TourCard />
        <main className="place">
          <LostLink />
          <OpenError />
          <VersionBanners />
          <FaultBoundary key={view}>{view === 'flows' || linked ? <Page /> : null}</FaultBoundary>
        </main>
        <StatusBar key={`status ${locale ?? ''}`} />
      </div>
      <NewFlowDialog />
      <VersionsDialog />
      <ConflictDialog />
      <LostDraftDialog />
      <CloseDraftDialog />
      <CallersDialog />
      <ExportDialog />
      <StartCaseDialog />
      <CommandPalette />
      <ShortcutsSheet />
    </MantineProvider>
  );
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
        aria-label={words().shell.dismiss}
        onClick={() => transit((state) => served(state, { error: null }))}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}
