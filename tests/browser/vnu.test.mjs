// The Nu Html Checker over every page, stylesheet and icon, read over http as a browser does, since
// the pages' CSP speaks of their own origin: no error, no warning, and nothing filtered but what
// `NOT_YET_KNOWN` gives a reason for.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from './server.mjs';
import { FIXTURE, REFERENCE, build, clean, pages } from './sites.mjs';

const JAR = fileURLToPath(new URL('node_modules/vnu-jar/build/dist/vnu.jar', import.meta.url));
const NOT_YET_KNOWN = [];

after(clean);

/** The checker's messages for some files, a line each. It exits 1 when there are any. */
function check(addresses, options = []) {
  // The language is not guessed: Chinese among much Python passes for Norwegian.
  const ours = ['--format', 'json', '--stdout', '--no-langdetect'];
  const java = ['-Xss8m', '-Dnu.validator.servlet.allow-forbidden-hosts=true', '-jar', JAR];
  const all = [...java, ...ours, ...options, ...addresses];
  return new Promise((done, failed) => {
    execFile('java', all, { maxBuffer: 1 << 28 }, (error, stdout) => {
      if (!stdout) return failed(error);
      const { messages } = JSON.parse(stdout);
      done(messages.map(({ type, subType, url, lastLine, message, extract }) => (
        `${subType ?? type} ${url}:${lastLine}: ${message} «${extract ?? ''}»`)));
    });
  });
}

for (const [name, root] of [['reference', REFERENCE], ['fixture', FIXTURE]]) {
  test(`${name}: the Nu checker finds nothing`, async () => {
    const folder = await build(root, '/repo/');
    const server = await serve(folder, '/repo/');
    after(server.close);
    const html = await pages(folder);
    assert.ok(html.pages.length >= 6);
    assert.deepEqual(await check([...html.pages, ...html.redirects].map((page) => server.url + page)), []);

    const assets = (await readdir(folder, { recursive: true })).filter((file) => file.startsWith('assets/'));
    const css = assets.filter((file) => file.endsWith('.css')).map((file) => server.url + file);
    assert.ok(css.length >= 1);
    const found = await check(css, ['--css']);
    const known = (message) => NOT_YET_KNOWN.some(([pattern]) => pattern.test(message));
    assert.deepEqual(found.filter((message) => !known(message)), []);
    for (const [pattern] of NOT_YET_KNOWN) assert.match(found.join('\n'), pattern, 'a filter that filters nothing');

    const svg = assets.filter((file) => file.endsWith('.svg')).map((file) => join(folder, file));
    assert.ok(svg.length >= 1);
    assert.deepEqual(await check(svg, ['--svg']), []);
  });
}
