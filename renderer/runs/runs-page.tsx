import { Button, Loader } from '@mantine/core';
import { ChevronLeft, ChevronRight, Play, RefreshCw, Stamp } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { useOffer } from '../commands/offered.ts';
import { service } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { plainNumber } from '../ui/format.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { chooseCase, useChosenCase } from './chosen.ts';
import { CasesTable } from './cases-table.tsx';
import { ANY, asksNothing, FindCases, olderPage, questionOf, type Asked } from './find-cases.tsx';
import { RunStory } from './run-story.tsx';
import { wordOf } from './status.ts';
import { moves, useFollow } from './use-follow.ts';

const LIMIT = 100;

/** Real cases of the local runner: how many came out how, and the story of each. */
export function RunsPage() {
  const chosen = useChosenCase(({ run }) => run);
  const [asked, setAsked] = useState<Asked>(ANY);
  /** The last case of each page before this one. */
  const [before, setBefore] = useState<readonly string[]>([]);
  const after = before.at(-1);
  const { answer, error, again } = useAnswer(
    useCallback(
      () =>
        service().call('runs', {
          limit: LIMIT,
          ...questionOf(asked),
          ...(after === undefined ? {} : { after }),
        }),
      [asked, after],
    ),
  );
  // A case that a person started or decided has moved on.
  const tasks = useStudio((state) => state.service.openTasks);
  const dialog = useStudio((state) => state.presence.dialog);
  useEffect(again, [again, tasks, dialog]);
  useOffer({ 'runs.refresh': again });
  useFollow(answer?.runs.some(moves) ?? false, again);
  // The same frame in every state: what has the keyboard keeps it when the answer comes.
  return (
    <div className="runs">
      <Page className="grow">
        <Head again={again} />
        {error === null ? null : <ErrorNote error={error} />}
        {answer === null && error === null ? (
          <Loader size="sm" role="status" aria-label={words().runs.loading} />
        ) : null}
        {answer === null || error !== null ? null : (
          <Cases
            answer={answer}
            asked={asked}
            chosen={chosen}
            onAsk={(next) => {
              setBefore([]);
              setAsked(next);
            }}
            onChoose={chooseCase}
            newer={before.length === 0 ? null : () => setBefore(before.slice(0, -1))}
            older={answer.more ? () => setBefore((pages) => olderPage(pages, answer.runs)) : null}
          />
        )}
      </Page>
      {chosen === null ? null : (
        <RunStory key={chosen} id={chosen} onClose={() => chooseCase(null)} onChoose={chooseCase} />
      )}
    </div>
  );
}

const askToStart = (): void => transit((state) => present(state, { dialog: { dialog: 'start case' } }));

const Head = ({ again }: { again: () => void }) => (
  <div className="row">
    <h1 className="grow">{words().runs.title}</h1>
    <button type="button" className="plain" onClick={again}>
      <RefreshCw size={14} aria-hidden />
      {words().runs.refresh}
    </button>
    <Button variant="default" data-tour="start case" leftSection={<Play size={14} aria-hidden />} onClick={askToStart}>
      {words().runs.start}
    </Button>
  </div>
);

interface CasesProps {
  answer: StudioAnswer<'runs'>;
  asked: Asked;
  chosen: string | null;
  onAsk: (asked: Asked) => void;
  onChoose: (id: string) => void;
  /** To the page with newer cases, or older; null where there is none. */
  newer: (() => void) | null;
  older: (() => void) | null;
}

function Cases({ answer, asked, chosen, onAsk, onChoose, newer, older }: CasesProps) {
  const counts = Object.entries(answer.counts).toSorted(([, a], [, b]) => b - a);
  if (counts.length === 0) return <NoCases />;
  const said = words().runs;
  return (
    <>
      <Counts counts={counts} />
      <FindCases asked={asked} known={answer} onChange={onAsk} />
      {answer.runs.length === 0 ? (
        <p className="quiet row" role="status">
          {said.find.nothing}
          {asksNothing(asked) ? null : (
            <button type="button" className="plain" onClick={() => onAsk(ANY)}>
              {said.find.all}
            </button>
          )}
        </p>
      ) : (
        <CasesTable runs={answer.runs} chosen={chosen} onChoose={onChoose} />
      )}
      {newer === null && older === null ? null : (
        <nav className="row" aria-label={said.pages}>
          <button type="button" className="plain" disabled={newer === null} onClick={newer ?? undefined}>
            <ChevronLeft size={14} aria-hidden />
            {said.newer}
          </button>
          <button type="button" className="plain" disabled={older === null} onClick={older ?? undefined}>
            {said.older}
            <ChevronRight size={14} aria-hidden />
          </button>
        </nav>
      )}
    </>
  );
}

/** Where cases come from, with the step that is next. */
export function NoCases() {
  const canExport = useStudio((state) => state.document !== null);
  const released = useStudio((state) => state.service.workspace?.flows.some(({ signed }) => signed !== null) === true);
  // The button for it stands beside the heading already.
  if (released) return <Empty title={words().runs.noneTitle} text={words().runs.noneYet} />;
  return (
    <Empty title={words().runs.noneTitle} text={words().runs.none}>
      <Button
        variant="default"
        leftSection={<Stamp size={14} aria-hidden />}
        onClick={() =>
          transit((state) =>
            canExport ? present(state, { dialog: { dialog: 'export' } }) : arranged(state, { view: 'flows' }),
          )
        }
      >
        {canExport ? words().exporting.open : words().releases.openFlow}
      </Button>
    </Empty>
  );
}

/** How many cases came out how, as bars. */
function Counts({ counts }: { counts: readonly (readonly [string, number])[] }) {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  return (
    <ul className="bars wide" aria-label={words().runs.counts}>
      {counts.map(([name, count]) => (
        <li key={name}>
          <span className="clip">{wordOf(name) ?? name}</span>
          <span className="bar" aria-hidden>
            <span className="bar-fill" style={{ width: `${(count / most) * 100}%` }} />
          </span>
          <span className="bar-share">{plainNumber(count)}</span>
        </li>
      ))}
    </ul>
  );
}
