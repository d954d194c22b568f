import { Button, Checkbox, TextInput } from '@mantine/core';
import { Check, X } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import type { ErrorShape } from '../../engine/flow/error.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { sameProgram } from '../canvas/marks.ts';
import { changeCase, editCase, keepCase, runCase } from '../state/making.ts';
import { clearMocks } from '../state/sandbox.ts';
import { useStudio, useSurroundings } from '../state/store.ts';
import { Story } from '../story/story.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { sandboxTime } from '../ui/format.ts';
import { words } from '../words/index.ts';
import type { Asked } from './asked.ts';
import { calledAs } from './carry.ts';
import { isAsRun, scenarioOf, type CaseDraft } from './draft.ts';
import {
  expecting,
  isExpected,
  isSo,
  keyOf,
  notExpecting,
  offersOf,
  thingsIn,
  type Offer,
  type Thing,
} from './expecting.ts';
import { showStep } from './show-step.ts';
import { thingWords } from './thing-words.ts';

interface CameOutProps {
  flow: Flow;
  making: CaseDraft;
  asked: readonly Asked[];
}

/** What came of the case that is being made, what of it is expected from now on, and where it is kept. */
export function CameOut({ flow, making, asked }: CameOutProps) {
  const surroundings = useSurroundings();
  const { ran } = making;
  const offers = useMemo(
    () => (ran === null ? [] : offersOf(ran.result, calledAs(ran.of, flow), surroundings)),
    [ran, flow, surroundings],
  );
  const said = words().making;
  const now = scenarioOf(making, flow, asked);
  return (
    <>
      {ran === null ? (
        making.place === null ? (
          <p className="quiet">{said.notRun}</p>
        ) : null
      ) : (
        <section className="stack">
          <h3 className="row wrap">
            {said.came}
            <span className="quiet">
              {words().cases.status[ran.result.status]}
              {ran.result.result === null ? '' : ` · ${ran.result.result}`} · {sandboxTime(ran.result.clock)}
            </span>
            {isAsRun(making, now) ? null : <span className="chip wait">{said.changed}</span>}
            {sameProgram(ran.of, flow) ? null : <span className="chip wait">{said.stale}</span>}
          </h3>
          {ran.result.error === null ? null : <ErrorNote error={ran.result.error} />}
        </section>
      )}
      {ran !== null && ran.result.mocks.length > 0 ? (
        <p>
          {said.withMocks}{' '}
          <button
            type="button"
            className="plain link whole"
            onClick={() => {
              clearMocks();
              void runCase();
            }}
          >
            {words().stepCase.withoutMocks}
          </button>
        </p>
      ) : ran !== null || making.place !== null ? (
        <>
          <Expected making={making} offers={offers} />
          <Keep making={making} ready={making.place !== null || ran !== null} />
        </>
      ) : null}
      {ran === null ? null : (
        <section className="stack">
          <h3>{said.way}</h3>
          <Story steps={ran.result.trace} flow={ran.of} onShow={showStep} />
        </section>
      )}
    </>
  );
}

const GROUPS = [
  { group: 'outcome', parts: ['status', 'result'] },
  { group: 'effects', parts: ['effects'] },
  { group: 'path', parts: ['passes', 'avoids'] },
  { group: 'values', parts: ['holds'] },
] as const;

/** What can be expected: what is, and what came out beside it. */
function Expected({ making, offers }: { making: CaseDraft; offers: readonly Offer[] }) {
  const title = useId();
  const said = words().making;
  const expected = thingsIn(making.expect);
  const known = new Set([...expected, ...offers.filter((one) => one.usual).map((one) => one.thing)].map(keyOf));
  const all = new Map([...expected, ...offers.map((one) => one.thing)].map((thing) => [keyOf(thing), thing]));
  return (
    <section className="case-expect" aria-labelledby={title}>
      <h3 id={title}>{said.expect}</h3>
      <p className="small quiet">{said.expectHelp}</p>
      {expected.length === 0 ? <p className="field-fault warning">{said.nothing}</p> : null}
      {GROUPS.map(({ group, parts }) => {
        const things = [...all].filter(([, { part }]) => parts.some((one) => one === part));
        const first = things.filter(([key]) => known.has(key));
        const more = things.filter(([key]) => !known.has(key));
        if (things.length === 0) return null;
        return (
          <fieldset key={group} className="case-group">
            <legend>{said.groups[group]}</legend>
            {first.map(([key, thing]) => (
              <Tick key={key} thing={thing} making={making} offers={offers} />
            ))}
            {more.length === 0 ? null : (
              <details>
                <summary className="small quiet">{said.moreOf(more.length)}</summary>
                {more.map(([key, thing]) => (
                  <Tick key={key} thing={thing} making={making} offers={offers} />
                ))}
              </details>
            )}
          </fieldset>
        );
      })}
    </section>
  );
}

function Tick({ thing, making, offers }: { thing: Thing; making: CaseDraft; offers: readonly Offer[] }) {
  const said = words().making;
  const ticked = isExpected(making.expect, thing);
  const so = making.ran === null ? null : isSo(thing, making.ran.result, offers);
  return (
    <div className="row case-tick">
      <Checkbox
        size="xs"
        className="grow"
        label={thingWords(thing)}
        checked={ticked}
        onChange={(event) => {
          const change = event.currentTarget.checked ? expecting : notExpecting;
          changeCase({ expect: change(making.expect, thing), chose: true });
        }}
      />
      {!ticked || so === null ? null : so ? (
        <Check size={16} color="var(--green)" role="img" aria-label={said.so} />
      ) : (
        <X size={16} color="var(--red)" role="img" aria-label={said.notSo} />
      )}
    </div>
  );
}

/** The name under which it is kept, and the keeping. */
function Keep({ making, ready }: { making: CaseDraft; ready: boolean }) {
  const [error, setError] = useState<ErrorShape | null>(null);
  const [busy, setBusy] = useState(false);
  const path = useStudio((state) => state.document?.path);
  const workspace = useStudio((state) => state.service.workspace);
  const said = words().making;
  const name = making.name.trim();
  const place = making.place?.path;
  const scenarios = workspace?.flows.find((entry) => entry.path === path)?.scenarios ?? [];
  const isTaken = scenarios.some((one) => one.name === name && one.path !== place);
  const keep = (as: 'it' | 'another'): void => {
    if (name === '' || isTaken || !ready) return;
    setBusy(true);
    void keepCase(as).then((failed) => {
      setBusy(false);
      setError(failed);
    });
  };
  return (
    <form
      className="case-keep"
      onSubmit={(event) => {
        event.preventDefault();
        keep('it');
      }}
    >
      <div className="row top wrap">
        <TextInput
          className="grow"
          label={said.name}
          placeholder={said.nameExample}
          maxLength={120}
          value={making.name}
          error={isTaken ? said.taken : undefined}
          onChange={(event) => changeCase({ name: event.target.value })}
        />
        <Button type="submit" className="case-keep-act" loading={busy} disabled={name === '' || isTaken || !ready}>
          {making.place === null ? said.keep : said.keepChanges}
        </Button>
      </div>
      {error === null ? null : (
        <>
          <ErrorNote error={error} />
          {error.code === 'FILE_CHANGED' && place !== undefined ? (
            <div className="row">
              <Button variant="default" onClick={() => keep('another')}>
                {said.keepOther}
              </Button>
              <Button variant="default" onClick={() => void editCase(place)}>
                {said.again}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </form>
  );
}
