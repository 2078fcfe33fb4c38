// Where a site stands: on a custom domain, at an address that it was not built for, and in the
// minutes after a deploy, when pages of before are still in caches.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { visit } from './browser.mjs';
import { crawlInBrowser } from './crawl.mjs';
import { serve } from './server.mjs';
import { REFERENCE, binary, build, pages } from './sites.mjs';
import { stage } from './stage.mjs';

const { open } = await stage();
const work = await mkdtemp(join(tmpdir(), 'roadmap-site-base-'));
after(() => rm(work, { recursive: true }));

/** A new project as `init` makes it, in a folder of its own, with more settings. */
async function project(name, settings = '') {
  const root = join(work, name);
  execFileSync(binary, ['init', root, '--language', 'en']);
  await writeFile(join(root, 'site.toml'), settings + await readFile(join(root, 'site.toml'), 'utf8'));
  return root;
}

test('a custom domain: every page and asset is found, and every address is the domain\'s', async () => {
  const root = await project('domain', 'base_url = "https://learn.example.org"\ncname = "learn.example.org"\n');
  const folder = await build(root);
  const server = await serve(folder);
  const site = { ...server, base: '/' };
  const tab = await open();
  const { wrong, seen } = await crawlInBrowser(tab, site);
  await tab.close();
  await server.close();
  assert.deepEqual(wrong, []);
  assert.equal(seen.length, (await pages(folder)).pages.length - 1, 'all but 404.html');
  assert.equal(await readFile(join(folder, 'CNAME'), 'utf8'), 'learn.example.org\n');
  const sitemap = await readFile(join(folder, 'sitemap.xml'), 'utf8');
  assert.match(sitemap, /https:\/\/learn\.example\.org\/basics\//);
  assert.match(await readFile(join(folder, 'basics/index.html'), 'utf8'), /canonical" href="https:\/\/learn\.example\.org\/basics\/"/);
});

/** Answers for `origin` with the files of `folder` under `base`, as GitHub Pages does. */
async function standsAt(tab, origin, base, folder) {
  const types = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };
  await tab.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const path = join(folder, pathname.startsWith(base) ? pathname.slice(base.length) : '//');
    const found = pathname.startsWith(base) && (await stat(path).catch(() => undefined))?.isFile();
    const file = found ? path : join(folder, '404.html');
    await route.fulfill({
      status: found ? 200 : 404, contentType: types[file.split('.').pop()], body: await readFile(file),
    });
  });
}

for (const [builtFor, origin, base, right] of [
  ['/', 'https://name.github.io', '/repo/', 'https://name.github.io/repo/'],
  ['/other/', 'https://name.github.io', '/repo/', 'https://name.github.io/repo/'],
  ['/repo/', 'https://learn.example.org', '/', 'https://learn.example.org/'],
]) {
  test(`built for ${builtFor}, published at ${origin}${base}: the page says which base_url is right`, async () => {
    const folder = await build(REFERENCE, builtFor);
    const tab = await open();
    await standsAt(tab, origin, base, folder);
    await visit(tab, `${origin}${base}no/such/page`);
    const line = tab.locator('.unstyled');
    assert.ok(await line.isVisible());
    const text = await line.textContent();
    assert.ok(text.includes(builtFor) && text.includes('base_url'), text);
    assert.equal(await line.locator('[data-base]').textContent(), right);
    await tab.close();
  });

  test(`built for ${base}, published at ${origin}${base}: nothing is said`, async () => {
    const folder = await build(REFERENCE, base);
    const tab = await open();
    await standsAt(tab, origin, base, folder);
    await visit(tab, `${origin}${base}no/such/page`);
    assert.ok(await tab.locator('main h1').isVisible());
    assert.ok(!await tab.locator('.unstyled').isVisible());
    await tab.close();
  });
}

test('a page from before a deploy keeps its style and its scripts, a new page has the new ones', async () => {
  const root = await project('deploy');
  const live = join(work, 'live');
  await cp(await build(root), live, { recursive: true });
  const server = await serve(live);
  const before = await readFile(join(live, 'basics/index.html'), 'utf8');
  const tab = await open();
  await visit(tab, `${server.url}basics/`);
  const old = tab.requests.filter((url) => /\.(css|js)\?/.test(url));
  assert.ok(old.length > 5, 'assets are addressed with their versions');

  // The deploy: another style, another script, another text.
  for (const [path, change] of [['css/tokens.css', '\n@layer tokens { :root { --deployed: 1; } }\n'], ['js/ui/copy.js', '\nexport const deployed = 1;\n']]) {
    const shadow = join(root, 'themes/default', path);
    await mkdir(dirname(shadow), { recursive: true });
    await writeFile(shadow, await readFile(join(REFERENCE, 'themes/default', path), 'utf8') + change);
  }
  await rm(live, { recursive: true });
  await cp(await build(root), live, { recursive: true });
  assert.notEqual(await readFile(join(live, 'basics/index.html'), 'utf8'), before);
  const works = async (page) => {
    assert.notEqual(await page.locator('[data-theme-switch]').getAttribute('aria-label'), null, 'scripts run');
    assert.ok(await page.locator('.topic .marks').first().isVisible(), 'marks are there');
    const font = await page.locator('body').evaluate((body) => getComputedStyle(body).fontFamily);
    assert.doesNotMatch(font, /^("?Times|serif)/, 'it has its style');
    assert.deepEqual(page.problems, []);
  };

  // A reader whose browser has all of it: nothing is mixed.
  const unseen = tab.requests.length;
  await visit(tab, `${server.url}projects/`);
  const asked = tab.requests.slice(unseen);
  const version = (list, name) => list.find((url) => url.includes(`/${name}?`))?.split('?')[1];
  assert.notEqual(version(asked, 'style.css'), version(old, 'style.css'), 'the new page asks for the new style');
  assert.notEqual(version(asked, 'copy.js'), version(old, 'copy.js'), 'and for the new script');
  assert.equal(version(asked, 'store.js'), version(old, 'store.js'), 'what has not changed stays cached');
  const deployed = (page) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--deployed'));
  assert.equal(await deployed(tab), '1');
  await works(tab);
  await tab.close();

  // A reader who gets the page from a cache on the way, and its assets from the new deploy.
  const late = await open();
  await late.route('**/basics/', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: before }));
  await visit(late, `${server.url}basics/`);
  assert.ok(late.requests.includes(old.find((url) => url.includes('/style.css?'))), 'by its old address');
  await works(late);
  await late.close();
  await server.close();
});
