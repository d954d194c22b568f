import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { normalised } from '../journal/person-links.ts';
import type { JournalReader } from '../journal/reader.ts';
import { openManifest } from '../manifest/disk.ts';
import { readDocument } from '../manifest/read-document.ts';
import { pinnedBytes, verifyManifest } from '../manifest/verify.ts';
import type { Trust } from '../manifest/trust.ts';
import { readArtefact } from '../models/artefact.ts';
import { modelCardSchema } from '../models/card.ts';
import { acceptedIn } from './accepted.ts';

/** A model of an accepted release, and what can be told of whether it learned from a person. */
export interface HeldModel {
  model: string;
  version: string;
  /** Digest of what was trained. */
  artefact: string;
  /** Words and values of the person that the model itself has kept. */
  keeps: string[];
  /** The data it was trained on. `rows` are those with the person in them; null when the data were not shown. */
  data: { name: string; digest: string; rows: number | null }[];
}

/**
 * Models of all accepted releases. A model says which data it was trained on by digest and never by person; so whether a
 * person is among them can be told only from the data, where they are shown, and from the words that the model keeps.
 *
 * @param shown bytes of training data, whatever their names
 */
export function modelsHeld(
  reader: JournalReader,
  releases: string,
  trust: Trust,
  person: string,
  shown: readonly Uint8Array[],
): HeldModel[] {
  const wanted = normalised(person);
  const rows = new Map(shown.map((bytes) => [digestOf(bytes), rowsWith(bytes, wanted)]));
  const models = new Map<string, HeldModel>();
  for (const { file } of acceptedIn(reader)) {
    const { bytes, readBlob } = openManifest(join(releases, file));
    const manifest = verifyManifest(bytes, readBlob, trust, { now: 0 });
    for (const { kind, name } of manifest.statement.predicate.pins) {
      if (kind !== 'model') continue;
      const card = readDocument(pinnedBytes(manifest, 'model', name), modelCardSchema, {
        code: 'MANIFEST_INVALID',
        what: `the pinned model “${name}”`,
        hint: 'Export the flow again with this version of Countersign.',
      });
      models.set(card.artefact.digest, {
        model: card.name,
        version: card.modelVersion,
        artefact: card.artefact.digest,
        keeps: kept(pinnedBytes(manifest, 'artefact', name), wanted),
        data: card.lineage.data.map((data) => ({
          name: data.name,
          digest: data.digest,
          rows: rows.get(data.digest) ?? null,
        })),
      });
    }
  }
  return [...models.values()];
}

const digestOf = (bytes: Uint8Array): string => `sha256-${createHash('sha256').update(bytes).digest('hex')}`;

/** Lines that hold the person, as a whole and not within a word. */
function rowsWith(bytes: Uint8Array, wanted: string): number {
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])${escaped(wanted)}(?![\\p{L}\\p{N}])`, 'u');
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => whole.test(normalised(line))).length;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** What of a person is among the words and column values that a model compares with. */
function kept(artefact: Uint8Array, wanted: string): string[] {
  const { encoder } = readArtefact(artefact);
  const words = new Set([wanted, ...wanted.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2)]);
  // A whole word stands in a dictionary behind “=”.
  const known = [
    ...encoder.dictionary.flatMap((key) => (key.startsWith('=') ? [key.slice(1)] : [])),
    ...encoder.columns.flatMap((column) => ('values' in column ? column.values : [])),
  ];
  return [...new Set(known.map((word) => normalised(word)))].filter((word) => words.has(word)).sort();
}
