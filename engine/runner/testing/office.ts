import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { JsonValue } from '../../feel/value.ts';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Binding } from '../../connections/binding.ts';
import { shop } from '../../connections/shop.fixture.ts';
import type { Policy } from '../../connections/contract.ts';
import type { Flow } from '../../flow/document.ts';
import { asJson, prettyJson } from '../../flow/json.ts';
import { readFlow, writeFlow } from '../../flow/read.ts';
import { buildManifest, type ManifestInput, type PinnedFile } from '../../manifest/build.ts';
import { writeManifest } from '../../manifest/disk.ts';
import { signDecision } from '../../manifest/sign-approval.ts';
import { signPolicy } from '../../manifest/sign-policy.ts';
import { signManifestFile } from '../../manifest/sign-file.ts';
import type { PrivateKey } from '../../manifest/sign-keys.ts';
import { keyOf, trustOf, utf8 } from '../../manifest/testing/manifest-kit.ts';
import { programOf, SURROUNDINGS } from '../../core/testing/flows.ts';
import { openWorkspace } from '../../studio/workspace.ts';
import { KINDS } from '../../../nodes/index.ts';
import { runnerPaths } from '../folder.ts';
import { Runner } from '../runner.ts';

const author = keyOf('author', 'Ada');
const release = keyOf('release', 'Ben');
const lead = keyOf('approver', 'Lea');
const rules = keyOf('policy', 'Pia');
export const FLOW = 'flows/orders.flow.json';
export const LATER = '2036-12-31T23:59:59Z';

interface ReleaseOptions {
  release?: number;
  notAfter?: string;
  /** Path of the flow in its workspace. */
  path?: string;
  keys?: readonly PrivateKey[];
  requires?: ManifestInput['requires'];
  /** The flows that stand in it, by their paths. */
  flows?: Readonly<Record<string, Flow>>;
  /** Changes what is pinned before it is signed. */
  tamper?: (pins: PinnedFile[]) => PinnedFile[];
}

const pinned = (kind: PinnedFile['kind'], name: string, path: string, value: unknown): PinnedFile => ({
  kind,
  name,
  path,
  bytes: utf8(prettyJson(asJson(value))),
});
const evidence = (kind: 'tests' | 'proof') => pinned(kind, kind, `evidence/${kind}.json`, { holds: true });
const SAMPLE = resolve(import.meta.dirname, '../../../examples/support-desk');

/** A folder with releases to sign, and runner folders that trust their signers. */
export class Office {
  readonly folder = mkdtempSync(join(tmpdir(), 'countersign-runner-'));
  readonly runner = join(this.folder, 'runner');
  private readonly open: Runner[] = [];
  private exports = 0;

  constructor() {
    const paths = runnerPaths(this.runner);
    for (const one of [this.runner, paths.bindings]) mkdirSync(one, { recursive: true });
    this.write(paths.trust, trustOf([author, release, rules]));
    const keys = [{ keyId: lead.keyId, publicKey: lead.publicKey }];
    const people = [{ id: 'lea', name: 'Lea', roles: ['lead', 'operator'], keys }];
    this.write(paths.people, { format: 'countersign.people', version: 1, people });
    this.bind(['refund', 'post letter', 'read order']);
  }

  /** Grants these actions of the shop, at an address where nobody listens unless another is given. */
  bind(grants: readonly string[], connection = 'shop', more: Partial<Binding> = {}): void {
    this.write(join(runnerPaths(this.runner).bindings, `${connection}.binding.json`), {
      format: 'countersign.binding',
      version: 1,
      connection,
      baseUrl: 'http://127.0.0.1:9',
      allow: { private: true },
      grants,
      ...more,
    });
  }

  policy(policy: Policy): void {
    const paths = runnerPaths(this.runner);
    this.write(paths.policy, policy);
    writeFileSync(paths.policySignature, signPolicy(rules, readFileSync(paths.policy)));
  }

  /** The sample workspace's own release, which answers of a model flow through, and a grant for all that it does. */
  sample(): string {
    const { surroundings, root } = openWorkspace(SAMPLE);
    const read = (path: string): Uint8Array => readFileSync(join(root, path));
    const at = 'flows/support-desk.flow.json';
    const { flow } = readFlow(new TextDecoder().decode(read(at)), KINDS);
    if (flow === null) throw new Error('the sample flow reads');
    const program = programOf(flow, surroundings);
    const pin = (kind: PinnedFile['kind'], name: string, path: string) => ({ kind, name, path, bytes: read(path) });
    const requires = Object.values(surroundings.connections).map(({ name, actions }) => {
      const of = Object.entries(actions).map(([action, { class: class_ }]) => ({ name: action, class: class_ }));
      this.bind(Object.keys(actions), name);
      return { connection: name, actions: of };
    });
    return this.sign({
      title: flow.about.title,
      program: program.digest,
      release: 1,
      notAfter: LATER,
      author: 'Ada',
      pins: [
        pin('flow', 'support-desk', at),
        ...requires.map(({ connection }) => pin('connection', connection, `connections/${connection}.connection.json`)),
        ...Object.values(surroundings.models).flatMap((card) => [
          pin('model', card.name, `models/${card.name}.model.json`),
          pin('artefact', card.name, `models/blobs/${card.artefact.digest}`),
        ]),
        evidence('tests'),
        evidence('proof'),
      ],
      requires,
    });
  }

  /** Exports and signs a flow; gives the path of the manifest. Each call writes into a folder of its own. */
  manifest(flow: Flow, options: ReleaseOptions = {}): string {
    const path = options.path ?? FLOW;
    const { flows = {} } = options;
    const program = programOf(flow, { ...SURROUNDINGS, flows });
    const classes = new Map(
      [...program.nodes.values()].flatMap((node) =>
        node.target === null || node.action === null ? [] : [[node.target.action, node.action.class] as const],
      ),
    );
    const calls = [...classes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, class_]) => ({ name, class: class_ }));
    const pins: PinnedFile[] = [
      { kind: 'flow', name: flow.about.title, path, bytes: utf8(writeFlow(flow)) },
      ...Object.entries(flows).map(([at, one]) => ({
        kind: 'subflow' as const,
        name: basename(at, '.flow.json'),
        path: at,
        bytes: utf8(writeFlow(one)),
      })),
      ...(calls.length === 0 ? [] : [pinned('connection', 'shop', 'connections/shop.connection.json', shop)]),
      evidence('tests'),
      evidence('proof'),
    ];
    const input = {
      title: flow.about.title,
      program: program.digest,
      release: options.release ?? 1,
      notAfter: options.notAfter ?? LATER,
      author: 'Ada',
      pins: options.tamper?.(pins) ?? pins,
      requires: options.requires ?? (calls.length === 0 ? [] : [{ connection: 'shop', actions: calls }]),
    };
    return this.sign(input, options.keys);
  }

  private sign(input: ManifestInput, keys: readonly PrivateKey[] = [author, release]): string {
    const out = join(this.folder, `export-${this.exports++}`);
    const file = writeManifest(out, 'orders', buildManifest(input));
    for (const key of keys) signManifestFile(file, key);
    return file;
  }

  /** A runner at work on the folder; closed with the office if not before. */
  start(): Runner {
    const runner = new Runner({ folder: this.runner });
    this.open.push(runner);
    return runner;
  }

  async stop(runner: Runner): Promise<void> {
    this.open.splice(this.open.indexOf(runner), 1);
    await runner.close();
  }

  /** Lea's signed decision on a task. */
  decide(task: { id: string; run: string; shown: string }, decision: 'approved' | 'rejected') {
    const said = { decision, person: 'lea', role: 'lead', comment: '', shown: task.shown, at: Date.now() };
    return signDecision(lead, task, said);
  }

  /** Lea's signed answer to a task that asks for one. */
  answer(task: { id: string; run: string; shown: string }, answer: Readonly<Record<string, JsonValue>>) {
    const said = { decision: 'answered' as const, answer, person: 'lea', role: 'lead', comment: '' };
    return signDecision(lead, task, { ...said, shown: task.shown, at: Date.now() });
  }

  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  async close(): Promise<void> {
    for (const runner of this.open.splice(0)) await runner.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(path: string, document: unknown): void {
    writeFileSync(path, prettyJson(asJson(document)));
  }
}
