/** Errors that the window finds by itself; all others are worded by the engine. */

export const errors = {
  unreadable: (path: string) => `${path} cannot be read.`,
  notOpened: (path: string) => `${path} was not opened; nothing was changed.`,
  stopped: {
    message: 'The engine cannot be reached.',
    meaning: 'Nothing was sent. What you drew is kept in this window.',
    hint: 'Wait until the status bar says “engine ready”, then do it again.',
  },
  notOfTheContract: (method: string) => ({
    message: `The engine gave an answer to “${method}” that this window does not understand.`,
    meaning: 'The window and the engine are probably of different versions.',
    hint: 'Reload the window; if it happens again, start Countersign anew.',
  }),
  broken: (cause: string) => ({
    message: 'This part of the window stopped working.',
    meaning: `What you drew is kept. It stopped with: ${cause}`,
    hint: 'Save with Ctrl S, then go to another place and back; if it happens again, report it with this code.',
  }),
  checks: {
    message: 'The checks stopped working.',
    meaning: 'Problems are no longer found while you draw. The flow itself is untouched.',
    hint: 'Save, then reload the window; if it happens again, report it with this code.',
  },
};
