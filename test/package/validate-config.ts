/**
 * Holds `electron-builder.yml` against the builder's own schema, with a key more where one is named. A process of its own,
 * because the builder's validator generates code, which tests run without.
 */
import { join } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';

const config = await getConfig(join(import.meta.dirname, '..', '..'), 'electron-builder.yml', null);
const [more] = process.argv.slice(2);
await validateConfiguration(more === undefined ? config : { ...config, [more]: [] }, new DebugLogger(false));
process.stdout.write('valid\n');
