import { canonicalBytes, sha256Hex } from '../flow/json.ts';
import { type DocumentErrors, parseDocument } from './read-document.ts';
import { IN_TOTO_PAYLOAD_TYPE, writeEnvelope } from './dsse.ts';
import {
  checkStatement,
  manifestDigest,
  MANIFEST_PREDICATE_TYPE,
  type Pin,
  type PinKind,
  pinKey,
  type Required,
  type Statement,
  STATEMENT_TYPE,
} from './statement.ts';

/** A file that the program depends on, with its bytes. */
export interface PinnedFile {
  kind: PinKind;
  /** What the program calls it, such as the connection's or the model's name. */
  name: string;
  /** Where it lies in the workspace, with forward slashes. */
  path: string;
  bytes: Uint8Array;
}

/** Everything that a manifest says; two equal inputs give equal bytes. */
export interface ManifestInput {
  title: string;
  /** `sha256-<hex>` of the program, as compiled from these very files. */
  program: string;
  /** A whole number that grows with each release of the flow; a person gives it. */
  release: number;
  /** The last moment at which it may be started, such as 2027-06-30T23:59:59Z; a person gives it. */
  notAfter: string;
  author: string;
  /** The flow itself (kind `flow`), its test report (`tests`), its safety proof (`proof`) and all else, in any order. */
  pins: readonly PinnedFile[];
  requires: readonly Required[];
}

/** A manifest before anyone signed it. */
export interface BuiltManifest {
  statement: Statement;
  /** The canonical bytes that are signed. */
  statementBytes: Uint8Array;
  /** Bytes by the hexadecimal SHA-256 under which they are pinned. */
  blobs: ReadonlyMap<string, Uint8Array>;
  /** `sha256-<hex>` of the statement's bytes. */
  digest: string;
}

/**
 * Puts a manifest together. Pure: no clock, no chance, no files. Throws MANIFEST_INVALID where the input does not hold,
 * also for a pinned `.json` file that is not strict JSON: what could be read in two ways is never offered for signing.
 */
export function buildManifest(input: ManifestInput): BuiltManifest {
  const blobs = new Map<string, Uint8Array>();
  const pins = input.pins.map((file): Pin => {
    const bytes = new Uint8Array(file.bytes);
    checkBlob(file.path, bytes);
    const sha256 = sha256Hex(bytes);
    blobs.set(sha256, bytes);
    return { kind: file.kind, name: file.name, path: file.path, sha256, size: bytes.length };
  });
  const only = (kind: PinKind): Pin | undefined => pins.find((pin) => pin.kind === kind);
  const statement = checkStatement({
    _type: STATEMENT_TYPE,
    subject: [{ name: only('flow')?.path ?? '', digest: { sha256: input.program.replace(/^sha256-/, '') } }],
    predicateType: MANIFEST_PREDICATE_TYPE,
    predicate: {
      release: input.release,
      flow: { title: input.title },
      program: { digest: input.program },
      author: input.author,
      notAfter: input.notAfter,
      pins: sorted(pins, pinKey),
      requires: sorted(input.requires, (one) => one.connection).map(({ connection, actions }) => ({
        connection,
        actions: sorted(actions, (action) => action.name).map((action) => ({ name: action.name, class: action.class })),
      })),
      testReport: `sha256-${only('tests')?.sha256}`,
      proof: `sha256-${only('proof')?.sha256}`,
    },
  });
  const statementBytes = canonicalBytes(statement);
  return { statement, statementBytes, blobs, digest: manifestDigest(statementBytes) };
}

/** The DSSE file of a statement that nobody signed yet. */
export function unsignedEnvelope(statementBytes: Uint8Array): Uint8Array {
  return writeEnvelope({ payloadType: IN_TOTO_PAYLOAD_TYPE, payload: statementBytes, signatures: [] });
}

/** Refuses with MANIFEST_INVALID a pinned `.json` file that is not strict JSON (P17). */
export function checkBlob(path: string, bytes: Uint8Array): void {
  if (!path.endsWith('.json')) return;
  const errors: DocumentErrors = {
    code: 'MANIFEST_INVALID',
    what: `the pinned file “${path}”`,
    hint: 'Repair the file in the workspace and export again.',
  };
  parseDocument(bytes, errors);
}

function sorted<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
