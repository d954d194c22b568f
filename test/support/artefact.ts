import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelCardSchema, type ModelCard } from '../../engine/models/card.ts';

/** The sample's model in a workspace: its card, and the digest of the bytes that the card names. */
export function artefactOf(root: string): { card: ModelCard; digest: string } {
  const card = modelCardSchema.parse(JSON.parse(readFileSync(join(root, 'models/support-topics.model.json'), 'utf8')));
  const bytes = readFileSync(join(root, 'models/blobs', card.artefact.digest));
  return { card, digest: `sha256-${createHash('sha256').update(bytes).digest('hex')}` };
}
