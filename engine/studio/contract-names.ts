/** The scheme and address of the studio's page in the desktop shell. */
export const DESKTOP_SCHEME = 'countersign';
export const DESKTOP_ORIGIN = `${DESKTOP_SCHEME}://app`;

/** A page asks for its port to the studio's service. */
export const CONNECT_CHANNEL = 'studio:connect';

/** Carries the port back to the page that asked. */
export const PORT_CHANNEL = 'studio:port';
