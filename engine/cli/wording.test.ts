import { CommanderError, type Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { planAgain } from '../core/try-again.ts';
import { callFlow, programOf, shopWith } from '../core/testing/flows.ts';
import { failedWith, Play } from '../core/testing/play.ts';
import { usageOf } from './command.ts';
import { goesOn } from './commands/run.ts';
import { commandLine } from './main.ts';
import { EXAMPLES, longOf } from './missing.ts';
import { COLUMNS, wrapped } from './wrap.ts';

const silent = { out: () => undefined, err: () => undefined, isTerminal: false, nowMs: () => 0 };
const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
const commands = every(commandLine({ io: silent, exit: { code: 0 } }));

const refused = (message: string) => usageOf(new CommanderError(1, 'commander.x', `error: ${message}`));

describe('what is missing is named, with an example', () => {
  test('every option that a command needs has an example', () => {
    const needed = commands.flatMap(({ options }) => options.flatMap((one) => (one.mandatory ? [one.flags] : [])));
    expect(needed.length).toBeGreaterThan(20);
    expect([...new Set(needed.map(longOf))].filter((long) => EXAMPLES[long] === undefined)).toEqual([]);
    for (const flags of needed) {
      const { message, hint } = refused(`required option '${flags}' not specified`);
      expect(message).toBe(`The option ${flags} is missing.`);
      expect(hint).toContain(`such as ${longOf(flags)} `);
    }
  });

  test('control: an option without an example would be found', () => {
    expect(EXAMPLES['--dance']).toBeUndefined();
    expect(refused("required option '--dance <step>' not specified").hint).not.toContain('such as');
  });

  test('options of one name that take different things have different examples', () => {
    const hint = (flags: string) => refused(`required option '${flags}' not specified`).hint;
    expect(hint('--trust <file>')).toContain('trust.json');
    expect(hint('--trust <file...>')).toContain('.pub.json');
  });

  test('so are arguments, and options that lack their value', () => {
    expect(refused("missing required argument 'case'")).toMatchObject({ message: 'It is not said which case.' });
    expect(refused("option '--runner <folder>' argument missing").message).toContain('--runner <folder>');
    expect(refused("unknown option '--dance'").message).toBe("Unknown option '--dance'.");
  });
});

describe('what is to be done next', () => {
  test.each(['running', 'calling', 'retrying', 'waiting', 'queued', 'in doubt'] as const)(
    'with a case that is %s when its engine ends',
    (status) => {
      const told = goesOn({ id: 'r1', status, suspended: null }, 'desk').join('\n');
      expect(told).toContain(
        status === 'in doubt' ? 'countersign approvals --runner desk' : 'countersign serve --runner desk',
      );
      expect(told).toContain('countersign runs show r1 --runner desk');
    },
  );

  test.each(['completed', 'failed', 'cancelled'] as const)('control: nothing with one that is %s', (status) => {
    expect(goesOn({ id: 'r1', status, suspended: null }, 'desk')).toEqual([]);
  });

  test('a case that is under way is not said to have to be started anew', () => {
    const program = programOf(callFlow('refund'), shopWith('refund', {}));
    const play = new Play(program, { order: 'A-7', amount: 10 });
    play.performed(failedWith('no'));
    const { refused: why } = planAgain({ run: 'run1', program, events: play.journal }, program, 'start');
    expect(why?.message).toBe('The case run1 is still under way.');
    expect(why?.hint).not.toContain('new case');
  });
});

describe('prose fits its columns', () => {
  test('whatever is said, and nothing of it is left out', () => {
    const texts = ['', 'short', 'word '.repeat(60), 'x'.repeat(350), `${'y'.repeat(98)} zz`, 'a\u001b[31mb\u202ec'];
    for (const text of texts) {
      const lines = wrapped(text, '     ', '       ');
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(COLUMNS);
      // oxlint-disable-next-line no-control-regex -- what must not get through
      const kept = text.replaceAll(/[\s\u001b\u202e]/g, '');
      expect(lines.join('').replaceAll(/\s/g, '')).toBe(kept);
    }
  });
});
