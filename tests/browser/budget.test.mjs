// What a first visit costs: bytes on the wire (gzip, as the host sends them), requests, fonts.
// Scripts count for a section's page, where a learner comes to read; the map may bring its own.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { visit } from './browser.mjs';
import { FIXTURE, REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const CSS_MAX = 10_000;
const CSS_AND_SCRIPTS_MAX = 16_000;
const HTML_MAX = 40_000;
const REQUESTS_MAX = 20; // small modules, fetched at once: each is named in the head

const { open, host } = await stage();

const reference = await host(REFERENCE);
for (const page of ['', 'decorators/', 'today/', 'progress/']) {
  test(`${page || 'map'}: one stylesheet, and no script is found out about late`, async () => {
    const tab = await open();
    await visit(tab, reference.url + page);
    const named = await tab.evaluate(() => (
      [...document.head.querySelectorAll('[rel=modulepreload], script[src]')].map(({ src, href }) => src || href)));
    const loaded = (pattern) => [...new Set(tab.requests)].filter((url) => pattern.test(url));
    await tab.close();
    assert.equal(loaded(/\.css/).length, 1);
    assert.deepEqual(loaded(/\.js\?/).toSorted(), named.toSorted());
  });
}

for (const [name, root, pages] of [
  ['reference', REFERENCE, ['', 'decorators/', 'basics/']],
  ['fixture', FIXTURE, ['everything/', 'many/']],
]) {
  const site = root === REFERENCE ? reference : await host(root);
  for (const page of pages) {
    test(`${name}: ${page || 'map'} stays within its budget`, async (context) => {
      const tab = await open();
      await visit(tab, site.url + page);
      const paths = [...new Set(tab.requests)].map((url) => new URL(url).pathname);
      await tab.close();
      const bytes = async (pattern) => {
        const files = paths.map((path) => (path.endsWith('/') ? `${path}index.html` : path));
        const sizes = files.filter((file) => pattern.test(file)).map(async (file) => (
          gzipSync(await readFile(join(site.folder, decodeURIComponent(file)))).length));
        return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      };
      const [css, scripts, html] = [await bytes(/\.css$/), await bytes(/\.js$/), await bytes(/\.html$/)];
      const pictures = paths.filter((path) => /\.(png|jpg|webp|svg)$/.test(path) && !/icon/.test(path));
      const requests = paths.length - pictures.length;
      context.diagnostic(`CSS ${css}, scripts ${scripts}, HTML ${html} bytes, ${requests} requests`);
      assert.ok(css > 0 && css <= CSS_MAX, `CSS: ${css} bytes`);
      if (page !== '') assert.ok(css + scripts <= CSS_AND_SCRIPTS_MAX, `CSS and scripts: ${css + scripts} bytes`);
      assert.ok(html <= HTML_MAX, `HTML: ${html} bytes`);
      assert.ok(requests <= REQUESTS_MAX, `${requests} requests`);
      assert.deepEqual(paths.filter((path) => /\.(woff2?|ttf|otf)$/.test(path)), [], 'no font');
    });
  }
}
