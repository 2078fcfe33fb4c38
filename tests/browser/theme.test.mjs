// The theme choice: there before the first paint, remembered, following the system, and no
// harm done where storage is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visit, visitSlowly } from './browser.mjs';
import { REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const PAGE = `${site.url}decorators/`;
const KEY = 'roadmap-site/theme';

/** Whether the page is painted dark. */
const isDark = (tab) => tab.evaluate(() => {
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return red + green + blue < 384;
});
const choice = (tab) => tab.evaluate(() => document.documentElement.dataset.theme ?? 'auto');
const theSwitch = (tab) => tab.locator('[data-theme-switch]');

async function choose(tab, wanted) {
  for (let presses = 0; presses < 3 && (await choice(tab)) !== wanted; presses += 1) {
    await theSwitch(tab).click();
  }
  assert.equal(await choice(tab), wanted);
}

for (const [chosen, system] of [['dark', 'light'], ['light', 'dark']]) {
  test(`${chosen} on a ${system} system: chosen before the first paint`, async () => {
    const tab = await open({ theme: system, script: `try { localStorage.setItem('${KEY}', '${chosen}') } catch {}` });
    await visitSlowly(tab, PAGE, async () => {
      assert.equal(await choice(tab), chosen);
      assert.equal(await isDark(tab), chosen === 'dark');
    });
    assert.equal(await choice(tab), chosen);
    assert.deepEqual(tab.problems, []);
    await tab.close();
  });
}

test('the choice holds on the next page and the next visit', async () => {
  const tab = await open({ theme: 'light' });
  await visit(tab, PAGE);
  await choose(tab, 'dark');
  assert.equal(await isDark(tab), true);
  await tab.reload();
  assert.equal(await isDark(tab), true);
  await tab.locator('nav a[rel="next"]').click();
  await tab.waitForURL((url) => url.href !== PAGE);
  assert.equal(await isDark(tab), true);
  await choose(tab, 'auto');
  await tab.reload();
  assert.equal(await isDark(tab), false);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('auto follows the system at once, a choice does not', async () => {
  const tab = await open({ theme: 'light' });
  await visit(tab, PAGE);
  assert.equal(await isDark(tab), false);
  await tab.emulateMedia({ colorScheme: 'dark' });
  assert.equal(await isDark(tab), true);
  await choose(tab, 'light');
  assert.equal(await isDark(tab), false);
  await tab.emulateMedia({ colorScheme: 'light' });
  await choose(tab, 'dark');
  assert.equal(await isDark(tab), true);
  await tab.close();
});

test('the switch says what it is set to, and the icon agrees', async () => {
  const tab = await open();
  await visit(tab, PAGE);
  const seen = new Set();
  for (const expected of ['auto', 'light', 'dark']) {
    await choose(tab, expected);
    seen.add(await theSwitch(tab).getAttribute('aria-label'));
    const shown = tab.locator('[data-theme-switch] [class^="theme-"]:visible');
    assert.equal(await shown.count(), 1);
    assert.equal(await shown.getAttribute('class'), `theme-${expected}`);
  }
  assert.equal(seen.size, 3);
  await tab.close();
});

test('another tab takes the choice over', async () => {
  const tab = await open();
  const other = await tab.context().newPage();
  await visit(tab, PAGE);
  await visit(other, site.url);
  await choose(other, 'dark');
  await tab.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  await choose(other, 'auto');
  await tab.waitForFunction(() => document.documentElement.dataset.theme === undefined);
  await tab.close();
});

for (const [name, script] of [
  ['reading localStorage throws', `Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('denied', 'SecurityError') } })`],
  ['writing throws', "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"],
  ['there is no localStorage', "Object.defineProperty(window, 'localStorage', { value: null })"],
  ['another value is stored', `localStorage.setItem('${KEY}', '<script>')`],
]) {
  test(`the switch works when ${name}`, async () => {
    const tab = await open({ theme: 'light', script });
    await visit(tab, PAGE);
    await choose(tab, 'dark');
    assert.equal(await isDark(tab), true);
    await choose(tab, 'auto');
    assert.deepEqual(tab.problems, []);
    await tab.close();
  });
}
