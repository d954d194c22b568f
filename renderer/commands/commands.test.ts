import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { payingFlow } from '../test-kit/flows.ts';
import { arranged, initialState, opened, selected } from '../state/transitions.ts';
import { chordOf, partsOf, passesText, shownKeys, type Pressed } from './chord.ts';
import { reachOf } from './command.ts';
import { rankEntries, usedNow, type Entry } from './rank.ts';
import { allCommands, registerCommands } from './registry.ts';
import { chose, conflictsOf, keysOf, meaningOf, refusalOf, type Situation } from './shortcuts.ts';

beforeAll(async () => {
  await import('./all.ts');
});

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

const open = () =>
  opened(initialState(), { path: 'flows/a.flow.json', flow: payingFlow(), digest: 'd', readOnly: null });
const NOBODY: Situation = { text: false, canvas: true, list: false };
const BUTTON: Situation = { text: false, canvas: false, list: false };
const TEXT: Situation = { text: true, canvas: false, list: false };
const idOf = (chord: string, at: Situation, state = open()) =>
  meaningOf(chord, at, allCommands(), state)?.command?.id ?? null;

describe('chords', () => {
  it('H1 letters are named with Shift, signs by themselves, and ⌘ as Ctrl', () => {
    expect(chordOf(press('z', { ctrlKey: true }))).toBe('Ctrl+Z');
    expect(chordOf(press('Z', { metaKey: true, shiftKey: true }))).toBe('Ctrl+Shift+Z');
    expect(chordOf(press('?', { shiftKey: true }))).toBe('?');
    expect(chordOf(press('n'))).toBe('N');
    expect(chordOf(press('ArrowLeft', { shiftKey: true }))).toBe('Shift+ArrowLeft');
    expect(chordOf(press('+', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl++');
  });

  it('H2 Ctrl and a letter mean the same key where the keyboard writes other letters', () => {
    expect(chordOf(press('я', { ctrlKey: true, code: 'KeyZ' }))).toBe('Ctrl+Z');
    expect(chordOf(press('Ω', { altKey: true, code: 'KeyZ' }))).toBe('Alt+Z');
  });

  it('H3 AltGr writes signs, and Ctrl or Shift alone is no chord', () => {
    expect(chordOf(press('@', { ctrlKey: true, altKey: true, getModifierState: (name) => name === 'AltGraph' }))).toBe(
      '@',
    );
    expect(chordOf(press('Control', { ctrlKey: true }))).toBeNull();
    expect(chordOf(press('Shift', { shiftKey: true }))).toBeNull();
  });

  it('H4 a chord is written back as its keys, plus among them', () => {
    expect(partsOf('Ctrl++')).toEqual(['Ctrl', '+']);
    expect(partsOf('+')).toEqual(['+']);
    expect(partsOf('Ctrl+Shift+ArrowLeft')).toEqual(['Ctrl', 'Shift', 'ArrowLeft']);
    expect(shownKeys('Ctrl+Shift+Z', true)).toEqual(['⌘', '⇧', 'Z']);
    const key = fc.constantFrom('Z', '+', 'ArrowUp', 'F2', '1', 'Space');
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), key, (ctrlKey, altKey, name) => {
        const chord = chordOf(press(name, { ctrlKey, altKey })) ?? '';
        expect(partsOf(chord).join('+')).toBe(chord);
        expect(partsOf(chord).at(-1)).toBe(name);
      }),
    );
  });
});

describe('shortcuts', () => {
  it('H5 as the studio is delivered every chord means one thing, and none is refused', () => {
    const twice = [...conflictsOf(allCommands(), {})].map(
      ([chord, commands]) => `${chord}: ${commands.map(({ id }) => id).join(', ')}`,
    );
    expect(twice).toEqual([]);
    for (const command of allCommands())
      for (const chord of keysOf(command, {}))
        expect([command.id, chord, refusalOf(command, chord)]).toEqual([command.id, chord, null]);
  });

  it('H6 a text keeps whatever it is written with: no chord of text is ever taken from it, whatever was chosen', () => {
    const chords = [
      'Ctrl+Z',
      'Ctrl+Shift+Z',
      'Ctrl+A',
      'Ctrl+C',
      'Ctrl+V',
      'N',
      'Shift+T',
      'Backspace',
      'Ctrl+ArrowLeft',
      '?',
      'Alt+ArrowUp',
    ];
    const ids = allCommands().map(({ id }) => id);
    fc.assert(
      fc.property(fc.constantFrom(...chords), fc.constantFrom(...ids), (chord, id) => {
        const state = arranged(open(), { shortcuts: { [id]: [chord] } });
        expect(passesText(chord)).toBe(false);
        expect(meaningOf(chord, TEXT, allCommands(), state)).toBeNull();
      }),
    );
    expect(idOf('Ctrl+S', TEXT)).toBe('flow.save');
    expect(idOf('Ctrl+K', TEXT)).toBe('window.palette');
  });

  it('H7 Enter, Space, arrows and Delete are the button’s that has the keyboard, and the canvas’s where it has it', () => {
    const one = selected(open(), { nodes: ['n_pay'], edges: [] });
    for (const chord of ['Enter', 'Delete', 'ArrowLeft', 'Escape']) {
      expect(meaningOf(chord, BUTTON, allCommands(), one)).toBeNull();
      expect(idOf(chord, NOBODY, one)).not.toBeNull();
    }
    expect(idOf('N', BUTTON)).toBe('step.add');
    // Several steps are selected by keyboard as well; a text keeps these keys.
    expect(idOf('Ctrl+Space', NOBODY)).toBe('edit.select-too');
    expect(idOf('Ctrl+ArrowLeft', NOBODY)).toBe('step.look-left');
    for (const chord of ['Ctrl+Space', 'Ctrl+ArrowLeft']) expect(meaningOf(chord, TEXT, allCommands(), one)).toBeNull();
    expect(idOf('N', { ...BUTTON, list: true })).toBeNull();
  });

  it('H8 elsewhere than on the desk its keys do nothing, and Ctrl S does not reach the browser', () => {
    const tasks = arranged(open(), { view: 'tasks' });
    expect(idOf('N', NOBODY, tasks)).toBeNull();
    expect(meaningOf('Ctrl+S', NOBODY, allCommands(), tasks)).toEqual({ command: null });
    expect(idOf('Ctrl+K', NOBODY, tasks)).toBe('window.palette');
  });

  it('H9 other keys can be chosen; taking the own ones again leaves no choice behind; two for one chord is a conflict', () => {
    const add = allCommands().find(({ id }) => id === 'step.add');
    if (add === undefined) throw new Error('no command to add a step');
    const chosen = chose({}, add, ['Ctrl+Shift+A']);
    const state = arranged(open(), { shortcuts: chosen });
    expect(idOf('N', NOBODY, state)).toBeNull();
    expect(idOf('Ctrl+Shift+A', NOBODY, state)).toBe('step.add');
    expect(chose(chosen, add, ['N'])).toEqual({});
    expect([...conflictsOf(allCommands(), chose({}, add, ['F2'])).keys()]).toEqual(['F2']);
    expect(refusalOf(add, 'Enter')).toBe('of widgets');
    expect(refusalOf(add, 'Ctrl+R')).toBe('of the window');
  });

  it('H10 two commands of one id are a defect', () => {
    const [first] = allCommands();
    if (first === undefined) throw new Error('no commands');
    expect(() => registerCommands([first])).toThrow(first.id);
  });

  it('H11 what cannot be done now is not done: nothing to undo, nothing selected, only to look at', () => {
    expect(meaningOf('Ctrl+Z', NOBODY, allCommands(), open())).toEqual({ command: null });
    expect(idOf('C', NOBODY)).toBeNull();
    const looked = opened(initialState(), { path: 'a', flow: payingFlow(), digest: 'd', readOnly: 'newer' });
    expect(idOf('N', NOBODY, looked)).toBeNull();
    expect(idOf('Delete', NOBODY, selected(looked, { nodes: ['n_pay'], edges: [] }))).toBeNull();
  });
});

const entry = (title: string, more: Partial<Entry> = {}): Entry => ({
  id: title,
  title,
  group: '',
  also: '',
  chord: null,
  onDemand: false,
  run: () => undefined,
  ...more,
});

describe('the palette', () => {
  const all = [
    entry('Save'),
    entry('Run the case'),
    entry('Go to a step…'),
    entry('Sign and export…'),
    entry('plan', { onDemand: true }),
  ];
  const found = (query: string, recent: string[] = []) => rankEntries(all, query, recent).map(({ id }) => id);

  it('H12 without a search what was used last stands first, and steps only when they are searched', () => {
    expect(found('')).toEqual(['Save', 'Run the case', 'Go to a step…', 'Sign and export…']);
    expect(found('', ['Sign and export…', 'Run the case'])[0]).toBe('Sign and export…');
    expect(found('pl')).toEqual(['plan']);
  });

  it('H13 beginnings come before middles, words may be given in any order, initials do', () => {
    expect(found('s')[0]).toBe('Save');
    expect(found('case run')).toEqual(['Run the case']);
    expect(found('rtc')).toEqual(['Run the case']);
    expect(found('nothing of the kind')).toEqual([]);
  });

  it('H14 every command is found by its own title, first among those that are not called alike', () => {
    const entries = allCommands().map(({ id, title }) => entry(typeof title === 'string' ? title : id, { id }));
    for (const one of entries) expect(rankEntries(entries, one.title, [])[0]?.title).toBe(one.title);
  });

  it('H15 what was used is remembered once, the last first, and not for ever', () => {
    expect(usedNow(['a', 'b'], 'b')).toEqual(['b', 'a']);
    const many = Array.from({ length: 40 }, (_, i) => String(i)).reduce<string[]>(usedNow, []);
    expect(many.length).toBeLessThan(20);
    expect(many[0]).toBe('39');
  });
});

describe('the registry', () => {
  it('H16 every command that can be found says what it does, and those for hands alone have keys', () => {
    const ids = allCommands().map(({ id }) => id);
    expect(ids.filter((id) => !/^[a-z]+\.[a-z0-9-]+$/.test(id))).toEqual([]);
    const silent = allCommands().filter((command) => command.keysOnly === true && keysOf(command, {}).length === 0);
    expect(silent).toEqual([]);
    const everywhere = allCommands().filter((command) => reachOf(command) === 'anywhere');
    expect(everywhere.flatMap((command) => keysOf(command, {})).filter((chord) => !passesText(chord))).toEqual([]);
    const titles = allCommands().map(({ title }) => title(initialState()));
    expect(new Set(titles).size).toBe(titles.length);
  });
});
