// A folder on http://127.0.0.1:PORT/base/, as GitHub Pages serves it: gzip, max-age=600, a folder
// without its slash redirected, 404.html for what is not there. Never reads outside the folder.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
};
const PACKED = /^text|json|xml/;

/** Serves `folder` under `base` (`/` or `/repo/`); `url` is the address of its `index.html`. */
export async function serve(folder, base = '/') {
  const root = resolve(folder);
  const server = createServer((request, response) => {
    answer(root, base, request, response).catch((error) => response.destroy(error));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
  return { url: origin + base, origin, close };
}

async function answer(root, base, request, response) {
  const { pathname } = new URL(request.url, 'http://host');
  if (!pathname.startsWith(base)) return send(response, request, 404, undefined);
  const path = join(root, decodeURIComponent(pathname.slice(base.length)));
  if (path !== root && !path.startsWith(root + sep)) return send(response, request, 404, undefined);
  const folder = (await stat(path).catch(() => undefined))?.isDirectory();
  if (folder && !pathname.endsWith('/')) {
    return response.writeHead(301, { location: `${pathname}/` }).end();
  }
  const file = folder ? join(path, 'index.html') : path;
  const found = !pathname.endsWith('/') || folder ? await stat(file).catch(() => undefined) : undefined;
  return found?.isFile()
    ? send(response, request, 200, file)
    : send(response, request, 404, join(root, '404.html'));
}

function send(response, request, status, file) {
  const type = TYPES[extname(file ?? '')] ?? 'application/octet-stream';
  const headers = { 'content-type': type, 'cache-control': 'max-age=600', vary: 'accept-encoding' };
  if (!file) return response.writeHead(status).end();
  const gzip = PACKED.test(type) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (gzip) headers['content-encoding'] = 'gzip';
  response.writeHead(status, headers);
  if (request.method === 'HEAD') return response.end();
  const parts = [createReadStream(file), ...(gzip ? [createGzip({ level: 9 })] : []), response];
  return pipeline(parts, () => {});
}
