import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@xyflow/react/dist/style.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/mantine.css';
import './shell/shell.css';
import './shell/desk.css';
import './fold/fold.css';
import './shell/tab-strip.css';
import './commands/commands.css';
import './canvas/canvas.css';
import './canvas/cards.css';
import './canvas/finding.css';
import './versions/versions.css';
import './real/real.css';
import './replay/replay.css';
import './inspector/inspector.css';
import './table/table.css';
import './pages/pages.css';
import './tasks/queue.css';
import './start/start.css';
import './pages/cards.css';
import './pages/policy/policy.css';
import './pages/record/record.css';
import './pages/settings/settings.css';
import './theme/forced-colors.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startChecks } from './checks/start-checks.ts';
import { createClient } from './service/client.ts';
import { openChannel } from './service/connect.ts';
import { filesChanged, loadWorkspace, openFirst, bindClient } from './state/files.ts';
import { startFitting } from './state/misfits.ts';
import { followVisits } from './start/acts.ts';
import { startTour } from './start/tour.ts';
import { draftsMayConflict } from './versions/disk.ts';
import { lookForLost } from './versions/keep.ts';
import { linkLost, linkOpened, startVersions } from './versions/start.ts';
import { startTextUndo } from './ui/text-undo.ts';
import { transit } from './state/store.ts';
import { served, testingTold, verifyingTold } from './state/transitions.ts';

/** The studio starts: a channel to the service, the checks, the window. */
function start(root: HTMLElement): void {
  const client = createClient(openChannel(window), {
    link: (link) => {
      transit((state) => served(state, { link }));
      if (link === 'open') void loadWorkspace().then(openFirst).then(linkOpened);
      if (link === 'lost') linkLost();
    },
    event: (event) => {
      switch (event.event) {
        case 'workspace changed':
          void filesChanged(event.paths).then(() => draftsMayConflict(event.paths));
          break;
        case 'tasks changed':
          transit((state) => served(state, { openTasks: event.open }));
          break;
        case 'drafts changed':
          void lookForLost();
          break;
        case 'verifying':
          transit((state) => verifyingTold(state, event));
          break;
        case 'testing':
          transit((state) => testingTold(state, event));
          break;
        case 'engine':
          transit((state) =>
            state.service.hello === null
              ? state
              : served(state, { hello: { ...state.service.hello, engine: event.state } }),
          );
          break;
      }
    },
  });
  bindClient(client);
  startTextUndo();
  startChecks();
  startFitting();
  startVersions();
  followVisits();
  startTour();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root !== null) start(root);
