import type { Role, Theme } from '../../state/records.ts';

/** Settings. */

const THEMES: Readonly<Record<Theme, { name: string; help: string }>> = {
  system: { name: 'As the system', help: 'Light, dark or high contrast, as this machine is set.' },
  light: { name: 'Light', help: 'Ink on warm paper.' },
  dark: { name: 'Dark', help: 'Blue-grey, for the evening.' },
  contrast: { name: 'High contrast', help: 'White on black, with every frame drawn.' },
};

const ROLES: Readonly<Record<Role, string>> = {
  design: 'Design flows',
  test: 'Test them in the sandbox',
  run: 'Run them, and decide on tasks',
};

export const settings = {
  title: 'Settings',
  kept: 'Kept on this machine for you alone. Nothing here changes a flow.',
  doing: 'Places',
  mostly: 'What I mostly do',
  mostlyHelp:
    'These places come first on the left. The others are under More; nothing is hidden, and all keys stay the same.',
  roles: ROLES,
  first: (places: readonly string[]) => places.join(', '),
  look: 'Look',
  colours: 'Colours',
  themes: THEMES,
  motion: 'Motion',
  motionReduced: 'Nothing moves by itself: this machine asks for less motion.',
  motionFull: 'Panels and the canvas move for a moment. Ask your system for less motion, and nothing will.',
  writing: 'Dates, numbers and money',
  locale: 'Written as in',
  localeHelp: 'Texts stay English.',
  asSystem: 'this system',
  example: (date: string, number: string, money: string) => `${date} · ${number} · ${money}`,
  person: 'You',
  signedAs: 'Decisions are signed as',
  signedAsHelp: 'Said when the studio was started, and on record for whatever you decide or start.',
  unknown: 'nobody: the engine has not answered yet',
  comments: 'Name on comments',
  commentsHelp: 'How you are called where you comment on a step. Empty: as above.',
  keys: 'Keys',
  keysHelp: 'Search a command by its name or its keys and give it others. Texts that are being written keep theirs.',
  search: 'Search commands',
  searchExample: 'Name or keys, such as tidy or Ctrl K…',
  changed: 'changed',
  change: (title: string) => `Change the keys of “${title}”`,
  changeShort: 'Change',
  reset: (title: string) => `Give “${title}” its own keys back`,
  resetShort: 'Reset',
  resetAll: 'Reset all keys',
  clear: 'No keys',
  cancel: 'Cancel',
  press: 'Press the new keys…',
  pressHelp: 'Esc leaves it as it is.',
  recording: (title: string) => `New keys for “${title}”`,
  taken: (title: string) => `These are the keys of “${title}”.`,
  take: 'Take them',
  conflict: (titles: string) => `Also the keys of ${titles}: the one that fits where you are is done.`,
  nothing: 'No command is called that.',
};
