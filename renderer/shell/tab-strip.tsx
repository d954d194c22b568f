import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { askToClose, showFlow } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import type { StudioState, Tab } from '../state/records.ts';
import { isDraft } from '../state/transitions.ts';
import { words } from '../words/index.ts';

/** What a tab is called: as its flow is called now, or as it was when the workspace was read. */
function titleOf({ document, service }: StudioState, { path, parked }: Tab): string {
  const open = document?.path === path ? document : parked?.document;
  const listed = service.workspace?.flows.find((flow) => flow.path === path)?.title;
  return open?.history.present.about.title ?? listed ?? path;
}

/** The open flows, once there is more than one. A click shows a flow, the middle button closes it. */
export function TabStrip() {
  const tabs = useStudio((state) => state.tabs);
  if (tabs.length < 2) return null;
  return (
    <nav className="tab-strip" aria-label={words().tabs.tabs}>
      <ul>
        {tabs.map((tab) => (
          <FlowTab key={tab.path} tab={tab} />
        ))}
      </ul>
    </nav>
  );
}

function FlowTab({ tab }: { tab: Tab }) {
  const { path } = tab;
  const title = useStudio((state) => titleOf(state, tab));
  const shown = useStudio((state) => state.document?.path === path);
  const draft = useStudio((state) =>
    isDraft(state.document?.path === path ? state.document : (tab.parked?.document ?? null)),
  );
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (shown) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <li
      ref={item}
      className={shown ? 'tab shown' : 'tab'}
      onAuxClick={(event) => {
        if (event.button === 1) askToClose(path);
      }}
      // The middle button would scroll.
      onMouseDown={(event) => {
        if (event.button === 1) event.preventDefault();
      }}
    >
      <button
        type="button"
        className="tab-name"
        title={path}
        aria-current={shown ? 'page' : undefined}
        onClick={() => showFlow(path)}
      >
        {draft ? <span className="draft-dot" role="img" aria-label={words().tabs.draft} /> : null}
        <span className="clip">{title}</span>
      </button>
      <button
        type="button"
        className="plain tab-close"
        aria-label={words().tabs.close(title)}
        onClick={() => askToClose(path)}
      >
        <X size={14} aria-hidden />
      </button>
    </li>
  );
}
