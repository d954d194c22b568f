import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFlow } from '../flow/read.ts';
import { refusal } from '../manifest/testing/manifest-kit.ts';
import { createFlowFile, openFlowFile, saveFlowFile } from './flow-files.ts';
import { scenarioPath } from './paths.ts';
import { FLOW, makeWorkspace, refundFlow } from './testing/tiny-workspace.ts';

let root: string;
let remove: () => void;
beforeEach(() => ({ root, remove } = makeWorkspace()));
afterEach(() => remove());

const codeOf = (work: () => unknown): string => refusal(work).code;

const save = (base: string, overwrite = false, path = FLOW, text = writeFlow(refundFlow('Changed'))) =>
  saveFlowFile(root, { path, text, base, overwrite });

describe('saving', () => {
  test('what was opened is saved, and opens as what was saved', () => {
    const { digest } = openFlowFile(root, FLOW);
    const after = save(digest);
    expect(after).not.toBe(digest);
    expect(openFlowFile(root, FLOW)).toEqual({ path: FLOW, text: writeFlow(refundFlow('Changed')), digest: after });
    expect(save(after)).toBe(after);
  });

  test('a file that another program changed is refused with FILE_CHANGED and stays as it is', () => {
    const { digest } = openFlowFile(root, FLOW);
    const theirs = writeFlow(refundFlow('Theirs'));
    writeFileSync(join(root, FLOW), theirs);
    expect(codeOf(() => save(digest))).toBe('FILE_CHANGED');
    expect(readFileSync(join(root, FLOW), 'utf8')).toBe(theirs);
    save(digest, true);
    expect(openFlowFile(root, FLOW).text).toBe(writeFlow(refundFlow('Changed')));
  });

  test('a file that is gone is refused with FILE_CHANGED, and is there again when the person insists', () => {
    const { digest } = openFlowFile(root, FLOW);
    rmSync(join(root, FLOW));
    expect(codeOf(() => save(digest))).toBe('FILE_CHANGED');
    expect(readdirSync(join(root, 'flows'))).toEqual([]);
    save(digest, true);
    expect(readdirSync(join(root, 'flows'))).toEqual(['refunds.flow.json']);
  });

  test.each([
    ['no JSON', 'hello', 'DOCUMENT_INVALID'],
    ['no flow', '{"format":"countersign.flow","version":1}', 'DOCUMENT_INVALID'],
    ['a key twice', '{"format":"countersign.flow","format":"x"}', 'DOCUMENT_INVALID'],
    ['200,000 brackets', '['.repeat(200_000), 'DOCUMENT_INVALID'],
    ['newer than this version', '{"format":"countersign.flow","version":99}', 'DOCUMENT_NEWER'],
  ])('%s is not saved, and leaves nothing behind', (_what, text, code) => {
    const before = openFlowFile(root, FLOW);
    expect(codeOf(() => save(before.digest, true, FLOW, text))).toBe(code);
    expect(openFlowFile(root, FLOW)).toEqual(before);
    expect(readdirSync(join(root, 'flows'))).toEqual(['refunds.flow.json']);
  });

  test('a flow with problems is saved: work in progress is work', () => {
    const flow = refundFlow();
    flow.edges = {};
    const { digest } = openFlowFile(root, FLOW);
    expect(save(digest, false, FLOW, writeFlow(flow))).not.toBe(digest);
  });
});

describe('P39 nothing outside the workspace is read or written', () => {
  const hostile = [
    '../outside.flow.json',
    'flows/../../outside.flow.json',
    'flows/../countersign.json',
    '/etc/passwd',
    'flows//etc/x.flow.json',
    'flows/a/b.flow.json',
    String.raw`flows\..\..\x.flow.json`,
    String.raw`flows/..\..\x.flow.json`,
    'C:/x.flow.json',
    'flows/c:x.flow.json',
    'flows/\u0000.flow.json',
    'flows/line\nbreak.flow.json',
    'flows/.flow.json',
    'flows/..flow.json',
    'flows/.hidden.flow.json',
    'flows/\ud800.flow.json',
    `flows/${'x'.repeat(300)}.flow.json`,
    'countersign.json',
    '.countersign/keys/ada.author.key.json',
    '',
  ];

  test.each(hostile)('%j', (path) => {
    expect(codeOf(() => openFlowFile(root, path))).toBe('REQUEST_REFUSED');
    expect(codeOf(() => save('', true, path))).toBe('REQUEST_REFUSED');
    expect(codeOf(() => scenarioPath(path))).toBe('REQUEST_REFUSED');
  });

  test('a name of other letters and signs is a name', () => {
    const path = 'flows/Rückgabe & “Kulanz” <b>.flow.json'.replace('<b>', 'größer');
    save('', true, path);
    expect(openFlowFile(root, path).path).toBe(path);
  });

  test('a link to a file outside is neither read nor written', () => {
    const secret = makeWorkspace();
    symlinkSync(join(secret.root, FLOW), join(root, 'flows/link.flow.json'));
    expect(codeOf(() => openFlowFile(root, 'flows/link.flow.json'))).toBe('REQUEST_REFUSED');
    expect(codeOf(() => save('', true, 'flows/link.flow.json'))).toBe('REQUEST_REFUSED');
    secret.remove();
  });

  test('a folder that is a link to a folder outside is not entered', () => {
    const other = makeWorkspace();
    rmSync(join(root, 'flows'), { recursive: true });
    symlinkSync(join(other.root, 'flows'), join(root, 'flows'));
    expect(codeOf(() => openFlowFile(root, FLOW))).toBe('REQUEST_REFUSED');
    expect(codeOf(() => save('', true))).toBe('REQUEST_REFUSED');
    expect(codeOf(() => createFlowFile(root, 'New'))).toBe('REQUEST_REFUSED');
    expect(readdirSync(join(other.root, 'flows'))).toEqual(['refunds.flow.json']);
    other.remove();
  });

  test('a folder in the place of a file is refused', () => {
    mkdirSync(join(root, 'flows/dir.flow.json'));
    expect(codeOf(() => openFlowFile(root, 'flows/dir.flow.json'))).toBe('FILE_UNREADABLE');
  });

  test('bytes that are no UTF-8 are refused', () => {
    writeFileSync(join(root, 'flows/bad.flow.json'), Buffer.from([0x7b, 0xff, 0xfe]));
    expect(codeOf(() => openFlowFile(root, 'flows/bad.flow.json'))).toBe('DOCUMENT_INVALID');
  });
});

describe('creating', () => {
  test('each flow gets a file of its own, whatever its title', () => {
    const titles = ['Refunds', 'Refunds', '../../etc/passwd', '日本語', 'CON', '<img src=x onerror=alert(1)>'];
    const paths = titles.map((title) => createFlowFile(root, title).path);
    expect(paths).toEqual([
      'flows/refunds-2.flow.json',
      'flows/refunds-3.flow.json',
      'flows/etc-passwd.flow.json',
      'flows/flow.flow.json',
      'flows/flow-con.flow.json',
      'flows/img-src-x-onerror-alert-1.flow.json',
    ]);
    expect(readFileSync(join(root, paths[5] ?? ''), 'utf8')).toContain('<img src=x onerror=alert(1)>');
  });
});
