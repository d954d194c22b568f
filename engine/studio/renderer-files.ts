import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { CountersignError } from '../flow/error.ts';

/** What the studio's page may do, for both doors. Styles are set by the user interface kit itself; scripts never are. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

const SAFE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
};

export interface ServedFile {
  status: 200 | 404;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/**
 * The built renderer, to be served as it is. Only files that were there when it was opened, of types it is made of, are
 * ever served: a path is looked up in their list and never put together. Throws ENVIRONMENT when nothing is built.
 */
export function openRendererFiles(folder: string): (path: string) => ServedFile {
  if (!existsSync(join(folder, 'index.html')))
    throw new CountersignError({
      code: 'ENVIRONMENT',
      message: `The studio's window is not built: there is no ${join(folder, 'index.html')}.`,
      hint: 'Run “npm run build:renderer”, or start with “npm start”, which builds it.',
      fault: 'operator',
    });
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && TYPES[extname(entry.name)] !== undefined)
      files.set(path.slice(folder.length).replaceAll('\\', '/'), path);
  }
  return (path) => {
    const file = files.get(path === '/' ? '/index.html' : path);
    const body = file === undefined ? null : read(file);
    if (file === undefined || body === null) return page(404, 'Nothing is here.');
    return {
      status: 200,
      headers: {
        ...SAFE_HEADERS,
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        // Built files carry their digest in their name; the page itself does not.
        'cache-control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
      },
      body,
    };
  };
}

/** Null for what was built anew since, under another name: a window from before is told so, and the engine goes on. */
function read(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** A page of one sentence, under the same headers. */
export function page<S extends number>(status: S, sentence: string) {
  const body = new TextEncoder().encode(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Countersign</title><p>${sentence}</p></html>\n`,
  );
  const headers = { ...SAFE_HEADERS, 'content-type': TYPES['.html'] ?? '', 'cache-control': 'no-store' };
  return { status, headers, body };
}
