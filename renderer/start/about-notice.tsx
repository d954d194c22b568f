import { MessageCircleQuestion } from 'lucide-react';
import { missingIn } from '../../engine/flow/about.ts';
import type { About } from '../../engine/flow/document.ts';
import { isUntested } from '../state/sandbox.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { aboutId } from './about-fields.tsx';

/** What a flow does not say of itself yet: a notice, and no problem. */
export function AboutNotice({ about }: { about: About }) {
  const untested = useStudio(isUntested);
  const missing = missingIn(about);
  const [first] = missing;
  if (first === undefined) return null;
  return (
    <div className="about-notice" role="note">
      <MessageCircleQuestion size={16} aria-hidden />
      <div className="stack">
        <p>{words().start.missing(missing)}</p>
        <p className="small quiet">{words().start.missingHelp}</p>
        {untested ? <p className="small quiet">{words().making.toSign}</p> : null}
        <button type="button" className="plain link" onClick={() => document.getElementById(aboutId(first))?.focus()}>
          {words().start.fillIn}
        </button>
      </div>
    </div>
  );
}
