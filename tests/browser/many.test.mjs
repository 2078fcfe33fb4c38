// A site of 1,000 sections: a page carries its neighbourhood, never the whole list.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sideways, visit } from './browser.mjs';
import { manySections } from './sites.mjs';
import { stage } from './stage.mjs';

const SECTIONS = 1000;
const NEIGHBOURS_MAX = 60;
const PAGE_BYTES_MAX = 32_000;

const { open, host } = await stage();
const site = await host(await manySections(SECTIONS), '/repo/');

test('no other page leads to more than its neighbourhood', async () => {
  // The list itself is the map's matter, and every topic's mark is that of progress/.
  const others = site.pages.filter((page) => !['', 'progress/'].includes(page));
  assert.ok(others.length > SECTIONS);
  for (const page of others) {
    const html = await readFile(join(site.folder, page.endsWith('/') ? `${page}index.html` : page), 'utf8');
    const led = new Set([...html.matchAll(/href="[^"]*(section-\d+)\//g)].map(([, slug]) => slug));
    assert.ok(led.size <= NEIGHBOURS_MAX, `${page} leads to ${led.size} sections`);
    assert.ok(html.length <= PAGE_BYTES_MAX, `${page} has ${html.length} bytes`);
  }
});

test('the map leads to every section', async () => {
  const html = await readFile(join(site.folder, 'index.html'), 'utf8');
  const led = new Set([...html.matchAll(/href="(section-\d+)\/"/g)].map(([, slug]) => slug));
  assert.equal(led.size, SECTIONS);
});

for (const page of ['section-1/', 'section-500/', 'section-1000/']) {
  test(`${page}: the sidebar shows this section, its neighbours and the way to all`, async () => {
    const tab = await open({ height: 500 });
    await visit(tab, site.url + page);
    const sidebar = tab.locator('[data-sidebar]');
    const current = sidebar.locator('[aria-current="page"]');
    assert.equal(await current.count(), 1);
    const own = await current.boundingBox();
    assert.ok(own.y > 0 && own.y + own.height < 500, 'the current section is in view');
    await sidebar.locator(`a[href="../"]:visible`).first().click();
    await tab.waitForURL(site.url);
    assert.deepEqual(tab.problems, []);
    await tab.close();
  });
}

test('the map of 1,000 sections is usable on a phone', async () => {
  const tab = await open({ width: 320 });
  await visit(tab, site.url);
  assert.deepEqual(await sideways(tab), []);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});
