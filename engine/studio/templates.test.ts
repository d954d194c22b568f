import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvOf, madeData } from '../../examples/templates/make-data.ts';
import { missingIn } from '../flow/about.ts';
import { sha256Hex } from '../flow/json.ts';
import { countsForRelease } from '../sandbox/suite.ts';
import { scratch } from '../../test/support/folder.ts';
import { readyFlow, testFlow } from './export.ts';
import { openTemplate } from './open-template.ts';
import { listTemplates, readTemplate, TEMPLATES } from './templates.ts';
import { openWorkspace } from './workspace.ts';

const NAMES = ['churn-retention', 'invoice-anomaly', 'loan-decision', 'refund-approval', 'reorder', 'ticket-triage'];
const ABOUT = {
  title: 'Money back',
  purpose: 'Ours.',
  businessOwner: 'Ada',
  flowOwner: 'Bo',
  objective: { text: 'Faster', baseline: '4 days', target: '1 day' },
};

/** Exits that a case leaves by when another system does not do as asked: connectors that fail are tested as a kind. */
const OF_SYSTEMS = new Set(['refused', 'failed']);

describe('every template is a flow that holds', () => {
  it('all of them are listed, with what they are for', () => {
    const { templates, errors } = listTemplates(TEMPLATES);
    expect(errors).toEqual([]);
    expect(templates.map(({ name }) => name)).toEqual(NAMES);
    for (const { about, steps, scenarios, connections, models } of templates) {
      expect(missingIn(about)).toEqual([]);
      expect(steps).toBeGreaterThanOrEqual(8);
      expect(steps).toBeLessThanOrEqual(14);
      expect(scenarios).toBeGreaterThanOrEqual(4);
      expect(scenarios).toBeLessThanOrEqual(8);
      expect(connections).not.toEqual([]);
      expect(models).not.toEqual([]);
    }
  });

  it.each(NAMES)(
    '%s has no problem, is safe, and its scenarios reach every step and every exit that matters',
    async (name) => {
      const { workspace, path, flow } = readTemplate(TEMPLATES, name);
      const ready = readyFlow(workspace, path);
      expect(ready.problems).toEqual([]);
      expect(ready.proof.unsafe).toEqual([]);
      const { results, coverage } = await testFlow(workspace, ready);
      expect(results.filter((result) => !countsForRelease(result)).map(({ scenario }) => scenario)).toEqual([]);
      expect(coverage.nodes.missed).toEqual([]);
      const missed = coverage.edges.missed.flatMap((id) => {
        const { node, port } = flow.edges[id]?.from ?? { node: '', port: '' };
        const { kind } = flow.nodes[node] ?? {};
        const ofSystem = kind === 'connector' && OF_SYSTEMS.has(port);
        // The last row of a table lets everything pass, so that nothing is left for “otherwise”.
        return ofSystem || (kind === 'rule' && port === 'otherwise') ? [] : [`${node} ${port}`];
      });
      expect(missed).toEqual([]);
    },
  );

  it('models are small, and were trained on rows that follow from the rules that are stated', () => {
    const made = madeData();
    expect(made.map(({ template }) => template).sort()).toEqual(NAMES);
    for (const { template, file, ...rows } of made) {
      const text = csvOf(rows);
      const same = readFileSync(join(TEMPLATES, template, 'data', file), 'utf8') === text;
      expect([file, same]).toEqual([file, true]);
      const { workspace } = readTemplate(TEMPLATES, template);
      for (const { card } of workspace.models.values()) {
        expect(card.lineage.data).toEqual([
          { name: basename(file), digest: `sha256-${sha256Hex(text)}`, rows: rows.rows.length },
        ]);
        expect(card.limits).toContain('invented rows');
        expect(card.artefact.bytes).toBeLessThan(200_000);
      }
    }
  });
});

let root = '';
let remove = (): void => undefined;
beforeEach(() => {
  const folder = scratch('templates');
  root = folder.path;
  remove = () => folder.remove();
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'countersign.json'), '{"format":"countersign.workspace","version":1,"name":"Empty"}');
});
afterEach(() => remove());

/** Every document of the workspace, by path. */
const documents = (): Map<string, string> =>
  new Map(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(root, path)).isFile())
      .map((path) => [path, sha256Hex(readFileSync(join(root, path)))]),
  );

async function holds(path: string): Promise<void> {
  const workspace = openWorkspace(root);
  expect(workspace.errors).toEqual([]);
  const ready = readyFlow(workspace, path);
  expect(ready.problems).toEqual([]);
  expect(ready.proof.safe).toBe(true);
  const { results } = await testFlow(workspace, ready);
  expect(results.length).toBeGreaterThan(0);
  expect(results.filter((result) => !countsForRelease(result)).map(({ scenario }) => scenario)).toEqual([]);
}

describe('a template becomes a flow of the workspace', () => {
  it('an empty workspace gets all that the flow needs, and the person’s own words for what it is for', async () => {
    const { path, policy } = openTemplate(root, TEMPLATES, 'refund-approval', ABOUT);
    expect(path).toBe('flows/money-back.flow.json');
    expect(policy).toEqual(['payments.refund']);
    const workspace = openWorkspace(root);
    expect(workspace.surroundings.flows?.[path]?.about).toEqual(ABOUT);
    expect(workspace.policy.fourEyesOnRelease).toBe(true);
    await holds(path);
  });

  it('all of them stand beside each other', async () => {
    const paths = NAMES.map((name) => openTemplate(root, TEMPLATES, name, { ...ABOUT, title: name }).path);
    expect(new Set(paths).size).toBe(NAMES.length);
    await holds('flows/churn-retention.flow.json');
  });

  it('what is there under the same name is not touched; what is there word for word is shared', async () => {
    openTemplate(root, TEMPLATES, 'refund-approval', ABOUT);
    const connection = join(root, 'connections/payments.connection.json');
    writeFileSync(connection, readFileSync(connection, 'utf8').replace('"Finance"', '"Somebody else"'));
    const before = documents();

    const { path, policy } = openTemplate(root, TEMPLATES, 'refund-approval', ABOUT);
    expect(path).toBe('flows/money-back-2.flow.json');
    expect(policy).toEqual(['payments-2.refund']);
    const after = documents();
    const touched = [...before].filter(([file, digest]) => after.get(file) !== digest).map(([file]) => file);
    expect(touched).toEqual(['policy.json']);
    expect([...after.keys()].filter((file) => !before.has(file) && !file.startsWith('tests/')).sort()).toEqual([
      'connections/payments-2.connection.json',
      'flows/money-back-2.flow.json',
      'systems/payments-2.system.json',
    ]);
    expect(Object.keys(openWorkspace(root).policy.withoutPerson).sort()).toEqual([
      'payments-2.refund',
      'payments.refund',
    ]);
    await holds(path);
    await holds('flows/money-back.flow.json');
  });

  it('tests that lie about of a flow that is gone do not become those of the new one', () => {
    mkdirSync(join(root, 'tests/money-back'), { recursive: true });
    expect(openTemplate(root, TEMPLATES, 'refund-approval', ABOUT).path).toBe('flows/money-back-2.flow.json');
  });

  it('a policy that was made stricter stays so for a connection that is shared', () => {
    openTemplate(root, TEMPLATES, 'refund-approval', ABOUT);
    const strict = '{"format":"countersign.policy","version":1,"withoutPerson":{}}';
    writeFileSync(join(root, 'policy.json'), strict);
    expect(openTemplate(root, TEMPLATES, 'refund-approval', ABOUT).policy).toEqual([]);
    expect(readFileSync(join(root, 'policy.json'), 'utf8')).toBe(strict);
  });

  it('nothing is left behind when it cannot be written to the end', () => {
    mkdirSync(join(root, 'policy.json'));
    const before = documents();
    expect(() => openTemplate(root, TEMPLATES, 'refund-approval', ABOUT)).toThrow('policy.json');
    expect(documents()).toEqual(before);
  });

  it('a name that is no template is refused, also one that leads elsewhere', () => {
    for (const name of ['no-such', '../support-desk', '.', ''])
      expect(() => openTemplate(root, TEMPLATES, name, ABOUT)).toThrow('There is no template');
    expect(existsSync(join(root, 'flows'))).toBe(false);
  });

  it('a template that cannot be read is told, and the others are listed', () => {
    const home = join(root, 'home');
    cpSync(join(TEMPLATES, 'reorder'), join(home, 'reorder'), { recursive: true });
    cpSync(join(TEMPLATES, 'reorder'), join(home, 'torn'), { recursive: true });
    rmSync(join(home, 'torn', 'models', 'blobs'), { recursive: true });
    const { templates, errors } = listTemplates(home);
    expect(templates.map(({ name }) => name)).toEqual(['reorder']);
    expect(errors).toHaveLength(1);
  });
});
