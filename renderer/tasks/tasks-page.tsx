import { Button, Loader } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { service } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged, served } from '../state/transitions.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { exactTime, fromNow, inOrder, plainValue } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { Queue } from './queue.tsx';
import { afterTask, inTurn, shownTask } from './shown.ts';
import { TaskDetail } from './task-detail.tsx';

/** The approver's inbox: what waits for a person, and what exactly would be done. */
export function TasksPage() {
  const open = useStudio((state) => state.service.openTasks);
  const [chosen, setChosen] = useState<string | null>(null);
  const { answer, error, again } = useAnswer(useCallback(() => service().call('tasks', {}), []));
  useEffect(again, [again, open]);
  const tasks = inTurn(answer?.tasks ?? []);
  const [done, setDone] = useState<string | null>(null);
  const current = shownTask(tasks, chosen, done);
  // From here on it is looked at.
  if (current !== chosen) setChosen(current);
  const now = useNow();

  // What had the keyboard goes with the task that was decided: the one that comes into its place has it, or the page, which
  // goes as well once a task comes.
  const left = useRef<string | null>(null);
  useEffect(() => {
    if (answer === null || left.current === null || left.current === current) return;
    const next = document.querySelector('.inbox-item[aria-current="true"], .page');
    // Where it was the last one, the page comes once the answer says so.
    if (!(next instanceof HTMLElement)) return;
    if (current !== null) left.current = null;
    if ((document.activeElement ?? document.body) === document.body) next.focus();
  }, [current, answer]);

  const decided = () => {
    left.current = current;
    setDone(current);
    // Who went on to another task meanwhile stays there.
    setChosen((shown) => (current !== null && shown === current ? afterTask(tasks, current) : shown));
    transit((state) => served(state, { openTasks: Math.max(0, tasks.length - 1) }));
    again();
  };

  if (error !== null || answer === null || tasks.length === 0)
    return (
      <Page>
        <h1>{words().tasks.title}</h1>
        {error !== null ? (
          <ErrorNote error={error} />
        ) : answer === null ? (
          <Loader size="sm" role="status" aria-label={words().tasks.loading} />
        ) : (
          <>
            <Empty title={words().tasks.noneTitle} text={words().tasks.none}>
              <Button variant="default" onClick={() => transit((state) => arranged(state, { view: 'runs' }))}>
                {words().record.toCases}
              </Button>
            </Empty>
            <Queue />
          </>
        )}
      </Page>
    );
  return (
    <div className="inbox">
      <nav className="inbox-list scroll" aria-label={words().tasks.title}>
        <h2>{words().tasks.title}</h2>
        <Queue />
        <ul>
          {tasks.map((task) => (
            <li key={task.id}>
              <button
                type="button"
                className="inbox-item"
                aria-current={task.id === current}
                onClick={() => setChosen(task.id)}
              >
                <span className="strong break">{inOrder(task.title)}</span>
                {task.facts.length === 0 ? null : (
                  <span className="small break inbox-facts">
                    {task.facts
                      .map(({ label, value }) => words().tasks.fact(inOrder(label), plainValue(value)))
                      .join(' · ')}
                  </span>
                )}
                <span className="small quiet row">
                  <span className="grow break">
                    {[task.flowTitle, task.role].filter((part) => part !== null).join(' · ')}
                  </span>
                  {task.due === null ? null : (
                    <span className={task.due < now ? 'tone-bad' : 'tone-wait'} title={exactTime(task.due)}>
                      {words().tasks.due(fromNow(task.due, now))}
                    </span>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      {current === null ? null : (
        <TaskDetail key={current} id={current} gone={!tasks.some(({ id }) => id === current)} onDecided={decided} />
      )}
    </div>
  );
}
