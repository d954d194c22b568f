import { buildManifest } from '../build.ts';
import { writeManifest } from '../disk.ts';
import { signManifestFile } from '../sign-file.ts';
import { keyOf, sampleInput } from './manifest-kit.ts';

/*
 * A process that writes the sample's manifest and signs it with many keys, one after the other, once it is told to: with
 * the folder, a name, how many keys.
 */

const [folder = '', name = '', count = '0'] = process.argv.slice(2);
const keys = Array.from({ length: Number(count) }, (_, i) => keyOf('author', `${name} ${i}`));
process.once('message', () => {
  const path = writeManifest(folder, 'credit', buildManifest(sampleInput()));
  for (const key of keys) signManifestFile(path, key);
  process.disconnect();
});
process.send?.('ready');
