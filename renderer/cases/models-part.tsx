import { NumberInput, Select } from '@mantine/core';
import { useId } from 'react';
import { changeCase } from '../state/making.ts';
import { percentSign } from '../ui/format.ts';
import { words } from '../words/index.ts';
import type { Asked, OfModel } from './asked.ts';
import type { Answer, CaseDraft } from './draft.ts';

const ITSELF = 'itself';
const CHOICE = 'choice ';

/** What models answer in a case: by themselves, unless the case says otherwise. */
export function ModelsPart({ asked, making }: { asked: readonly Asked[]; making: CaseDraft }) {
  const title = useId();
  const models = asked.filter((one): one is OfModel => one.asks === 'model');
  if (models.length === 0) return null;
  const put = (at: string, answer: Answer | null): void => {
    const { [at]: _before, ...others } = making.answers;
    changeCase({ answers: answer === null ? others : { ...others, [at]: answer } });
  };
  return (
    <section className="case-part" aria-labelledby={title}>
      <h3 id={title}>{words().making.models}</h3>
      {models.map((one) => (
        <Model
          key={one.at}
          asked={one}
          answer={Object.hasOwn(making.answers, one.at) ? (making.answers[one.at] ?? null) : null}
          onChange={(answer) => put(one.at, answer)}
        />
      ))}
    </section>
  );
}

/** How sure a simulated answer is where nobody says: surer than any bar is likely to be. */
const SURE = 0.95;

interface ModelProps {
  asked: OfModel;
  answer: Answer | null;
  onChange: (answer: Answer | null) => void;
}

function Model({ asked, answer, onChange }: ModelProps) {
  const said = words().making;
  const value =
    answer === null
      ? ITSELF
      : answer.down === true
        ? 'down'
        : answer.late === true
          ? 'late'
          : `${CHOICE}${answer.choice}`;
  const [first = ''] = asked.choices;
  const choices =
    answer === null || asked.choices.includes(answer.choice) ? asked.choices : [...asked.choices, answer.choice];
  const choose = (to: string | null): void => {
    const { down: _down, late: _late, ...kept } = answer ?? { choice: first, confidence: SURE };
    if (to === ITSELF) onChange(null);
    else if (to === 'down') onChange({ ...kept, down: true });
    else if (to === 'late') onChange({ ...kept, late: true });
    else if (to !== null) onChange({ ...kept, choice: to.slice(CHOICE.length) });
  };
  return (
    <div className="case-asked">
      <div className="row top wrap">
        <Select
          label={asked.question === '' ? asked.at : `${asked.at}: ${asked.question}`}
          data={[
            { value: ITSELF, label: said.itself },
            ...choices.map((choice) => ({ value: `${CHOICE}${choice}`, label: said.answers(choice) })),
            { value: 'down', label: said.down },
            { value: 'late', label: said.late },
          ]}
          value={value}
          allowDeselect={false}
          w={300}
          onChange={choose}
        />
        {answer !== null && value.startsWith(CHOICE) ? (
          <NumberInput
            label={said.sure}
            w={92}
            min={0}
            max={100}
            suffix={percentSign()}
            decimalScale={2}
            value={Math.round(answer.confidence * 10_000) / 100}
            onChange={(next) => onChange({ ...answer, confidence: Math.min(1, Math.max(0, Number(next) / 100)) })}
          />
        ) : null}
      </div>
    </div>
  );
}
