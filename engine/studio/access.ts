import { randomBytes, timingSafeEqual } from 'node:crypto';

/** What of a request decides whether it may come in. */
export interface Approach {
  host: string | undefined;
  origin: string | undefined;
  cookie: string | undefined;
}

export interface Access {
  /** A token that opens one session, once. */
  newToken(): string;
  /** Opens a session with a token, which is spent then; gives the cookie, or null when the token opens nothing. */
  redeem(token: string): string | null;
  /** Whether the request names us as its host: a name that was made to point here by somebody's name server does not. */
  knowsHost(approach: Approach): boolean;
  /** Whether it comes from our own page; what names no origin at all does too, unless `mustName`. */
  knowsOrigin(approach: Approach, mustName: boolean): boolean;
  hasSession(approach: Approach): boolean;
}

/** Tokens that were handed out and not used; the oldest is forgotten first. */
const MAX_TOKENS = 100;

/**
 * Who may talk to the browser host: requests that name it by its loopback address, come from its own pages, and carry
 * the cookie that a one-time token was exchanged for. Cookies do not keep ports apart, so the port is in the name.
 * `session` is the cookie's secret; a host that takes another's place is given the same.
 */
export function createAccess(port: number, session: string = secret()): Access {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);
  const cookieName = `countersign_${port}`;
  let tokens: string[] = [];
  return {
    newToken: () => {
      const token = secret();
      tokens = [...tokens, token].slice(-MAX_TOKENS);
      return token;
    },
    redeem: (token) => {
      const found = tokens.find((one) => same(one, token));
      if (found === undefined) return null;
      tokens = tokens.filter((one) => one !== found);
      return `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    knowsHost: ({ host }) => host !== undefined && hosts.includes(host.toLowerCase()),
    knowsOrigin: ({ origin }, mustName) => (origin === undefined ? !mustName : origins.includes(origin)),
    hasSession: ({ cookie }) =>
      (cookie ?? '')
        .split(';')
        .map((part) => part.trim().split('=', 2))
        .some(([name, value]) => name === cookieName && same(value ?? '', session)),
  };
}

export const secret = (): string => randomBytes(32).toString('base64url');

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
