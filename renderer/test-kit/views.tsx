import { MantineProvider } from '@mantine/core';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { connectionSchema, STRICT_POLICY } from '../../engine/connections/contract.ts';
import { flowSchema } from '../../engine/flow/document.ts';
import { modelCardSchema } from '../../engine/models/card.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import type { StudioState } from '../state/records.ts';
import { useStudio } from '../state/store.ts';

/** Views of the window drawn to HTML, without a browser. */

const SAMPLE = join(import.meta.dirname, '../../examples/support-desk');
const json = (path: string): unknown => JSON.parse(readFileSync(join(SAMPLE, path), 'utf8'));
const named = (folder: string, ending: string): string[] =>
  readdirSync(join(SAMPLE, folder)).filter((name) => name.endsWith(ending));

/** The sample workspace as the service would tell it. */
export function sampleWorkspace(): StudioAnswer<'workspace'> {
  const documents = Object.fromEntries(
    named('flows', '.flow.json').map((name) => [`flows/${name}`, flowSchema.parse(json(`flows/${name}`))]),
  );
  const byName = <T extends { name: string }>(list: readonly T[]) =>
    Object.fromEntries(list.map((one) => [one.name, one]));
  return {
    flows: Object.entries(documents).map(([path, flow]) => ({
      path,
      title: flow.about.title,
      scenarios: [{ path: 'tests/a.scenario.json', name: 'A scenario' }],
      signed: null,
      mocks: {},
    })),
    connections: byName(
      named('connections', '.connection.json').map((name) => connectionSchema.parse(json(`connections/${name}`))),
    ),
    models: byName(named('models', '.model.json').map((name) => modelCardSchema.parse(json(`models/${name}`)))),
    documents,
    policy: STRICT_POLICY,
    errors: [],
  };
}

/** Draws with a state of the window; without a browser the store shows what it began with. */
export function drawn(state: StudioState, view: ReactNode): string {
  Object.assign(useStudio.getInitialState(), state);
  useStudio.setState(state, true);
  return renderToString(<MantineProvider>{view}</MantineProvider>);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };
const plain = (html: string): string => html.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);

const SAID = /\b(?:aria-label|aria-valuetext|aria-description|title|placeholder|alt)="([^"]*)"/g;

/** Every text that is seen or read out in a piece of HTML, one by one. */
export function textsOf(html: string): string[] {
  const bare = html.replace(/<(style|script)\b.*?<\/\1>/gs, '');
  const said = [...bare.matchAll(SAID)].map((match) => match[1] ?? '');
  const shown = bare.split(/<[^>]*>/);
  return [...shown, ...said].map((text) => plain(text).trim()).filter((text) => text !== '');
}
