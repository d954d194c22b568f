import { useEffect, useState } from 'react';
import { useStudio } from '../state/store.ts';
import { isAllKept } from '../versions/keep.ts';
import { words } from '../words/index.ts';

/** Milliseconds without the engine after which nobody should wait for it: a host that starts it again does so in seconds. */
export const HARDLY_COMES_BACK_MS = 60_000;

/** The engine cannot be reached: what is on the canvas stays, and cannot be saved until it is back, by itself or not. */
export function LostLink() {
  const lost = useStudio((state) => state.service.link === 'lost');
  return lost ? <Lost /> : null;
}

function Lost() {
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setEnded(true), HARDLY_COMES_BACK_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className="banner" role="alert">
      {ended ? endedWords(window.countersign !== undefined, isAllKept()) : words().shell.lost}
    </p>
  );
}

/** What to do where the engine does not come back: by how the studio was started, and what of the drafts is in a file. */
export function endedWords(desktop: boolean, kept: boolean): string {
  const { text, desktop: quit, browser, kept: all, partly } = words().shell.ended;
  return [text, desktop ? quit : browser, kept ? all : partly].join(' ');
}
