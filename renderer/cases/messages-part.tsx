import { Select, TextInput } from '@mantine/core';
import { useId } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { changeCase } from '../state/making.ts';
import { FieldValue } from '../ui/field-value.tsx';
import { words } from '../words/index.ts';
import { AfterField } from './after-field.tsx';
import type { Asked, Message } from './asked.ts';
import { inputOf, newLetter, shownIn, subjectOf, undeclaredIn, type CaseDraft, type DraftLetter } from './draft.ts';
import { OtherValues } from './other-values.tsx';
import { without } from '../document/without.ts';

interface MessagesPartProps {
  flow: Flow;
  asked: readonly Asked[];
  making: CaseDraft;
  marked: ReadonlySet<string>;
}

/** The messages that other systems send once the case waits for them. */
export function MessagesPart({ flow, asked, making, marked }: MessagesPartProps) {
  const title = useId();
  const said = words().making;
  const awaited = asked.filter((one): one is Message => one.asks === 'message');
  if (awaited.length === 0) return null;
  const put = (messages: readonly DraftLetter[]): void => changeCase({ messages });
  const arrival = (one: Message, to: string | null): void => {
    const others = making.messages.filter(({ name }) => name !== one.name);
    put(to === 'never' ? others : [...others, newLetter(one)]);
  };
  return (
    <section className="case-part" aria-labelledby={title}>
      <h3 id={title}>{said.messages}</h3>
      {awaited.map((one) => {
        const index = making.messages.findIndex(({ name }) => name === one.name);
        const letter = making.messages[index];
        const change = (next: DraftLetter): void => put(making.messages.with(index, next));
        return (
          <div key={one.at} className="case-asked">
            <div className="row top wrap">
              <Select
                label={said.arrives(one.name)}
                data={[
                  { value: 'does', label: said.does },
                  { value: 'never', label: said.never },
                ]}
                value={letter === undefined ? 'never' : 'does'}
                allowDeselect={false}
                w={150}
                onChange={(to) => arrival(one, to)}
              />
              {letter === undefined ? null : (
                <>
                  <TextInput
                    label={said.about}
                    placeholder={said.aboutHint(subjectOf(one, inputOf(making, flow), flow) ?? '')}
                    maxLength={300}
                    w={180}
                    value={letter.about}
                    error={marked.has(`messages.${index}.about`) ? said.missing : undefined}
                    onChange={(event) => change({ ...letter, about: event.target.value })}
                  />
                  <AfterField value={letter.after} onChange={(after) => change(withAfter(letter, after))} />
                </>
              )}
            </div>
            {letter === undefined ? null : (
              <div className="case-fields">
                {Object.entries(one.fields).map(([name, field]) => (
                  <FieldValue
                    key={name}
                    name={name}
                    field={field}
                    value={shownIn(letter.given, letter.brings ?? {}, name)}
                    error={marked.has(`messages.${index}.${name}`) ? said.missing : undefined}
                    onChange={(value) => change({ ...letter, given: { ...letter.given, [name]: value } })}
                  />
                ))}
                <OtherValues
                  values={undeclaredIn(one.fields, letter.brings ?? {})}
                  onDrop={(name) => change({ ...letter, brings: without(letter.brings ?? {}, name) })}
                />
              </div>
            )}
          </div>
        );
      })}
    </section>
  );
}

function withAfter(letter: DraftLetter, after: string | undefined): DraftLetter {
  const { after: _before, ...others } = letter;
  return after === undefined ? others : { ...others, after };
}
