import { words } from '../words/index.ts';

/** What a status is called; undefined for one that this window does not know. */
export const wordOf = (status: string): string | undefined => {
  const said: Readonly<Record<string, string>> = words().cases.status;
  return Object.hasOwn(said, status) ? said[status] : undefined;
};
export const statusWord = (status: string): string => wordOf(status) ?? words().runs.underWay;

const TONES: ReadonlyMap<string, string> = new Map([
  ['completed', 'good'],
  ['failed', 'bad'],
  ['waiting', 'wait'],
  ['queued', 'wait'],
  ['in doubt', 'bad'],
]);
export const toneOf = (status: string): string => TONES.get(status) ?? '';
