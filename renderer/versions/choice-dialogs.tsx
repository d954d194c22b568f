import { Button } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { diffFlows } from '../../engine/flow/diff.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow } from '../../engine/flow/read.ts';
import type { KeptDraft } from '../../engine/studio/contract-versions.ts';
import { KINDS } from '../../nodes/index.ts';
import { askToClose } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { isDraft } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { exactTime } from '../ui/format.ts';
import { compareWithDisk, keepMine, saveMineAsCopy, takeTheirs } from './disk.ts';
import { caseOf, discard, groundOf, takeUp, type Ground } from './keep.ts';
import { tell, useVersions, type Conflict } from './store.ts';
import { words } from '../words/index.ts';

const close = () => tell({ dialog: null, error: null });

/** Sentences of a difference, as many as there are; they scroll. */
function Sentences({ title, of, none }: { title?: string; of: readonly string[]; none: string }) {
  return (
    <section className="diff-sentences" aria-label={title}>
      {title === undefined ? null : <h3>{title}</h3>}
      {of.length === 0 ? <p className="quiet">{none}</p> : null}
      <ul className="scroll" tabIndex={of.length > 4 ? 0 : undefined}>
        {of.map((sentence, i) => (
          <li key={i}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}

const sentences = (before: Flow, after: Flow): string[] =>
  diffFlows(before, after, { kinds: KINDS }).map(({ sentence }) => sentence);

/** The file changed on disk while it was changed here: both sides are told, and nothing is done before a person chose. */
export function ConflictDialog() {
  const path = useStudio((state) => state.document?.path ?? '');
  const conflict = useVersions((state) => (state.dialog === 'conflict' ? state.conflicts[path] : undefined));
  return (
    <Dialog
      opened={conflict !== undefined}
      onClose={close}
      title={conflict?.gone === true ? words().versions.conflict.goneTitle : words().versions.conflict.title}
      size={760}
    >
      {conflict === undefined ? null : <Conflicting path={path} conflict={conflict} />}
    </Dialog>
  );
}

function Conflicting({ path, conflict }: { path: string; conflict: Conflict }) {
  const open = useStudio((state) => state.document);
  const held = useVersions((state) => state.looks[path]?.held);
  const error = useVersions((state) => state.error);
  const document = held ?? open;
  const { flow } = conflict;
  if (document === null) return null;
  const { saved, history } = document;
  const text = conflict.gone
    ? words().versions.conflict.gone(path, isDraft(document))
    : flow === null
      ? words().versions.conflict[conflict.newer ? 'newer' : 'unreadable'](path)
      : words().versions.conflict.text(path);
  return (
    <div className="stack loose">
      <p>{text}</p>
      <div className="diff-both">
        {flow === null ? null : (
          <Sentences
            title={words().versions.conflict.onDisk}
            of={sentences(saved, flow)}
            none={words().versions.conflict.nothing}
          />
        )}
        {conflict.gone && !isDraft(document) ? null : (
          <Sentences
            title={words().versions.conflict.here}
            of={sentences(saved, history.present)}
            none={words().versions.conflict.nothing}
          />
        )}
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      <div className="row wrap">
        <Button onClick={() => void keepMine(path)}>
          {conflict.gone ? words().versions.conflict.again : words().versions.conflict.mine}
        </Button>
        {conflict.gone ? (
          <Button
            variant="default"
            onClick={() => {
              close();
              void askToClose(path);
            }}
          >
            {words().versions.conflict.close}
          </Button>
        ) : null}
        {flow === null ? null : (
          <Button variant="default" onClick={() => void takeTheirs(path)}>
            {words().versions.conflict.theirs}
          </Button>
        )}
        {conflict.gone ? null : (
          <Button variant="default" onClick={() => void saveMineAsCopy(path)}>
            {words().versions.conflict.copy}
          </Button>
        )}
        {flow === null ? null : (
          <Button variant="subtle" onClick={() => void compareWithDisk()}>
            {words().versions.conflict.draw}
          </Button>
        )}
        <Button variant="subtle" onClick={close}>
          {words().versions.conflict.later}
        </Button>
      </div>
    </div>
  );
}

/** A draft that was lost with a window or the engine, with what it changes; discarding it asks once more. */
export function LostDraftDialog() {
  const draft = useVersions((state) => (state.dialog === 'lost' ? state.lost[0] : undefined));
  const flow = useMemo(() => (draft === undefined ? null : readFlow(draft.text, KINDS).flow), [draft]);
  const title = flow?.about.title ?? draft?.path ?? '';
  const said = words().versions.lost;
  const isCase = draft !== undefined && caseOf(draft)?.drawn === false;
  return (
    <Dialog
      opened={draft !== undefined}
      onClose={close}
      title={isCase ? said.caseTitle(title) : said.title(title)}
      size={640}
    >
      {draft === undefined ? null : <Lost key={`${draft.path} ${draft.at}`} draft={draft} flow={flow} />}
    </Dialog>
  );
}

function Lost({ draft, flow }: { draft: KeptDraft; flow: Flow | null }) {
  const [ground, setGround] = useState<Ground | null>(null);
  const [sure, setSure] = useState(false);
  const error = useVersions((state) => state.error);
  useEffect(() => {
    let here = true;
    void groundOf(draft).then((found) => {
      if (here) setGround(found);
    });
    return () => {
      here = false;
    };
  }, [draft]);
  const lostCase = useMemo(() => caseOf(draft), [draft]);
  const drawn = lostCase?.drawn !== false;
  const said = words().versions.lost;
  const of = !drawn || flow === null || ground === null || ground.flow === null ? null : sentences(ground.flow, flow);
  return (
    <div className="stack loose">
      <p>
        {drawn
          ? said.text(draft.by, exactTime(draft.at))
          : said.caseText(draft.by, exactTime(draft.at), lostCase?.making.name ?? '')}
      </p>
      {of === null ? null : <Sentences of={of} none={words().versions.lost.same} />}
      {ground?.gone === true ? <p className="tone-wait">{words().versions.lost.fileGone}</p> : null}
      {ground !== null && !ground.gone && ground.flow === null ? (
        <p className="tone-wait">{words().versions.lost.unreadable}</p>
      ) : null}
      {drawn && ground?.changed === true && !ground.gone ? (
        <p className="tone-wait">{words().versions.lost.fileChanged}</p>
      ) : null}
      {drawn && lostCase !== null ? <p>{said.withCase(lostCase.making.name)}</p> : null}
      {error === null ? null : <ErrorNote error={error} />}
      {sure ? (
        <div className="stack" role="alert">
          <p>{words().versions.lost.sure}</p>
          <div className="row wrap">
            <Button color="red" onClick={() => void discard(draft)}>
              {words().versions.lost.discardNow}
            </Button>
            <Button variant="default" onClick={() => setSure(false)}>
              {words().versions.lost.keep}
            </Button>
          </div>
        </div>
      ) : (
        <div className="row wrap">
          <Button
            disabled={ground === null || flow === null}
            onClick={() => {
              if (ground !== null) void takeUp(draft, ground);
            }}
          >
            {words().versions.lost.take}
          </Button>
          <Button variant="default" onClick={() => setSure(true)}>
            {words().versions.lost.discard}
          </Button>
          <Button variant="subtle" onClick={close}>
            {words().versions.lost.later}
          </Button>
        </div>
      )}
    </div>
  );
}
