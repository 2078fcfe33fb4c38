// Under any base path, every link and anchor that a browser sees leads somewhere, and 404.html
// works at any depth.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { visit } from './browser.mjs';
import { FIXTURE, REFERENCE, build } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();

/** All addresses on the page, and all ids that an address can name. */
function harvest() {
  const attributes = { a: 'href', link: 'href', script: 'src', img: 'src' };
  const found = Object.entries(attributes).flatMap(([tag, attribute]) => (
    [...document.querySelectorAll(`${tag}[${attribute}]`)].map((element) => ({
      written: element.getAttribute(attribute), address: element[attribute], rel: element.rel ?? '',
    }))));
  return { found, ids: [...document.querySelectorAll('[id]')].map(({ id }) => id) };
}

/** Follows every link from the map on; returns what is wrong and which pages it saw. */
async function crawl(tab, site) {
  const wrong = [];
  const ids = new Map();
  const statuses = new Map();
  const anchors = [];
  const queue = [site.url];
  while (queue.length > 0) {
    const url = queue.shift();
    if (statuses.has(url)) continue;
    const response = await tab.request.get(url, { maxRedirects: 0 });
    statuses.set(url, response.status());
    if (response.status() !== 200) wrong.push(`${response.status()}: ${url}`);
    if (!/html/.test(response.headers()['content-type'])) continue;
    await visit(tab, url);
    const page = await tab.evaluate(harvest);
    ids.set(url, page.ids);
    for (const { written, address, rel } of page.found) {
      const { origin, pathname, search, hash } = new URL(address);
      if (origin !== site.origin) {
        // Canonical and external links: where they lead is not ours, that they are marked is.
        if (!/external|canonical/.test(rel)) wrong.push(`${url}: unmarked external link ${written}`);
        continue;
      }
      if (!pathname.startsWith(site.base)) wrong.push(`${url}: leaves the site: ${written}`);
      if (/^\//.test(written)) wrong.push(`${url}: not relative: ${written}`);
      if (hash) anchors.push({ url, target: origin + pathname + search, id: decodeURIComponent(hash.slice(1)) });
      queue.push(origin + pathname + search);
    }
  }
  for (const { url, target, id } of anchors) {
    if (ids.has(target) && !ids.get(target).includes(id)) wrong.push(`${url}: no #${id} in ${target}`);
  }
  for (const [url, all] of ids) {
    const twice = all.filter((id, index) => all.indexOf(id) !== index);
    if (twice.length > 0) wrong.push(`${url}: two elements have the id ${twice}`);
  }
  return { wrong: [...wrong, ...tab.problems.splice(0)], seen: [...ids.keys()] };
}

for (const base of ['/', '/repo/', '/a/b/']) {
  for (const [name, root] of [['reference', REFERENCE], ['fixture', FIXTURE]]) {
    test(`${name} under ${base}: no link is broken`, async () => {
      const site = await host(root, base);
      const tab = await open();
      const { wrong, seen } = await crawl(tab, site);
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
