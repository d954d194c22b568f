import type { App, Session, WebContents } from 'electron';
import { DESKTOP_ORIGIN } from '../engine/studio/contract-names.ts';

/** Opens an address outside the shell, in the person's browser. */
export type OpenExternal = (url: string) => void;

/** An address that may be opened outside: https and nothing else, without a name and password in it. */
export function mayOpenOutside(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '';
}

/** Every page of the shell stays where it is: no other page, no new window, no embedded page. */
export function guardPages(app: Pick<App, 'on'>, openExternal: OpenExternal): void {
  app.on('web-contents-created', (_event, contents) => guardPage(contents, openExternal));
}

/** {@link guardPages} for one page. */
export function guardPage(
  contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>,
  openExternal: OpenExternal,
): void {
  contents.on('will-navigate', (event) => {
    if (!isOurPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) openExternal(url);
    return { action: 'deny' };
  });
}

/** Only reloading stays: the page itself, whatever is behind its #. */
const isOurPage = (url: string): boolean => url.split('#', 1)[0] === `${DESKTOP_ORIGIN}/`;

/** Every permission that a page could ask for is denied. */
export function denyPermissions(
  session: Pick<
    Session,
    | 'setPermissionRequestHandler'
    | 'setPermissionCheckHandler'
    | 'setDevicePermissionHandler'
    | 'setDisplayMediaRequestHandler'
  >,
): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
}
