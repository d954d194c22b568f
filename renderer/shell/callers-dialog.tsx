import { Button } from '@mantine/core';
import { answerCallers, renamedFields } from '../state/renames.ts';
import { useStudio } from '../state/store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words/index.ts';

/** Fields of the input are called otherwise, and other flows hand them over: are these to follow? */
export function CallersDialog() {
  const dialog = useStudio((state) => state.presence.dialog);
  const document = useStudio((state) => state.document);
  const asked = dialog?.dialog === 'callers' ? dialog : null;
  const fields = asked === null || document === null ? [] : [...renamedFields(document)];
  const said = words().renames.callers;
  return (
    <Dialog opened={asked !== null} onClose={() => answerCallers('cancel')} title={said.title} size={560}>
      <div className="stack loose">
        <p>{said.text(fields.map(([from, to]) => words().renames.pending.arrow(from, to)))}</p>
        <ul className="callers" aria-label={said.list}>
          {(asked?.callers ?? []).map(({ path, title, steps, draft }) => (
            <li key={path}>
              <strong>{title}</strong> <span className="quiet">{said.steps(steps)}</span>
              {draft ? <p className="small quiet">{said.draft}</p> : null}
            </li>
          ))}
        </ul>
        <p className="small quiet">{said.pinned}</p>
        <div className="row wrap">
          <Button data-autofocus onClick={() => answerCallers('follow')}>
            {said.follow(asked?.callers.length ?? 0)}
          </Button>
          <Button variant="default" onClick={() => answerCallers('stay')}>
            {said.stay}
          </Button>
          <Button variant="subtle" onClick={() => answerCallers('cancel')}>
            {said.cancel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
