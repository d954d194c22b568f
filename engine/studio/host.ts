/** What only the surroundings of the studio can give; one implementation in the browser host, one in the desktop shell. */
export interface Host {
  kind: 'browser' | 'desktop';
  /** The passphrase of the person's keys, or null when they are kept without one. */
  passphrase(): Promise<string | null>;
}

/** The browser host has no keychain: a passphrase comes from the environment, or there is none. */
export const browserHost = (environment: Readonly<Record<string, string | undefined>>): Host => ({
  kind: 'browser',
  passphrase: () => Promise.resolve(environment['COUNTERSIGN_PASSPHRASE'] || null),
});
