import { Button, Loader, Select } from '@mantine/core';
import { X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { sameProgram } from '../canvas/marks.ts';
import { moves, useFollow } from '../runs/use-follow.ts';
import { statusWord, toneOf } from '../runs/status.ts';
import { service } from '../state/files.ts';
import type { RealCase, ShownTraffic } from '../state/records.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { exactTime } from '../ui/format.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { words } from '../words/index.ts';
import { canRehearse, hideReal, refreshCase, showCase, showTraffic } from './acts.ts';
import { OutcomesBar } from './outcomes.tsx';

/** What of real cases is drawn on the canvas below, in words: which case or how many, and of which release. */
export function RealStrip() {
  const real = useStudio((state) => state.presence.real);
  const traffic = useStudio((state) => state.presence.traffic);
  if (real !== null) return <CaseStrip real={real} />;
  return traffic === null ? null : <TrafficStrip shown={traffic} />;
}

/** Is what was drawn over still what is on the canvas? */
const useStale = ({ of }: RealCase | ShownTraffic): boolean => useStudio((state) => !sameProgram(of, flowOf(state)));

function Hide({ label }: { label: string }) {
  return (
    <button type="button" className="plain icon" aria-label={label} title={label} onClick={hideReal}>
      <X size={16} aria-hidden />
    </button>
  );
}

function CaseStrip({ real }: { real: RealCase }) {
  const stale = useStale(real);
  const tasks = useStudio((state) => state.service.openTasks);
  const again = useCallback(() => void refreshCase(), []);
  useEffect(again, [again, tasks]);
  useFollow(moves(real), again);
  const told = useStudio(({ session }) => session.foldOpen && session.foldTab === 'runs');
  const said = words().real;
  const { run, release, status, result, differs, started } = real;
  return (
    <section className="real-strip" aria-label={said.strip}>
      <span className="chip real">{words().runs.real}</span>
      <p className="grow row wrap" role="status">
        <span className="strong">
          {said.case('')}
          <span className="mono">{run}</span>
        </span>
        <span className={`chip ${toneOf(status)}`}>{statusWord(status)}</span>
        {result === null ? null : <span>{result}</span>}
        <span className="quiet" title={exactTime(started)}>
          {stale ? said.moved(release) : differs === null ? said.ranOn(release) : said.differs(release, differs)}
        </span>
      </p>
      {stale ? (
        <Button size="compact-sm" onClick={() => void showCase(run)}>
          {said.over(release)}
        </Button>
      ) : null}
      {told ? null : (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => transit((state) => arranged(state, { foldOpen: true, foldTab: 'runs' }))}
        >
          {said.story}
        </Button>
      )}
      <Hide label={said.hide} />
    </section>
  );
}

const PERIODS: readonly (number | null)[] = [1, 7, 30, 365, null];
const SCENARIOS = 'scenarios';
const EVER = 'ever';

function TrafficStrip({ shown }: { shown: ShownTraffic }) {
  const stale = useStale(shown);
  const said = words().real.traffic;
  const [busy, setBusy] = useState(false);
  const { release, days, traffic, outcomes, cut, differs } = shown;
  const ask = async (asked: { release: number | null; days: number | null }): Promise<void> => {
    setBusy(true);
    await showTraffic(asked);
    setBusy(false);
  };
  return (
    <section className="real-strip" aria-label={said.title}>
      <span className={`chip ${release === null ? 'sandbox' : 'real'}`}>
        {release === null ? words().cases.sandbox : words().runs.real}
      </span>
      <span className="strong">{said.title}</span>
      <Source release={release} onChoose={(next) => void ask({ release: next, days })} />
      {release === null ? null : (
        <Select
          aria-label={said.since}
          size="xs"
          w={148}
          allowDeselect={false}
          data={PERIODS.map((period) => ({
            value: String(period ?? EVER),
            label: period === null ? said.ever : said.days(period),
          }))}
          value={String(days ?? EVER)}
          onChange={(next) => void ask({ release, days: next === null || next === EVER ? null : Number(next) })}
        />
      )}
      <p className="row" role="status">
        {busy ? <Loader size={14} aria-label={said.loading} /> : null}
        {traffic.cases === 0 ? <span className="quiet">{said.none}</span> : null}
        {traffic.cases === 0 ? null : <span className="strong">{words().real.cases(traffic.cases)}</span>}
        {cut ? <span className="quiet">{said.cut}</span> : null}
        {differs === null || stale ? null : <span className="quiet">{said.differs(differs)}</span>}
        {stale ? <span className="quiet">{said.moved}</span> : null}
      </p>
      <span className="grow strip-bar">
        <OutcomesBar of={said.title} outcomes={outcomes} />
      </span>
      {stale && release !== null ? (
        <Button size="compact-sm" onClick={() => void ask({ release, days })}>
          {said.again}
        </Button>
      ) : null}
      <Hide label={words().real.hideTraffic} />
    </section>
  );
}

/** Releases of the open flow, the newest first, and its scenarios where they have run. */
function Source({ release, onChoose }: { release: number | null; onChoose: (release: number | null) => void }) {
  const path = useStudio((state) => state.document?.path);
  const rehearsed = useStudio((state) => state.presence.traffic?.release === null || canRehearse(state, flowOf(state)));
  const { answer } = useAnswer(useCallback(() => service().call('releases', {}), []));
  const said = words().real.traffic;
  const own = (answer?.releases ?? []).filter(({ flow }) => flow === path).map((one) => one.release);
  const all = [...new Set([...(release === null ? [] : [release]), ...own])].sort((a, b) => b - a);
  return (
    <Select
      aria-label={said.of}
      size="xs"
      w={release === null ? 208 : 128}
      allowDeselect={false}
      data={[
        ...all.map((one) => ({ value: String(one), label: said.release(one) })),
        ...(rehearsed ? [{ value: SCENARIOS, label: said.scenarios }] : []),
      ]}
      value={String(release ?? SCENARIOS)}
      onChange={(next) => onChoose(next === null || next === SCENARIOS ? null : Number(next))}
    />
  );
}
