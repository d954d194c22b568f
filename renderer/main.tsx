import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@xyflow/react/dist/style.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/mantine.css';
import './shell/shell.css';
import './canvas/canvas.css';
import './inspector/inspector.css';
import './table/table.css';
import './pages/pages.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startChecks } from './checks/start-checks.ts';
import { createClient } from './service/client.ts';
import { openChannel } from './service/connect.ts';
import { filesChanged, loadWorkspace, openFirst, bindClient } from './state/files.ts';
import { transit } from './state/store.ts';
import { served } from './state/transitions.ts';

/** The studio starts: a channel to the service, the checks, the window. */
function start(root: HTMLElement): void {
  const client = createClient(openChannel(window), {
    link: (link) => {
      transit((state) => served(state, { link }));
      if (link === 'open') void loadWorkspace().then(openFirst);
    },
    event: (event) => {
      switch (event.event) {
        case 'workspace changed':
          void filesChanged(event.paths);
          break;
        case 'tasks changed':
          transit((state) => served(state, { openTasks: event.open }));
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
  startChecks();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root !== null) start(root);
