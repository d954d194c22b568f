import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeEvent } from '../core/codec.ts';
import { approvedFlow, programOf } from '../core/testing/flows.ts';
import { INA } from '../core/testing/people.ts';
import { CountersignError } from '../flow/error.ts';
import { openIn, tempFolder } from '../journal/testing.ts';
import { Rig } from './testing/rig.ts';
import { keptKey, runOfKey, startedBefore } from './started-before.ts';

const CANARY = 'Quetzalcoatl';
const program = programOf(approvedFlow('refund'));
const input = { order: '7', amount: 12 };
/** A key as somebody makes it who thinks that it is only a key. */
const key = `live {"message":"${CANARY} here"}`;

let close = (): void => undefined;
afterEach(() => close());
function opened(): Rig {
  const one = new Rig({ programs: [program] });
  close = () => one.close();
  return one;
}

const filesWith = (path: string, text: string): string[] =>
  readdirSync(dirname(path)).filter((name) => readFileSync(join(dirname(path), name)).includes(text));
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof CountersignError ? error.code : String(error);
  }
};

describe('P29 the key that a caller chose', () => {
  it('P29 P11 is kept as a keyed hash: it starts one case, also after a restart, and is in no file', async () => {
    const one = opened();
    const { run } = await one.start(input, key);
    expect(await one.start(input, key)).toEqual({ run, again: true });
    one.restart();
    expect(await one.start(input, key)).toEqual({ run, again: true });
    await expect(one.start({ ...input, amount: 13 }, key)).rejects.toMatchObject({ code: 'RUN_KEY_REUSED' });
    expect(filesWith(one.path, CANARY)).toEqual([]);
    const reader = one.engine.reader();
    expect(reader.run(run)?.key).toBe(keptKey(reader, key));
    expect(runOfKey(reader, key)?.id).toBe(run);
    // Nobody without the secret beside the journal can try out what it was.
    const other = opened();
    expect(keptKey(other.engine.reader(), key)).toMatch(/^keyed:[0-9a-f]{32}$/);
    one.close();
  });

  it('P29 control: one that Countersign made itself is kept as it is, and is in the journal', async () => {
    const one = opened();
    const ours = `csv:flows/orders.flow.json:${CANARY}:1`;
    const start = async (ownKey: boolean) => {
      const request = { program, release: null, key: ours, initiator: INA, input: new Map(Object.entries(input)) };
      return one.engine.start(ownKey ? { ...request, ownKey: true } : request);
    };
    const { run } = await start(true);
    expect(filesWith(one.path, CANARY)).not.toEqual([]);
    expect(one.engine.reader().run(run)?.key).toBe(ours);
    expect(await start(true)).toEqual({ run, again: true });
  });

  it('P11 P14 one in a journal of 0.1.0, in clear as they were then, starts nothing twice', () => {
    const { folder, remove } = tempFolder();
    close = remove;
    const fixtures = join(import.meta.dirname, '../journal/fixtures');
    for (const name of ['journal', 'keys'])
      writeFileSync(
        join(folder, `${name}.sqlite`),
        gunzipSync(readFileSync(join(fixtures, `schema-1-${name}.sqlite.gz`))),
      );
    const journal = openIn(folder);
    try {
      const [first] = journal.events('run:c');
      const event = first === undefined ? null : decodeEvent(first);
      if (event?.type !== 'run.started') throw new Error('the fixture holds a start');
      const request = { program, release: null, key: 'key of c', initiator: INA, input: event.body.input };
      expect(startedBefore(journal, request)).toEqual({ run: 'c', again: true });
      expect(startedBefore(journal, { ...request, key: 'another' })).toBeNull();
      expect(codeOf(() => startedBefore(journal, { ...request, input: new Map() }))).toBe('RUN_KEY_REUSED');
    } finally {
      journal.close();
    }
  });
});
