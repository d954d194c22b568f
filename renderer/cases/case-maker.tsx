import { Button, Loader } from '@mantine/core';
import { useEffect, useId, useMemo, useRef } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { changeCase, closeCase, runCase } from '../state/making.ts';
import { RunCaseButton } from '../fold/run-case-button.tsx';
import { useStudio, useSurroundings } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { FieldValue } from '../ui/field-value.tsx';
import { focusWithin } from '../ui/focus-back.ts';
import { words } from '../words/index.ts';
import { askedIn } from './asked.ts';
import { lackingOf, shownIn, undeclaredIn, type CaseDraft } from './draft.ts';
import { CameOut } from './came-out.tsx';
import { ModelsPart } from './models-part.tsx';
import { MessagesPart } from './messages-part.tsx';
import { OtherValues } from './other-values.tsx';
import { PeoplePart } from './people-part.tsx';
import { WhenPart } from './when-part.tsx';
import './cases.css';
import { without } from '../document/without.ts';

/** A case is made: on the left what it brings and what is decided in it, on the right what comes out and is kept. */
export function CaseMaker({ flow, making }: { flow: Flow; making: CaseDraft }) {
  const surroundings = useSurroundings();
  const running = useStudio((state) => state.sandbox.running === 'scenario');
  const error = useStudio((state) => state.sandbox.error);
  const asked = useMemo(() => askedIn(flow, surroundings), [flow, surroundings]);
  const lacking = lackingOf(making, flow, asked);
  const marked = making.tried ? lacking : NOTHING;
  const said = words().making;
  const form = useRef<HTMLFormElement>(null);
  // The menu or button that began it is gone.
  useEffect(() => {
    if (form.current !== null && document.activeElement === document.body) focusWithin(form.current);
  }, []);
  return (
    <div className="case-maker">
      <div className="row wrap case-maker-head">
        <h2>{making.place === null ? said.titleNew : said.titleEdit(making.scenario.name)}</h2>
        <span className="chip sandbox">{words().cases.sandbox}</span>
        <span className="grow" />
        <RunCaseButton variant={making.ran === null ? 'filled' : 'default'} onRun={() => void runCase()}>
          {said.run}
        </RunCaseButton>
        <Button variant="subtle" onClick={closeCase}>
          {said.cancel}
        </Button>
      </div>
      {marked.size > 0 ? (
        <p className="field-fault error" role="alert">
          {said.lacking}
        </p>
      ) : null}
      <div className="case-columns">
        <form
          ref={form}
          className="case-form"
          aria-label={said.form}
          onSubmit={(event) => {
            event.preventDefault();
            void runCase();
          }}
        >
          <Brings flow={flow} making={making} marked={marked} />
          <PeoplePart asked={asked} making={making} marked={marked} />
          <ModelsPart asked={asked} making={making} />
          <MessagesPart flow={flow} asked={asked} making={making} marked={marked} />
          <WhenPart making={making} />
          {/* Enter in a field runs the case. */}
          <button type="submit" hidden />
        </form>
        <div className="case-outcome">
          {running && making.ran === null ? (
            <Loader size="sm" role="status" aria-label={words().cases.running} />
          ) : null}
          {error === null ? null : <ErrorNote error={error} />}
          <CameOut flow={flow} making={making} asked={asked} />
        </div>
      </div>
    </div>
  );
}

const NOTHING: ReadonlySet<string> = new Set();

function Brings({ flow, making, marked }: { flow: Flow; making: CaseDraft; marked: ReadonlySet<string> }) {
  const title = useId();
  const said = words().making;
  const fields = Object.entries(flow.input);
  const { scenario } = making;
  return (
    <section className="case-part" aria-labelledby={title}>
      <h3 id={title}>{said.brings}</h3>
      {fields.length === 0 ? <p className="quiet">{said.bringsNothing}</p> : null}
      <div className="case-fields">
        {fields.map(([name, field]) => (
          <FieldValue
            key={name}
            name={name}
            field={field}
            value={shownIn(making.given, scenario.input, name)}
            error={marked.has(`input.${name}`) ? said.missing : undefined}
            onChange={(value) => changeCase({ given: { ...making.given, [name]: value } })}
          />
        ))}
      </div>
      <OtherValues
        values={undeclaredIn(flow.input, scenario.input)}
        onDrop={(name) => changeCase({ scenario: { ...scenario, input: without(scenario.input, name) } })}
      />
    </section>
  );
}
