import { Select, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { changeCase } from '../state/making.ts';
import { FieldValue } from '../ui/field-value.tsx';
import { words } from '../words/index.ts';
import { AfterField } from './after-field.tsx';
import type { Asked, PersonAsked } from './asked.ts';
import { OtherValues } from './other-values.tsx';
import { askedAt, shownIn, undeclaredIn, type Act, type CaseDraft, type DraftAct } from './draft.ts';
import { without } from '../document/without.ts';

interface PeoplePartProps {
  asked: readonly Asked[];
  making: CaseDraft;
  marked: ReadonlySet<string>;
}

/** What people decide in a case, at each step that asks one. */
export function PeoplePart({ asked, making, marked }: PeoplePartProps) {
  const title = useId();
  const said = words().making;
  const people = asked.filter((one): one is PersonAsked => one.asks !== 'model' && one.asks !== 'message');
  const others = making.people.filter(({ at }) => askedAt(asked, at) === undefined);
  if (people.length === 0 && others.length === 0) return null;
  const put = (next: readonly DraftAct[]): void => changeCase({ people: next });
  return (
    <section className="case-part" aria-labelledby={title}>
      <h3 id={title}>{said.people}</h3>
      {people.map((one) => (
        <Step key={one.at} asked={one} acts={making.people} marked={marked} onChange={put} />
      ))}
      {others.length === 0 ? null : (
        <>
          <p className="small quiet">{said.others}</p>
          <ul>
            {others.map((act) => (
              <li key={`${act.at} ${making.people.indexOf(act)}`} className="row">
                <span className="grow">{said.othersAct(act.at, act.decide)}</span>
                <button
                  type="button"
                  className="plain icon"
                  aria-label={said.drop(act.at)}
                  title={said.drop(act.at)}
                  onClick={() => put(making.people.filter((each) => each !== act))}
                >
                  <X size={14} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface StepProps {
  asked: PersonAsked;
  acts: readonly DraftAct[];
  marked: ReadonlySet<string>;
  onChange: (acts: readonly DraftAct[]) => void;
}

const NOBODY = 'nobody';

function Step({ asked, acts, marked, onChange }: StepProps) {
  const said = words().making;
  const here = acts.flatMap((act, index) => (act.at === asked.at ? [{ act, index }] : []));
  const replace = (index: number, act: DraftAct): void => onChange(acts.with(index, act));
  const decide = (index: number | null, decision: string): void => {
    if (decision === NOBODY) {
      if (index !== null) onChange(acts.filter((_, i) => i !== index));
      return;
    }
    const before = index === null ? undefined : acts[index];
    const { given: _given, answer: _answer, ...kept } = before ?? { at: asked.at, decide: 'approved' as const };
    const next = { ...kept, ...decidedBy(asked, decision, before) };
    if (index === null) onChange([...acts, next]);
    else replace(index, next);
  };
  return (
    <div className="case-asked">
      <p>
        <span className="strong">{asked.title === '' ? asked.at : asked.title}</span>
        <span className="small quiet block">
          {said.asks(asked.at, asked.role)}
          {asked.asks === 'choose' && asked.instead ? `, ${said.insteadOf}` : ''}
        </span>
      </p>
      {here.length === 0 ? (
        <Decision label={said.decides(asked.at, 1)} asked={asked} value={NOBODY} onChange={(to) => decide(null, to)} />
      ) : null}
      {here.map(({ act, index }, turn) => (
        <div key={index} className="case-act">
          <div className="row top wrap">
            <Decision
              label={said.decides(asked.at, turn + 1)}
              asked={asked}
              value={decisionOf(act)}
              onChange={(to) => decide(index, to)}
            />
            <TextInput
              label={said.who}
              placeholder={said.whoHint(asked.role)}
              maxLength={120}
              w={150}
              value={act.person ?? ''}
              onChange={(event) => replace(index, withText(act, 'person', event.target.value))}
            />
            <AfterField value={act.after} onChange={(after) => replace(index, withText(act, 'after', after ?? ''))} />
          </div>
          {asked.asks === 'fill in' ? (
            <div className="case-fields">
              {Object.entries(asked.fields).map(([name, field]) => (
                <FieldValue
                  key={name}
                  name={name}
                  field={field}
                  value={shownIn(act.given, act.answer ?? {}, name)}
                  error={marked.has(`people.${index}.${name}`) ? said.missing : undefined}
                  onChange={(value) => replace(index, { ...act, given: { ...act.given, [name]: value } })}
                />
              ))}
              <OtherValues
                values={undeclaredIn(asked.fields, act.answer ?? {})}
                onDrop={(name) => replace(index, { ...act, answer: without(act.answer ?? {}, name) })}
              />
            </div>
          ) : null}
        </div>
      ))}
      {here.length === 0 ? null : (
        <button type="button" className="plain add" onClick={() => decide(null, usual(asked))}>
          <Plus size={14} aria-hidden />
          {said.another}
        </button>
      )}
    </div>
  );
}

/** A text that is left empty is not said at all. */
function withText(act: DraftAct, part: 'person' | 'after', text: string): DraftAct {
  const { [part]: _before, ...others } = act;
  return text === '' ? others : { ...others, [part]: text };
}

const CHOICE = 'choice ';
const FILLED = 'filled';

const usual = (asked: PersonAsked): string =>
  asked.asks === 'approve'
    ? 'approved'
    : asked.asks === 'fill in'
      ? FILLED
      : `${CHOICE}${asked.choices[0]?.value ?? ''}`;

function decisionOf({ decide, answer }: DraftAct): string {
  if (decide !== 'answered') return decide;
  return typeof answer?.['choice'] === 'string' ? `${CHOICE}${answer['choice']}` : FILLED;
}

function decidedBy(
  asked: PersonAsked,
  decision: string,
  before: DraftAct | undefined,
): Pick<DraftAct, 'decide'> & Partial<DraftAct> {
  if (decision.startsWith(CHOICE)) return { decide: 'answered', answer: { choice: decision.slice(CHOICE.length) } };
  if (asked.asks === 'fill in')
    return {
      decide: 'answered',
      answer: before?.answer ?? {},
      ...(before?.given === undefined ? {} : { given: before.given }),
    };
  return { decide: DECISIONS.find((one) => one === decision) ?? 'approved' };
}

const DECISIONS = ['approved', 'rejected', 'sent back'] as const satisfies readonly Act['decide'][];

interface DecisionProps {
  label: string;
  asked: PersonAsked;
  value: string;
  onChange: (to: string) => void;
}

function Decision({ label, asked, value, onChange }: DecisionProps) {
  const said = words().making;
  const own =
    asked.asks === 'approve'
      ? DECISIONS.filter((one) => one !== 'sent back' || asked.sendBack).map((one) => ({
          value: one as string,
          label: said.decisions[one],
        }))
      : asked.asks === 'fill in'
        ? [{ value: FILLED, label: said.fillsIn }]
        : asked.choices.map((one) => ({
            value: `${CHOICE}${one.value}`,
            label: said.chooses(one.label === '' ? one.value : one.label),
          }));
  const data = [...own, { value: NOBODY, label: said.nobody }];
  // What the scenario says and the step no longer offers is shown as it is.
  const known = data.some((one) => one.value === value) ? data : [{ value, label: value.replace(CHOICE, '') }, ...data];
  return (
    <Select
      label={label}
      data={known}
      value={value}
      allowDeselect={false}
      w={230}
      onChange={(to) => {
        if (to !== null) onChange(to);
      }}
    />
  );
}
