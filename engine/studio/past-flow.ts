import { connectionSchema, policySchema, STRICT_POLICY } from '../connections/contract.ts';
import { flowSchema, type Flow } from '../flow/document.ts';
import { CountersignError } from '../flow/error.ts';
import type { Pinned, Whole } from '../flow/pinned.ts';
import { readFlow } from '../flow/read.ts';
import type { z } from '../flow/zod.ts';
import { openManifest } from '../manifest/disk.ts';
import { readEnvelope } from '../manifest/dsse.ts';
import { readDocument } from '../manifest/read-document.ts';
import { readStatement, type Statement } from '../manifest/statement.ts';
import { sha256Hex } from '../flow/json.ts';
import { modelCardSchema } from '../models/card.ts';
import { KINDS } from '../../nodes/index.ts';

type PinOf = Statement['predicate']['pins'][number];

/**
 * A flow as it is in a release, with what it leans on there: the very bytes that the manifest pins. Whose signatures it
 * bears is not asked, since nothing is run. Throws FILE_UNREADABLE, MANIFEST_INVALID, MANIFEST_BLOB.
 */
export function wholeOfRelease(manifest: string): Whole {
  const { bytes, readBlob } = openManifest(manifest);
  const { predicate } = readStatement(readEnvelope(bytes).payload);
  const of = (kind: PinOf['kind']): PinOf[] => predicate.pins.filter((pin) => pin.kind === kind);
  const blob = (pin: PinOf): Uint8Array => {
    const found = read(() => readBlob(pin.sha256, pin.size), manifest, pin);
    if (sha256Hex(found) !== pin.sha256) throw damaged(manifest, pin);
    return found;
  };
  const document = <T>(pin: PinOf, schema: z.ZodType<T>): T =>
    readDocument(blob(pin), schema, {
      code: 'MANIFEST_BLOB',
      what: `what the release pins as ${pin.path}`,
      hint: HINT,
    });
  const flow = (pin: PinOf): Flow => {
    const reading = readFlow(new TextDecoder().decode(blob(pin)), KINDS);
    return flowSchema.parse(reading.flow);
  };
  const byName = <T>(kind: PinOf['kind'], take: (pin: PinOf) => readonly [string, T]): Record<string, T> =>
    Object.fromEntries(of(kind).map(take));
  const [main] = of('flow');
  const [policy] = of('policy');
  if (main === undefined) throw damaged(manifest, { path: 'flow' });
  const pinned: Pinned = {
    connections: byName('connection', (pin) => [pin.name, document(pin, connectionSchema)]),
    models: byName('model', (pin) => [pin.name, document(pin, modelCardSchema)]),
    flows: byName('subflow', (pin) => [pin.path, flow(pin)]),
    policy: policy === undefined ? STRICT_POLICY : document(policy, policySchema),
  };
  return { flow: flow(main), pinned };
}

const HINT = 'Export the release again, or take its folder with all of its blobs.';

function read(work: () => Uint8Array, manifest: string, pin: PinOf): Uint8Array {
  try {
    return work();
  } catch {
    throw damaged(manifest, pin);
  }
}

const damaged = (manifest: string, pin: Pick<PinOf, 'path'>): CountersignError =>
  new CountersignError({
    code: 'MANIFEST_BLOB',
    message: `What the release pins as ${pin.path} is missing or not what was pinned.`,
    meaning: 'The release cannot be compared with.',
    where: { file: manifest },
    hint: HINT,
  });
