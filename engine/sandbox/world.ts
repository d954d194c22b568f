import { createHash } from 'node:crypto';
import { Circuits } from '../connections/circuits.ts';
import type { Connection } from '../connections/contract.ts';
import { CountersignError } from '../flow/error.ts';
import { shownName } from '../flow/inlined-ids.ts';
import { builtInModels, identityOf, type LoadedModel } from '../models/ask.ts';
import { openKeyFile, makeKeyFile, type PrivateKey } from '../manifest/sign-keys.ts';
import { SETTLING_ROLE } from '../manifest/decision.ts';
import { PEOPLE_FORMAT, peopleOf, type PeopleFile } from '../manifest/people.ts';
import type { AskOutcome, AskRequest, Environment, Models } from '../runtime/environment.ts';
import type { Flow } from '../flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { VirtualClock } from './clock.ts';
import type { Scenario, SimulatedAnswer } from './scenario.ts';
import { createSimulatedSystems, type SimulatedSystems } from './simulated-systems.ts';
import type { SystemDocument } from './system-document.ts';

export interface WorldParts {
  flow: Flow;
  connections: Readonly<Record<string, Connection>>;
  systems: Readonly<Record<string, SystemDocument>>;
  models: ReadonlyMap<string, LoadedModel>;
}

/** Somebody of the simulated world who can decide, with a key of their own that is worth nothing outside it. */
export interface SimulatedPerson {
  id: string;
  key: PrivateKey<'approver'>;
}

/** The environment of one scenario: everything in it is made from its seed, and nothing in it is real. */
export interface World {
  environment: Environment;
  clock: VirtualClock;
  systems: SimulatedSystems;
  personOf(role: string, id: string | undefined): SimulatedPerson;
}

const DEFAULT_START = '2026-03-02T09:00:00Z';

/** Bytes that depend on the seed, a purpose and a counter alone. */
export function seededBytes(seed: number, purpose: string): (bytes: number) => Uint8Array {
  let counter = 0;
  return (bytes) => {
    const out = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 32) {
      const block = createHash('sha256')
        .update(JSON.stringify([seed, purpose, counter++]))
        .digest();
      out.set(block.subarray(0, Math.min(32, bytes - at)), at);
    }
    return out;
  };
}

export function createWorld(parts: WorldParts, scenario: Scenario): World {
  const seed = scenario.seed ?? 1;
  const clock = new VirtualClock(Date.parse(scenario.start ?? DEFAULT_START));
  const systems = createSimulatedSystems({
    documents: withRecords(parts.systems, scenario),
    connections: parts.connections,
    seed,
    clock,
    faults: scenario.faults ?? {},
    circuits: new Circuits({ clock }),
  });
  const people = simulatedPeople(parts.flow, scenario, seed);
  const models = simulatedModels(parts, scenario, clock);
  const environment: Environment = {
    clock,
    random: seededBytes(seed, 'runs'),
    modelsOf: () => models,
    systemsOf: () => systems,
    people: peopleOf(() => people.file),
  };
  return { environment, clock, systems, personOf: people.personOf };
}

function withRecords(
  systems: Readonly<Record<string, SystemDocument>>,
  scenario: Scenario,
): Record<string, SystemDocument> {
  const out: Record<string, SystemDocument> = { ...systems };
  for (const [connection, collections] of Object.entries(scenario.records ?? {})) {
    const system = Object.hasOwn(out, connection) ? out[connection] : undefined;
    if (system === undefined) throw misfit(`there is no simulated system “${connection}”`, ['records', connection]);
    const changed = { ...system.collections };
    for (const [name, rows] of Object.entries(collections)) {
      const collection = Object.hasOwn(changed, name) ? changed[name] : undefined;
      if (collection === undefined) throw misfit(`“${connection}” holds no “${name}”`, ['records', connection, name]);
      changed[name] = { ...collection, rows: { ...collection.rows, ...rows } };
    }
    out[connection] = { ...system, collections: changed };
  }
  return out;
}

/** Simulated answers by the name of the AI decision; the others ask their model, which is pure and in this process. */
function simulatedModels(parts: WorldParts, scenario: Scenario, clock: VirtualClock): Models {
  const own = builtInModels(parts.models, () => clock.now());
  const byModel = new Map<string, Omit<SimulatedAnswer, 'other'>>();
  for (const [name, answer] of Object.entries(scenario.answers ?? {})) {
    const [, node] =
      Object.entries(parts.flow.nodes).find(
        ([id, one]) => shownName(id, one.name) === name && one.kind === 'ai-decision',
      ) ?? [];
    const [model, other] = node === undefined ? [] : (KINDS[node.kind]?.models?.(node.config) ?? []);
    if (model === undefined) throw misfit(`there is no AI decision “${name}” in the flow`, ['answers', name]);
    byModel.set(model, answer);
    if (answer.other === undefined) continue;
    if (other === undefined) throw misfit(`“${name}” asks no other model`, ['answers', name, 'other']);
    byModel.set(other, answer.other);
  }
  const answer = (request: AskRequest): AskOutcome | null => {
    const simulated = byModel.get(request.model);
    return simulated === undefined ? own.answerNow(request) : simulatedOutcome(parts, request, simulated);
  };
  return {
    answerNow: answer,
    ask: (request) => Promise.resolve(answer(request) ?? { outcome: 'failed', error: downError(request.model) }),
  };
}

function simulatedOutcome(
  parts: WorldParts,
  request: AskRequest,
  simulated: Omit<SimulatedAnswer, 'other'>,
): AskOutcome {
  if (simulated.down === true) return { outcome: 'failed', error: downError(request.model) };
  if (simulated.late === true) return { outcome: 'failed', error: lateError(request) };
  const card = parts.models.get(request.model)?.card;
  const bar = request.bar ?? card?.bar ?? 0;
  const sure = simulated.unlike !== true && simulated.confidence >= bar;
  return {
    outcome: 'answered',
    answer: {
      status: sure ? 'answered' : 'uncertain',
      why: sure ? null : simulated.unlike === true ? 'unlike anything seen' : 'below the bar',
      choice: sure ? simulated.choice : null,
      guess: simulated.choice,
      confidence: simulated.confidence,
      alternatives: [{ choice: simulated.choice, confidence: simulated.confidence }],
      reasons: [],
      model:
        card === undefined
          ? { name: request.model, version: 'simulated', digest: 'simulated', owner: '', bar }
          : { ...identityOf(card, bar), version: `${card.modelVersion} (simulated answer)` },
      latencyMs: 0,
    },
  };
}

function downError(model: string) {
  return new CountersignError({
    code: 'MODEL_UNREACHABLE',
    message: `The model “${model}” did not answer.`,
    hint: 'Look whether it runs; the case goes on by the exit “failed”.',
    retryable: true,
    fault: 'other system',
  }).toShape();
}

function lateError({ model, timeoutMs }: AskRequest) {
  return new CountersignError({
    code: 'MODEL_TIMED_OUT',
    message: `The model “${model}” gave no answer within ${timeoutMs} ms.`,
    hint: 'Look whether it is overloaded; the case goes on without it.',
    retryable: true,
    fault: 'other system',
  }).toShape();
}

/** One person for each role that the flow asks for, and those whom the scenario names. */
function simulatedPeople(flow: Flow, scenario: Scenario, seed: number) {
  const roles = new Set<string>([SETTLING_ROLE]);
  for (const { kind, config } of Object.values(flow.nodes))
    for (const role of KINDS[kind]?.roles?.(config) ?? []) roles.add(role);
  const ids = new Set<string>([...roles].map((role) => `${role} (simulated)`));
  for (const act of scenario.people ?? []) if (act.person !== undefined) ids.add(act.person);
  const keys = new Map<string, PrivateKey<'approver'>>();
  const file: PeopleFile = { format: PEOPLE_FORMAT, version: 1, people: [] };
  for (const id of [...ids].sort()) {
    const made = makeKeyFile('approver', id, seededBytes(seed, `key of ${id}`), null);
    const key = openKeyFile(new TextEncoder().encode(made.private), 'approver', null);
    keys.set(id, key);
    file.people.push({
      id,
      name: id,
      roles: [...roles].sort(),
      keys: [{ keyId: key.keyId, publicKey: key.publicKey }],
    });
  }
  const personOf = (role: string, id: string | undefined): SimulatedPerson => {
    const who = id ?? `${role} (simulated)`;
    const key = keys.get(who);
    if (key === undefined) throw new Error(`nobody in the simulated world is called ${who}`);
    return { id: who, key };
  };
  return { file, personOf };
}

function misfit(what: string, path: string[]): CountersignError {
  return new CountersignError({
    code: 'DOCUMENT_INVALID',
    message: `The scenario does not fit: ${what}.`,
    where: { path },
    hint: 'Correct the scenario, or add what it speaks of.',
  });
}
