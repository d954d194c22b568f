import { Button, Textarea } from '@mantine/core';
import { Check, RotateCcw } from 'lucide-react';
import { useId, type KeyboardEvent } from 'react';
import { threadsOf, type Thread } from '../document/comments.ts';
import { transit, useFlow, useStudio } from '../state/store.ts';
import { present, selected } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { exactTime, fromNow } from '../ui/format.ts';
import { takeTyped } from '../ui/type-ahead.ts';
import { useNow } from '../ui/use-now.ts';
import { answer, close, comment, reopen } from './comment-acts.ts';
import { placeOf, send, useHalfWritten, written } from './half-written.ts';
import { words } from '../words/index.ts';

/** What people say about a step: read, answered, closed and opened again. What is begun waits for who comes back. */
export function CommentsDialog() {
  const node = useStudio(({ presence: { dialog } }) => (dialog?.dialog === 'comments' ? dialog.node : null));
  const flow = useFlow();
  const name = node === null ? undefined : flow?.nodes[node]?.name;
  const leave = () => {
    const { selection } = useStudio.getState().presence;
    transit((state) => present(state, { dialog: null }));
    if (node === null) return;
    setTimeout(() => {
      // The key that closed the dialog may have reached the canvas, where it selects nothing.
      transit((state) => selected(state, selection));
    }, 60);
  };
  return (
    <Dialog opened={name !== undefined} onClose={leave} title={words().canvas.comments.title(name ?? '')} size={520}>
      {node === null || flow === null || name === undefined ? null : <Threads key={node} node={node} />}
    </Dialog>
  );
}

export function Threads({ node }: { node: string }) {
  const flow = useFlow();
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const threads = flow === null ? [] : threadsOf(flow, node);
  const open = threads.filter((thread) => thread.closed === undefined);
  const closed = threads.filter((thread) => thread.closed !== undefined);
  return (
    <div className="stack loose">
      {threads.length === 0 ? <p className="quiet">{words().canvas.comments.none}</p> : null}
      {open.map((thread) => (
        <OneThread key={thread.id} thread={thread} readOnly={readOnly} />
      ))}
      {readOnly ? null : (
        <Write
          about={node}
          label={words().canvas.comments.write}
          placeholder={words().canvas.comments.placeholder}
          act={words().canvas.comments.add}
          first
          onWrite={(text) => comment(node, text)}
        />
      )}
      {closed.length === 0 ? null : (
        <details>
          <summary className="small quiet">{words().canvas.comments.closed(closed.length)}</summary>
          <div className="stack loose threads-closed">
            {closed.map((thread) => (
              <OneThread key={thread.id} thread={thread} readOnly={readOnly} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function OneThread({ thread, readOnly }: { thread: Thread; readOnly: boolean }) {
  const now = useNow();
  const by = thread.remarks[0]?.by ?? '';
  const { closed } = thread;
  return (
    <article className={closed === undefined ? 'thread' : 'thread closed'}>
      <ul className="stack">
        {thread.remarks.map((remark, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- remarks are only ever added at the end
          <li key={i}>
            <div className="small">
              <span className="strong">{remark.by}</span>{' '}
              <time className="quiet" dateTime={remark.at} title={exactTime(Date.parse(remark.at))}>
                {fromNow(Date.parse(remark.at), now)}
              </time>
            </div>
            <p className="remark">{remark.text}</p>
          </li>
        ))}
      </ul>
      {closed === undefined ? null : (
        <p className="small quiet" title={exactTime(Date.parse(closed.at))}>
          {words().canvas.comments.closedBy(closed.by)}
        </p>
      )}
      {readOnly ? null : closed === undefined ? (
        <Write
          about={thread.id}
          label={words().canvas.comments.answerTo(by)}
          placeholder={words().canvas.comments.answerTo(by)}
          act={words().canvas.comments.answer}
          onWrite={(text) => answer(thread.id, text)}
        >
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Check size={14} aria-hidden />}
            onClick={() => void close(thread.id)}
          >
            {words().canvas.comments.close}
          </Button>
        </Write>
      ) : (
        <div className="row">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RotateCcw size={14} aria-hidden />}
            onClick={() => reopen(thread.id)}
          >
            {words().canvas.comments.reopen}
          </Button>
        </div>
      )}
    </article>
  );
}

interface WriteProps {
  /** The step or the comment that it is about, by its id. */
  about: string;
  label: string;
  placeholder: string;
  act: string;
  first?: boolean;
  /** Gives whether what was written is kept now. */
  onWrite: (text: string) => Promise<boolean>;
  children?: React.ReactNode;
}

/** A text and the button that keeps it; Ctrl Enter does too. */
function Write({ about, label, placeholder, act, first = false, onWrite, children }: WriteProps) {
  const place = useStudio((state) => placeOf(state.document?.path ?? '', about));
  const text = useHalfWritten((all) => all[place] ?? '');
  const id = useId();
  const write = () => void send(place, onWrite);
  /** What was typed before the field was there. */
  const takeOver = (): void => {
    const typed = takeTyped().text;
    if (typed !== '') written(place, text + typed);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    write();
  };
  return (
    <div className="stack">
      <Textarea
        id={id}
        aria-label={label}
        placeholder={placeholder}
        autosize
        minRows={first ? 2 : 1}
        maxRows={8}
        maxLength={4000}
        value={text}
        {...(first ? { 'data-autofocus': true, onFocus: takeOver } : {})}
        onChange={(event) => written(place, event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="row">
        <Button size="compact-sm" variant={first ? 'filled' : 'default'} disabled={text.trim() === ''} onClick={write}>
          {act}
        </Button>
        {children}
      </div>
    </div>
  );
}
