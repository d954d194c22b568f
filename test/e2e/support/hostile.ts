import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from '../../../engine/flow/zod.ts';
import { changeFlow, FLOW } from '../../support/support-desk.ts';

/** Texts that want to be more than texts, and the places of a workspace that can carry them. */

/** An address that nobody may ask for anything. */
export interface Canary {
  url: string;
  /** What was asked of it. */
  asked: readonly string[];
  close(): Promise<void>;
}

export async function openCanary(): Promise<Canary> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  // A server that listens on a port has an address of this form.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

const HURT = 'window.hurt=1';
/** Right to left for good; nothing behind it may be turned round. */
const TURNED = '\u202Egnp.esrever\u202D';
const UNSEEN = 'a\u200Bb\u200Dc\u2060d';
const RIGHT_TO_LEFT = 'שלום עולם مرحبا';

/** A text for a place, as long as the place takes, of several kinds in turn. */
export function hostileTexts(canary: string): (place: string, max: number) => string {
  const kinds = [
    (place: string) => `<img src=${canary}/${place} onerror=${HURT}>`,
    (place: string) => `<script>${HURT}</script><a href="javascript:${HURT}">${place}</a>`,
    (place: string) => `[${place}](javascript:${HURT}) ![](${canary}/${place})`,
    (place: string) => `${place} ${TURNED} ${UNSEEN} ${RIGHT_TO_LEFT}`,
    (place: string) => `"><svg onload=${HURT}>${place}`,
    (place: string) => `{{constructor.constructor('${HURT}')()}} ${place}`,
  ];
  let turn = 0;
  return (place, max) => {
    const said = kinds[turn++ % kinds.length]?.(place) ?? place;
    return Array.from(said.slice(0, max).padEnd(max, 'W')).join('').toWellFormed();
  };
}

const anything = z.record(z.string(), z.unknown());
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces the members of these names, wherever they are texts. */
function replaced(value: unknown, texts: Readonly<Record<string, (place: string) => string>>): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, texts));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
      return [name, text !== undefined && typeof part === 'string' ? text(name) : replaced(part, texts)];
    }),
  );
}

function rewrite(file: string, change: (document: Record<string, unknown>) => unknown): void {
  writeFileSync(file, JSON.stringify(change(anything.parse(JSON.parse(readFileSync(file, 'utf8'))))));
}

const LONG = 10_000;
/** A file name that is long, turns round what follows, and reads from the right. */
export const SCENARIO_FILE = `tests/support-desk/zz\u202E${'W'.repeat(60)}\u200F\u200Dשלום.scenario.json`;

/** Fills every place of the sample workspace that can carry a text of its own. The flow stays one that can be exported. */
export function fillWorkspace(root: string, hostile: (place: string, max: number) => string): void {
  const of = (max: number) => (place: string) => hostile(place, max);
  changeFlow(root, (flow) => {
    flow.about = {
      title: hostile('title', 120),
      purpose: hostile('purpose', 2000),
      businessOwner: hostile('owner', 120),
      flowOwner: hostile('keeper', 120),
      objective: { text: hostile('objective', 500), baseline: hostile('today', 120), target: hostile('then', 120) },
    };
    for (const field of Object.values(flow.input)) {
      field.label = hostile('label', 120);
      field.description = hostile('meaning', 500);
    }
    for (const node of Object.values(flow.nodes)) {
      const { config } = node;
      if (node.kind === 'note') config['text'] = hostile('note', 4000);
      if (node.kind === 'approval') config['title'] = hostile('asked', 120);
      if (node.kind === 'task') config['title'] = hostile('asked', 120);
      if (node.kind === 'ai-decision') config['question'] = hostile('question', 200);
      if ('table' in config) config['table'] = replaced(config['table'], { note: of(500), label: of(120) });
      if (Array.isArray(config['show'])) config['show'] = replaced(config['show'], { label: of(60) });
    }
    flow.groups = { gr_one: { name: hostile('group', 60), nodes: ['n_answer'] } };
    const remark = { by: hostile('writer', 120), at: '2026-03-02T09:00:00Z', text: hostile('remark', 4000) };
    flow.comments = { co_one: { node: 'n_plan', remarks: [remark] } };
  });
  for (const name of ['billing', 'helpdesk'])
    rewrite(join(root, `connections/${name}.connection.json`), (connection) =>
      replaced({ ...connection }, { title: of(120), owner: of(120), label: of(120), description: of(500) }),
    );
  rewrite(join(root, 'models/support-topics.model.json'), (card) => {
    const lineage = anything.parse(card['lineage']);
    return {
      ...card,
      purpose: hostile('purpose', LONG),
      owner: hostile('owner', 1000),
      question: hostile('question', 1000),
      limits: hostile('limits', LONG),
      lineage: { ...anything.parse(replaced(lineage, { name: of(300) })), trainedWith: hostile('trained', 300) },
    };
  });
  const scenario = join(root, 'tests/support-desk/10-real-answer.scenario.json');
  rewrite(scenario, (told) => ({ ...told, name: hostile('scenario', 120), story: hostile('story', 1000) }));
  renameSync(scenario, join(root, SCENARIO_FILE));
  rewrite(join(root, 'countersign.json'), (workspace) => ({ ...workspace, name: hostile('workspace', 120) }));
}

export { FLOW };
