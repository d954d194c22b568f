import { expect, type Locator, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { connectionSchema } from '../../../engine/connections/contract.ts';
import type { DecisionTable } from '../../../engine/dmn/table.ts';
import type { About, Fields, FlowNode } from '../../../engine/flow/document.ts';
import { aiDecisionSchema } from '../../../nodes/ai-decision/config.ts';
import { approvalSchema } from '../../../nodes/approval/config.ts';
import { connectorSchema } from '../../../nodes/connector/config.ts';
import { endSchema } from '../../../nodes/end/config.ts';
import { noteSchema } from '../../../nodes/note/config.ts';
import { ruleSchema } from '../../../nodes/rule/config.ts';
import { transformSchema } from '../../../nodes/transform/config.ts';
import { triggerSchema } from '../../../nodes/trigger/config.ts';
import { words } from '../../../renderer/words/index.ts';
import { SUPPORT_DESK } from '../../support/support-desk.ts';
import { inspectorOf } from './canvas.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

/** Fills the inspector's forms in, field by field, as a person would who copies a flow from paper. */

export const field = (page: Page, name: string): Locator =>
  inspectorOf(page).getByRole('textbox', { name, exact: true });
const switchOf = (page: Page, name: string): Locator => inspectorOf(page).getByRole('switch', { name });

/** Fills in the form of the selected step. */
export async function fillConfig(page: Page, { kind, config }: Pick<FlowNode, 'kind' | 'config'>): Promise<void> {
  switch (kind) {
    case 'trigger':
      return fillNamed(page, triggerSchema.parse(config).columns);
    case 'transform':
      return fillNamed(page, transformSchema.parse(config).fields);
    case 'note':
      return field(page, 'Text').fill(noteSchema.parse(config).text);
    case 'end':
      await field(page, 'Result').fill(endSchema.parse(config).result);
      return fillNamed(page, endSchema.parse(config).value);
    case 'ai-decision':
      return fillDecision(page, config);
    case 'connector':
      return fillConnector(page, config);
    case 'approval':
      return fillApproval(page, config);
    case 'rule':
      return fillRule(page, config);
    default:
      throw new Error(`nobody knows how to fill in a step of the kind “${kind}”`);
  }
}

/** Formulas under names that a person gives. */
async function fillNamed(page: Page, named: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, formula] of Object.entries(named)) {
    await inspectorOf(page).getByRole('button', { name: 'Add a value' }).click();
    await page.keyboard.insertText(name);
    await page.keyboard.press('Enter');
    await field(page, name).fill(formula);
  }
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await inspectorOf(page).getByRole('combobox', { name: label, exact: true }).press('ArrowDown');
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** A connection of the sample workspace: the forms say its title and the titles of its actions. */
const readConnection = (name: string) =>
  connectionSchema.parse(JSON.parse(readFileSync(`${SUPPORT_DESK}/connections/${name}.connection.json`, 'utf8')));

async function fillDecision(page: Page, config: unknown): Promise<void> {
  const { model, question, text, bar } = aiDecisionSchema.parse(config);
  await choose(page, 'Model', model);
  await field(page, 'Question').fill(question);
  await field(page, 'Text').fill(text);
  if (bar === null) return;
  await switchOf(page, 'Sure enough at: set here').press('Space');
  await field(page, 'Sure enough at').fill(String(bar));
}

async function fillConnector(page: Page, config: unknown): Promise<void> {
  const { connection, action, arguments: given } = connectorSchema.parse(config);
  const { title, actions } = readConnection(connection);
  await choose(page, 'Connection', `${title} (${connection})`);
  const contract = actions[action];
  if (contract === undefined) throw new Error(`there is no action “${action}”`);
  await choose(page, 'Action', `${contract.title} · ${words().effect[contract.class]}`);
  for (const [name, formula] of Object.entries(given)) await field(page, name).fill(formula);
}

async function fillApproval(page: Page, config: unknown): Promise<void> {
  const { title, role, fourEyes, due, sendBack, show } = approvalSchema.parse(config);
  await field(page, 'What is asked').fill(title);
  await inspectorOf(page)
    .getByRole('combobox', { name: 'Who may decide' })
    .or(field(page, 'Who may decide'))
    .fill(role);
  if (!fourEyes) await switchOf(page, 'Four eyes').press('Space');
  if (sendBack) await switchOf(page, 'May be sent back').press('Space');
  const [, days, hours] = /^P(?:(\d+)D)?(?:T(\d+)H)?$/.exec(due ?? '') ?? [];
  await field(page, 'Due in').fill(days ?? hours ?? '');
  await choose(page, 'Due in: unit', days === undefined ? 'hours' : 'days');
  for (const [i, fact] of show.entries()) {
    await inspectorOf(page).getByRole('button', { name: 'Add a line' }).click();
    await field(page, `Label of line ${i + 1}`).fill(fact.label);
    await field(page, fact.label).fill(fact.value);
  }
}

async function fillRule(page: Page, config: unknown): Promise<void> {
  const { table, branchBy } = ruleSchema.parse(config);
  if (table === undefined) throw new Error('the sample’s rules have tables of their own');
  await inspectorOf(page).getByRole('button', { name: 'Edit table' }).click();
  await fillTable(page, table);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  if (branchBy !== null) await field(page, 'Branch by').fill(branchBy);
}

/** Fills the sheet in: each column's form, then the cells with the keyboard, row by row. */
async function fillTable(page: Page, table: DecisionTable): Promise<void> {
  const sheet = page.getByRole('dialog', { name: 'Decision table of' });
  for (const [i, input] of table.inputs.entries()) {
    if (i === 0) await cell(page, -1, 0).dblclick();
    else await sheet.getByRole('button', { name: 'Input', exact: true }).click();
    await columnField(page, 'What is tested').fill(input.expression);
    await closeColumn(page);
  }
  for (const [i, output] of table.outputs.entries()) {
    if (i === 0) await cell(page, -1, table.inputs.length).dblclick();
    else await sheet.getByRole('button', { name: 'Output', exact: true }).click();
    await columnField(page, 'Name').fill(output.name);
    if (output.values !== undefined) await columnField(page, 'Values that it may give').fill(output.values.join(', '));
    await closeColumn(page);
  }
  await cell(page, 0, 0).click();
  const columns = table.inputs.length + table.outputs.length;
  for (const [r, row] of table.rows.entries())
    for (const [c, text] of [...row.when, ...row.then].entries()) {
      await expect(cell(page, r, c)).toBeFocused();
      await writeCell(page, text);
      // What is written below the last row is a new one.
      await page.keyboard.press(c < columns - 1 ? 'Tab' : 'Enter');
    }
}

const columnField = (page: Page, name: string): Locator =>
  page.locator('.column-form').getByRole('textbox', { name, exact: true });

async function closeColumn(page: Page): Promise<void> {
  await page.locator('.column-form').getByRole('button', { name: 'Done' }).click();
  await expect(page.locator('.column-form')).toHaveCount(0);
}

/** A cell of the sheet that is open; row -1 is the head. */
export const cell = (page: Page, row: number, column: number): Locator =>
  page.getByRole('dialog').locator(`[data-at="${row}:${column}"]`);

/** Writes over what stands in the cell that has the keyboard, without leaving it. */
export async function writeCell(page: Page, text: string): Promise<void> {
  await page.keyboard.press('F2');
  await expect(page.locator('.cell-editor textarea')).toBeFocused();
  await page.keyboard.press('Control+a');
  if (text === '') await page.keyboard.press('Delete');
  else await page.keyboard.insertText(text);
}

/** What the flow is for, while nothing is selected. */
export async function fillAbout(page: Page, about: About): Promise<void> {
  await field(page, 'What is it for?').fill(about.purpose);
  await field(page, 'Answers for the result').fill(about.businessOwner);
  await field(page, 'Looks after the flow').fill(about.flowOwner);
  await field(page, 'What should get better?').fill(about.objective.text);
  await field(page, 'How it is today').fill(about.objective.baseline);
  await field(page, 'How it should be').fill(about.objective.target);
}

/** What a case brings: text fields, personal or not. */
export async function fillInput(page: Page, input: Fields): Promise<void> {
  for (const [i, [name, spec]] of Object.entries(input).entries()) {
    await inspectorOf(page).getByRole('button', { name: 'Add a field' }).click();
    const box = field(page, `Name of the field field ${i + 1}`);
    await box.fill(name);
    await box.press('Enter');
    await expect(field(page, `Name of the field ${name}`)).toHaveValue(name);
    if (spec.personal === true) await switchOf(page, 'personal').nth(i).press('Space');
  }
}
