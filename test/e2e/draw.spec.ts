import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import type { Flow, FlowEdge, FlowNode } from '../../engine/flow/document.ts';
import { readFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { ruleSchema } from '../../nodes/rule/config.ts';
import { portsOf } from '../../renderer/document/describe.ts';
import { countersign } from '../support/command-line.ts';
import { FLOW, SUPPORT_DESK } from '../support/support-desk.ts';
import {
  connectByKeyboard,
  connectByMouse,
  dragFromPalette,
  inspectorOf,
  quickAdd,
  rename,
  select,
} from './support/canvas.ts';
import { fillAbout, fillConfig, fillInput } from './support/forms.ts';
import { expect, test } from './support/test.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

const flowAt = (file: string): Flow => {
  const { flow } = readFlow(readFileSync(file, 'utf8'), KINDS);
  if (flow === null) throw new Error(`${file} is no flow`);
  return flow;
};

const SAMPLE = flowAt(`${SUPPORT_DESK}/${FLOW}`);
function stepOf(id: string): FlowNode {
  const node = SAMPLE.nodes[id];
  if (node === undefined) throw new Error(`there is no step ${id}`);
  return node;
}
const labelOf = (id: string): string => KINDS[stepOf(id).kind]?.label ?? '';
const exitsOf = (id: string): readonly string[] => portsOf(stepOf(id)).map((port) => port.id);
/** Null for the only exit of a step, since nobody is asked which. */
const exitOf = (id: string, port: string): string | null => (exitsOf(id).length === 1 ? null : port);
/** The wires that leave a step, in the order of its exits. */
const wiresFrom = (id: string): FlowEdge[] =>
  Object.values(SAMPLE.edges)
    .filter((edge) => edge.from.node === id)
    .sort((a, b) => exitsOf(id).indexOf(a.from.port) - exitsOf(id).indexOf(b.from.port));

/** What a flow says, without the ids, places and remarks that tell two drawings of it apart. */
function gist(flow: Flow) {
  const name = (id: string): string => flow.nodes[id]?.name ?? id;
  return {
    about: flow.about,
    input: Object.fromEntries(Object.entries(flow.input).map(([key, field]) => [key, { ...field, label: '' }])),
    steps: Object.fromEntries(
      Object.values(flow.nodes).map(({ kind, name: key, config }) => [key, { kind, config: configGist(kind, config) }]),
    ),
    wires: Object.values(flow.edges)
      .map(({ from, to, back }) => `${name(from.node)}, ${from.port} → ${name(to.node)} ${back?.maxVisits ?? ''}`)
      .sort(),
  };
}

function configGist(kind: string, config: unknown): unknown {
  if (kind !== 'rule') return config;
  const { table, branchBy } = ruleSchema.parse(config);
  if (table === undefined) throw new Error('the sample’s rules have tables of their own');
  return {
    branchBy,
    hitPolicy: table.hitPolicy,
    inputs: table.inputs.map(({ expression }) => expression),
    outputs: table.outputs.map(({ name, values }) => ({ name, values })),
    rows: table.rows.map(({ when, then }) => [...when, ...then]),
  };
}

/** A wire that closes a circle is drawn as one that goes back; how often a case may take it is up to the analyst. */
async function boundBack(page: Page, wire: string, maxVisits: number): Promise<void> {
  await page.getByLabel(wire).focus();
  await page.getByLabel('At most').fill(String(maxVisits));
}

test('the support flow is drawn from an empty canvas, and holds', async ({ page, emptyDesk }) => {
  test.setTimeout(150_000);
  await emptyDesk.open(page);

  await test.step('a new flow', async () => {
    await page.getByRole('button', { name: 'New flow' }).last().click();
    await page.getByLabel('What is decided').fill(SAMPLE.about.title);
    await page.keyboard.press('Enter');
    await expect(page.getByText('Draw the first step')).toBeVisible();
    await fillAbout(page, SAMPLE.about);
    await fillInput(page, SAMPLE.input);
  });

  const drawn = new Set<string>();
  const draw = (id: string, add: () => Promise<void>): Promise<void> =>
    test.step(`a step: ${stepOf(id).name}`, async () => {
      await add();
      await rename(page, stepOf(id).name);
      await fillConfig(page, stepOf(id));
      drawn.add(id);
    });

  await draw('n_start', () => dragFromPalette(page, 'Start', { x: 60, y: 120 }));
  await draw('n_ticket', () => dragFromPalette(page, 'Connector', { x: 420, y: 120 }));
  await test.step('a wire by mouse', () => connectByMouse(page, 'start', 'next', 'ticket'));

  // Every other step is added where it follows from one that is there; its wire comes with it.
  const reached = ['n_ticket'];
  for (const from of reached) {
    for (const wire of wiresFrom(from)) {
      const to = wire.to.node;
      const { name } = stepOf(from);
      await select(page, name);
      if (drawn.has(to)) {
        await test.step(`a wire: ${name}, ${wire.from.port}`, async () => {
          await connectByKeyboard(page, exitOf(from, wire.from.port), stepOf(to).name);
          if (wire.back !== undefined)
            await boundBack(page, 'Wire from credit approval, exit sent back, back to check', wire.back.maxVisits);
        });
      } else {
        await draw(to, () => quickAdd(page, labelOf(to)));
        reached.push(to);
      }
    }
  }

  await test.step('a note', async () => {
    const note = Object.values(SAMPLE.nodes).find((node) => node.kind === 'note');
    if (note === undefined) throw new Error('the sample has a note');
    await page.keyboard.press('Escape');
    await quickAdd(page, 'Note');
    await inspectorOf(page).getByLabel('Name', { exact: true }).fill(note.name);
    await fillConfig(page, note);
  });

  await test.step('it holds while it is drawn', async () => {
    await page.getByRole('button', { name: 'Tidy up' }).click();
    await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible();
  });

  await test.step('saved', async () => {
    await page.keyboard.press('Control+s');
    await expect(page.getByRole('button', { name: /^Versions: .*not saved/ })).toHaveCount(0);
  });
  expect(gist(flowAt(emptyDesk.flowFile))).toEqual(gist(SAMPLE));
  expect(await countersign('validate', emptyDesk.root)).toMatchObject({ code: 0, err: '' });
  expect(await countersign('test', emptyDesk.root)).toMatchObject({ code: 0 });
});
