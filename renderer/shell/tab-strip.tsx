import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { focusCanvas } from '../canvas/viewport.ts';
import { askToClose, showFlow } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import type { StudioState, Tab } from '../state/records.ts';
import { unsavedIn } from '../state/unsaved.ts';
import { focusWithin } from '../ui/focus-back.ts';
import { words } from '../words/index.ts';
import { fileOf, useTwins } from './twins.ts';

/** What a tab is called: as its flow is called now, or as it was when the workspace was read. */
function titleOf({ document, service }: StudioState, { path, parked }: Tab): string {
  const open = document?.path === path ? document : parked?.document;
  const listed = service.workspace?.flows.find((flow) => flow.path === path)?.title;
  return open?.history.present.about.title ?? listed ?? path;
}

/** The open flows, once there is more than one. A click shows a flow, the middle button closes it. */
export function TabStrip() {
  const tabs = useStudio((state) => state.tabs);
  const strip = useRef<HTMLElement>(null);
  useFocusAfterClosing(tabs.length, strip);
  return tabs.length < 2 ? null : <Strip tabs={tabs} strip={strip} />;
}

/** The button that closes a tab goes with it: the keyboard goes on with the tab that is shown, or the canvas. */
function useFocusAfterClosing(count: number, strip: RefObject<HTMLElement | null>): void {
  const before = useRef(count);
  useEffect(() => {
    const fewer = count < before.current;
    before.current = count;
    if (!fewer || document.activeElement !== document.body) return;
    if (strip.current === null) focusCanvas();
    else focusWithin(strip.current);
  }, [count, strip]);
}

function Strip({ tabs, strip }: { tabs: readonly Tab[]; strip: RefObject<HTMLElement | null> }) {
  const [list, setList] = useState<HTMLUListElement | null>(null);
  const more = useMore(list);
  const go = (by: number): void => list?.scrollBy({ left: by * list.clientWidth * 0.6 });
  return (
    <nav ref={strip} className="tab-strip" aria-label={words().tabs.tabs}>
      <ul ref={setList}>
        {tabs.map((tab) => (
          <FlowTab key={tab.path} tab={tab} />
        ))}
      </ul>
      {more.before ? (
        <button
          type="button"
          className="plain icon tab-more before"
          aria-label={words().tabs.before}
          onClick={() => go(-1)}
        >
          <ChevronLeft size={14} aria-hidden />
        </button>
      ) : null}
      {more.after ? (
        <button
          type="button"
          className="plain icon tab-more after"
          aria-label={words().tabs.after}
          onClick={() => go(1)}
        >
          <ChevronRight size={14} aria-hidden />
        </button>
      ) : null}
    </nav>
  );
}

/** A pixel that rounding leaves is nothing to scroll to. */
const NEXT_TO_NOTHING = 2;

/** Whether tabs lie out of sight, on either side. When they change, or the room for them does, the one that is shown is brought into sight. */
function useMore(list: HTMLUListElement | null): { before: boolean; after: boolean } {
  const [more, setMore] = useState({ before: false, after: false });
  useEffect(() => {
    if (list === null) return undefined;
    const look = (): void => {
      const left = Math.abs(list.scrollLeft);
      const before = left > NEXT_TO_NOTHING;
      const after = list.scrollWidth - list.clientWidth - left > NEXT_TO_NOTHING;
      setMore((now) => (now.before === before && now.after === after ? now : { before, after }));
    };
    const show = (): void => {
      list.querySelector('.shown')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      look();
    };
    const sized = new ResizeObserver(show);
    sized.observe(list);
    let asked = 0;
    // Not at once: to measure amid a change of the canvas would lay all of it out twice.
    const changed = new MutationObserver(() => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(show);
    });
    changed.observe(list, { childList: true, subtree: true, characterData: true });
    list.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      sized.disconnect();
      changed.disconnect();
      cancelAnimationFrame(asked);
      list.removeEventListener('scroll', look);
    };
  }, [list]);
  return more;
}

function FlowTab({ tab }: { tab: Tab }) {
  const { path } = tab;
  const title = useStudio((state) => titleOf(state, tab));
  const twin = useTwins().has(path);
  const shown = useStudio((state) => state.document?.path === path);
  const draft = useStudio((state) => unsavedIn(state, path).draft);
  const unkept = useStudio((state) => unsavedIn(state, path).unkept);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (shown) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <li
      ref={item}
      className={shown ? 'tab shown' : 'tab'}
      onAuxClick={(event) => {
        if (event.button === 1) void askToClose(path);
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
        {draft || unkept ? (
          <span className="draft-dot" role="img" aria-label={draft ? words().tabs.draft : words().tabs.unkept} />
        ) : null}
        <span className="clip">{title}</span> {twin ? <span className="quiet small clip">{fileOf(path)}</span> : null}
      </button>
      <button
        type="button"
        className="plain tab-close"
        aria-label={words().tabs.close(twin ? `${title}, ${fileOf(path)}` : title)}
        onClick={() => void askToClose(path)}
      >
        <X size={14} aria-hidden />
      </button>
    </li>
  );
}
