import { DESKTOP_ORIGIN } from '../engine/studio/contract-names.ts';
import { openRendererFiles, page } from '../engine/studio/renderer-files.ts';

/** Answers for the shell's own scheme with the built renderer's files, and for nothing else. */
export function appHandler(folder: string): (request: Request) => Response {
  const files = openRendererFiles(folder);
  return (request) => {
    const url = new URL(request.url);
    const found =
      `${url.protocol}//${url.host}` !== DESKTOP_ORIGIN || request.method !== 'GET'
        ? page(404, 'Nothing is here.')
        : files(url.pathname);
    return new Response(Buffer.from(found.body), { status: found.status, headers: { ...found.headers } });
  };
}
