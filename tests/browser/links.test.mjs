// Under any base path, every link and anchor that a browser sees leads somewhere, and 404.html
// works at any depth.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { visit } from './browser.mjs';
import { crawlInBrowser } from './crawl.mjs';
import { FIXTURE, REFERENCE, build } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();

for (const base of ['/', '/repo/', '/a/b/']) {
  for (const [name, root] of [['reference', REFERENCE], ['fixture', FIXTURE]]) {
    test(`${name} under ${base}: no link is broken`, async () => {
      const site = await host(root, base);
      const tab = await open();
      const { wrong, seen } = await crawlInBrowser(tab, site);
      await tab.close();
      assert.deepEqual(wrong, []);
      const expected = site.pages.filter((page) => page !== '404.html').map((page) => site.url + page);
      assert.deepEqual(seen.sort(), expected.sort(), 'every page can be reached from the map');
    });
  }

  test(`404.html under ${base} works at any depth`, async () => {
    const site = await host(FIXTURE, base);
    for (const address of ['nothing', 'everything/nothing', 'a/b/c/d.html', '%E6%B2%A1%E6%9C%89/']) {
      const tab = await open();
      const response = await visit(tab, site.url + address);
      assert.equal(response.status(), 404, address);
      assert.notEqual(await tab.locator('[data-theme-switch]').getAttribute('aria-label'), null, 'scripts run');
      const links = await tab.locator('a[href]').evaluateAll((all) => all.map(({ href }) => href));
      for (const link of new Set(links.filter((href) => !href.startsWith(`${tab.url()}#`)))) {
        const found = await tab.request.get(link, { maxRedirects: 0 });
        assert.equal(found.status(), 200, `${address} → ${link}`);
      }
      await tab.locator('main a').click();
      assert.equal(tab.url(), site.url);
      // The browser says of the missing page itself that it is missing.
      const own = tab.problems.filter((problem) => !/^console: Failed to load resource.* 404/.test(problem));
      assert.deepEqual(own, []);
      await tab.close();
    }
  });
}

test('the base path changes 404.html, sitemap and head, and no link', async () => {
  const [plain, based] = await Promise.all([build(FIXTURE), build(FIXTURE, '/a/b/')]);
  const files = (await readdir(plain, { recursive: true })).filter((file) => /\.(html|css|js|json)$/.test(file));
  const body = async (folder, file) => (await readFile(join(folder, file), 'utf8')).replace(/<head>.*<\/head>/s, '');
  for (const file of files.filter((name) => name !== '404.html' && !name.startsWith('.'))) {
    assert.equal(await body(plain, file), await body(based, file), file);
  }
});
