import { describe, expect, test } from 'vitest';
import { journalError } from './sqlite-error.ts';

describe('what the file system does not allow beside a journal', () => {
  test.each(['EACCES', 'EPERM', 'EROFS'])('%s is the operator’s to put right, and no defect of ours', (code) => {
    const said = journalError(Object.assign(new Error(`${code}: open 'j.sqlite-wal'`), { code }), 'j.sqlite');
    expect(said).toMatchObject({
      code: 'JOURNAL_WRITE',
      fault: 'operator',
      retryable: false,
      where: { file: 'j.sqlite' },
    });
    expect(said.hint).toContain('permissions of the folder');
  });

  test('control: what nobody foresaw is ours', () => {
    for (const unforeseen of [new Error('what'), Object.assign(new Error('x'), { code: 'ERR_BUG' }), 'text'])
      expect(journalError(unforeseen, 'j.sqlite')).toMatchObject({ code: 'INTERNAL', fault: 'us' });
  });
});
