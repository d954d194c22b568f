import { Radio, Select, TextInput } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { ROLES, THEMES } from '../../state/records.ts';
import { placesFor } from '../../shell/places.ts';
import { transit, useStudio } from '../../state/store.ts';
import { arranged } from '../../state/transitions.ts';
import { LOCALES, longDate, money, plainNumber } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { KeysSection } from './keys-section.tsx';
import { words } from '../../words/index.ts';

/** How one person likes the window: kept on this machine, and no part of any flow. */
export function SettingsPage() {
  return (
    <Page className="settings">
      <div>
        <h1>{words().settings.title}</h1>
        <p className="quiet">{words().settings.kept}</p>
      </div>
      <Doing />
      <Look />
      <Writing />
      <Person />
      <KeysSection />
    </Page>
  );
}

/** What somebody mostly does: which places the rail begins with. */
function Doing() {
  const role = useStudio((state) => state.session.role);
  const said = words().settings;
  return (
    <section className="plain-card" aria-labelledby="settings-doing">
      <h2 id="settings-doing">{said.doing}</h2>
      <Radio.Group
        label={said.mostly}
        description={said.mostlyHelp}
        value={role}
        onChange={(value) => {
          const chosen = ROLES.find((one) => one === value);
          if (chosen !== undefined) transit((state) => arranged(state, { role: chosen }));
        }}
      >
        <div className="theme-choices">
          {ROLES.map((one) => (
            <Radio
              key={one}
              size="xs"
              value={one}
              label={said.roles[one]}
              description={said.first(placesFor(one).first.map((view) => words().shell.views[view]))}
            />
          ))}
        </div>
      </Radio.Group>
    </section>
  );
}

function Look() {
  const theme = useStudio((state) => state.session.theme);
  const reduced = useReducedMotion();
  return (
    <section className="plain-card" aria-labelledby="settings-look">
      <h2 id="settings-look">{words().settings.look}</h2>
      <Radio.Group
        label={words().settings.colours}
        value={theme}
        onChange={(value) => {
          const chosen = THEMES.find((one) => one === value);
          if (chosen !== undefined) transit((state) => arranged(state, { theme: chosen }));
        }}
      >
        <div className="theme-choices">
          {THEMES.map((one) => (
            <Radio
              key={one}
              size="xs"
              value={one}
              label={words().settings.themes[one].name}
              description={words().settings.themes[one].help}
            />
          ))}
        </div>
      </Radio.Group>
      <div>
        <h3>{words().settings.motion}</h3>
        <p className="quiet">{reduced ? words().settings.motionReduced : words().settings.motionFull}</p>
      </div>
    </section>
  );
}

const MOTION = '(prefers-reduced-motion: reduce)';

const useReducedMotion = (): boolean =>
  useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(MOTION);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => window.matchMedia(MOTION).matches,
    () => false,
  );

const SYSTEM = 'system';
/** A day and an amount by which locales are told apart. */
const EXAMPLE = { day: Date.UTC(2026, 2, 9, 12), number: 12_345.6, amount: 1234.5, currency: 'EUR' };

function Writing() {
  const locale = useStudio((state) => state.session.locale);
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const data = [
    { value: SYSTEM, label: words().settings.asSystem },
    ...LOCALES.map((one) => ({ value: one, label: names.of(one) ?? one })),
  ];
  return (
    <section className="plain-card" aria-labelledby="settings-writing">
      <h2 id="settings-writing">{words().settings.writing}</h2>
      <Select
        className="setting-field"
        label={words().settings.locale}
        description={words().settings.localeHelp}
        data={data}
        value={locale ?? SYSTEM}
        onChange={(value) =>
          transit((state) => arranged(state, { locale: value === null || value === SYSTEM ? null : value }))
        }
      />
      <p className="quiet" aria-live="polite">
        {words().settings.example(
          longDate(EXAMPLE.day),
          plainNumber(EXAMPLE.number),
          money(EXAMPLE.amount, EXAMPLE.currency),
        )}
      </p>
    </section>
  );
}

function Person() {
  const person = useStudio((state) => state.service.hello?.person ?? null);
  const name = useStudio((state) => state.session.commentName);
  return (
    <section className="plain-card" aria-labelledby="settings-person">
      <h2 id="settings-person">{words().settings.person}</h2>
      <dl className="facts">
        <div>
          <dt>{words().settings.signedAs}</dt>
          <dd>
            <span className="strong">{person ?? words().settings.unknown}</span>
            <span className="small quiet block">{words().settings.signedAsHelp}</span>
          </dd>
        </div>
      </dl>
      <TextInput
        className="setting-field"
        label={words().settings.comments}
        description={words().settings.commentsHelp}
        placeholder={person ?? ''}
        maxLength={80}
        value={name ?? ''}
        onChange={(event) => {
          const given = event.target.value;
          transit((state) => arranged(state, { commentName: given.trim() === '' ? null : given }));
        }}
      />
    </section>
  );
}
