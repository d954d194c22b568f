import { connectionSchema, type Connection, type Policy } from '../connections/contract.ts';
import type { Flow } from '../flow/document.ts';
import { CountersignError } from '../flow/error.ts';
import { readFlow } from '../flow/read.ts';
import type { z } from '../flow/zod.ts';
import { inFile } from '../manifest/atomic.ts';
import { openManifest } from '../manifest/disk.ts';
import { readDocument } from '../manifest/read-document.ts';
import { pinnedBytes, verifyManifest, type HighestSeen, type VerifiedManifest } from '../manifest/verify.ts';
import { loadBuiltInModel } from '../models/answer.ts';
import type { LoadedModel } from '../models/ask.ts';
import { modelCardSchema } from '../models/card.ts';
import { compileProgram } from '../program/compile.ts';
import { programDigest } from '../program/digest.ts';
import type { Program } from '../program/program.ts';
import { proveSafety } from '../program/proof.ts';
import { KINDS } from '../../nodes/index.ts';
import { RUNS } from '../../nodes/runs.ts';
import type { RunnerConfig } from './folder.ts';

/** A release that this runner may run: verified bytes, compiled from exactly those. */
export interface LoadedRelease {
  manifest: VerifiedManifest;
  /** Path of the flow in its workspace; releases of one path follow each other. */
  flowPath: string;
  release: number;
  program: Program;
  connections: Readonly<Record<string, Connection>>;
  models: ReadonlyMap<string, LoadedModel>;
}

export interface LoadOptions {
  /** Milliseconds since 1970. */
  now: number;
  highestSeen: (flowPath: string) => HighestSeen | null;
}

/**
 * Verifies a manifest and makes it ready to run from the very bytes that were verified: signatures as the trust file
 * asks, every pin by digest, the program's own digest, the safety proof again under this runner's policy, and grants of
 * its bindings for every action. Errors: MANIFEST_*, TRUST_INVALID, PROOF_UNSAFE, MODEL_ARTEFACT_DAMAGED.
 */
export function loadRelease(path: string, config: RunnerConfig, options: LoadOptions): LoadedRelease {
  const { bytes, readBlob } = openManifest(path);
  return inFile(path, () => {
    const release = compileVerified(verifyManifest(bytes, readBlob, config.trust, options), config.policy);
    checkGrants(release, config);
    checkPolicy(release, config);
    return release;
  });
}

/** Compiles what a verified manifest pins, under the policy of the place where it runs. Its program must be the one that was signed. */
export function compileVerified(manifest: VerifiedManifest, policy: Policy): LoadedRelease {
  const { predicate, subject } = manifest.statement;
  const connections = Object.fromEntries(
    pinnedOf(manifest, 'connection').map((name) => [name, documentOf(manifest, 'connection', name, connectionSchema)]),
  );
  const models = new Map(
    pinnedOf(manifest, 'model').map((name): [string, LoadedModel] => {
      const card = documentOf(manifest, 'model', name, modelCardSchema);
      return [name, { card, model: loadBuiltInModel(card, pinnedBytes(manifest, 'artefact', name)) }];
    }),
  );
  const flow = flowFrom(pinnedBytes(manifest, 'flow'));
  const surroundings = {
    connections,
    models: Object.fromEntries([...models].map(([name, { card }]) => [name, card])),
    flows: subflowsOf(manifest),
  };
  const compiled = compileProgram(flow, KINDS, RUNS, surroundings, policy);
  if (compiled.program === null)
    throw unfit(compiled.problems.find((p) => p.severity === 'error')?.message ?? 'the flow has errors');
  if (programDigest(flow, KINDS, surroundings) !== predicate.program.digest)
    throw unfit('its program is not the one that was signed');
  return {
    manifest,
    flowPath: subject[0]?.name ?? '',
    release: predicate.release,
    program: compiled.program,
    connections,
    models,
  };
}

function flowFrom(bytes: Uint8Array): Flow {
  const { flow, newer, problems } = readFlow(new TextDecoder().decode(bytes), KINDS);
  if (flow === null || newer) throw unfit(problems[0]?.message ?? 'the flow cannot be read');
  return flow;
}

/** The flows that stand in the pinned flow, by the paths by which it names them. */
function subflowsOf(manifest: VerifiedManifest): Record<string, Flow> {
  const pins = manifest.statement.predicate.pins.filter((pin) => pin.kind === 'subflow');
  return Object.fromEntries(pins.map(({ name, path }) => [path, flowFrom(pinnedBytes(manifest, 'subflow', name))]));
}

const pinnedOf = (manifest: VerifiedManifest, kind: string): string[] =>
  manifest.statement.predicate.pins.filter((pin) => pin.kind === kind).map((pin) => pin.name);

function documentOf<T>(
  manifest: VerifiedManifest,
  kind: 'connection' | 'model',
  name: string,
  schema: z.ZodType<T>,
): T {
  return readDocument(pinnedBytes(manifest, kind, name), schema, {
    code: 'MANIFEST_INVALID',
    what: `the pinned ${kind} “${name}”`,
    hint: 'Export the flow again with this version of Countersign.',
  });
}

/** By connection: what the manifest says it requires, and what its program does whether the manifest says so or not. */
function requiredBy(release: LoadedRelease): Map<string, Set<string>> {
  const required = new Map<string, Set<string>>();
  const need = (connection: string, action: string) =>
    required.set(connection, (required.get(connection) ?? new Set()).add(action));
  for (const { connection, actions } of release.manifest.statement.predicate.requires)
    for (const { name } of actions) need(connection, name);
  for (const { target } of release.program.nodes.values()) if (target !== null) need(target.connection, target.action);
  return required;
}

/** A manifest that asks for more than the bindings grant does not start. */
function checkGrants(release: LoadedRelease, config: RunnerConfig): void {
  for (const [connection, actions] of requiredBy(release)) {
    const binding = Object.hasOwn(config.bindings, connection) ? config.bindings[connection] : undefined;
    const lacking = [...actions].filter((action) => binding?.grants.includes(action) !== true);
    if (lacking.length > 0)
      throw new CountersignError({
        code: 'MANIFEST_GRANTS',
        message: `Release ${release.release} asks for ${lacking.map((name) => `“${connection}.${name}”`).join(', ')}, which ${binding === undefined ? `no binding grants` : 'its binding does not grant'}.`,
        hint: `Put the grant into bindings/${connection}.binding.json if this runner may do it.`,
        fault: 'operator',
      });
  }
}

/** The runner holds its own policy against the flow, whatever the manifest says was proved. */
function checkPolicy(release: LoadedRelease, config: RunnerConfig): void {
  const surroundings = {
    connections: release.connections,
    models: Object.fromEntries([...release.models].map(([name, { card }]) => [name, card])),
  };
  const proof = proveSafety(release.program.flow, KINDS, surroundings, config.policy);
  const [first] = proof.unsafe;
  if (proof.safe || first === undefined) return;
  throw new CountersignError({
    code: 'PROOF_UNSAFE',
    message: `Release ${release.release} is not safe under this runner’s policy: ${first.reason}`,
    where: { node: first.effect.node },
    hint: 'Put an approval or a limiting rule row on that path and export again, or let IT change policy.json.',
    fault: 'operator',
  });
}

function unfit(why: string): CountersignError {
  return new CountersignError({
    code: 'MANIFEST_INVALID',
    message: `The manifest verifies, and what it pins does not fit together: ${why}.`,
    hint: 'Export the flow again with this version of Countersign.',
    fault: 'operator',
  });
}
