// Everything by keyboard: skip link, drawer, and a focus that is always seen (WCAG 2.4.7, 2.4.11).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, visit } from './browser.mjs';
import { FIXTURE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(FIXTURE, '/repo/');

/** What has the focus, and what is wrong with how it shows. Runs in the page. */
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: 'body', faults: [], end: true };
  const name = element.outerHTML.slice(0, 90);
  const [box] = element.getClientRects();
  if (!box) return { name, faults: [`not rendered: ${name}`] };
  const faults = [];
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) faults.push(`no outline: ${name}`);
  // Of a box taller than the window, the part in the window.
  const tall = box.height > innerHeight / 2;
  const [top, bottom] = tall ? [Math.max(box.top, 64), Math.min(box.bottom, innerHeight)] : [box.top, box.bottom];
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  if (top < -1 || bottom > innerHeight + 1 || top >= bottom || left >= right) {
    faults.push(`outside the window, ${top} to ${bottom}: ${name}`);
    return { name, faults };
  }
  // Wholly seen, as 2.4.12 asks: nothing that stands still while the page scrolls lies on it.
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  for (const [px, py] of [[x, y], [x, top + 2], [x, bottom - 2], [left + 2, y], [right - 2, y]]) {
    const covering = document.elementFromPoint(px, py)?.closest('.header, .skip, .status, [popover]');
    const covers = covering && !covering.contains(element);
    if (covers) faults.push(`under ${covering.outerHTML.slice(0, 60)} at ${px}, ${py}: ${name}`);
  }
  return { name, faults };
}

for (const [key, width] of [['Tab', 1280], ['Shift+Tab', 1280], ['Tab', 360], ['Shift+Tab', 360]]) {
  test(`${key} through the page at ${width} px: the focus is always seen, and gets to the end`, async () => {
    const tab = await open({ width, height: 640 });
    await visit(tab, `${site.url}everything/`);
    const expected = await tab.evaluate((fromTheEnd) => {
      const all = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')];
      const shown = all.filter((element) => element.checkVisibility({ visibilityProperty: true }));
      if (fromTheEnd) shown.at(-1).focus();
      return shown.length;
    }, key !== 'Tab');
    const faults = [];
    let steps = 0;
    for (; steps < expected + 20; steps += 1) {
      await tab.keyboard.press(key);
      await settled(tab);
      const now = await tab.evaluate(focused);
      if (now.end) break;
      faults.push(...now.faults);
    }
    assert.deepEqual(faults, []);
    assert.ok(steps > expected * 0.9 && steps < expected + 20, `${steps} of ${expected} places reached`);
    await tab.close();
  });
}

test('the skip link is the first stop, shows itself and leads past the navigation', async () => {
  const tab = await open();
  await visit(tab, `${site.url}everything/`);
  await tab.keyboard.press('Tab');
  const { leadsTo, box } = await tab.evaluate(() => {
    const { top, left, width, height } = document.activeElement.getBoundingClientRect();
    const leadsTo = document.querySelector(document.activeElement.hash)?.tagName;
    return { leadsTo, box: { top, left, width, height } };
  });
  assert.equal(leadsTo, 'MAIN');
  assert.ok(box.top >= 0 && box.left >= 0 && box.width > 24 && box.height >= 24, JSON.stringify(box));
  await tab.keyboard.press('Enter');
  await tab.keyboard.press('Tab');
  assert.equal(await tab.evaluate(() => document.activeElement.closest('main') !== null), true);
  await tab.close();
});

test('the drawer by keyboard: opens, takes the focus, closes on Esc, gives the focus back', async () => {
  const tab = await open({ width: 360, height: 740 });
  await visit(tab, `${site.url}everything/`);
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Tab');
  const menu = () => tab.evaluate(() => document.activeElement.matches('header [popovertarget]'));
  assert.equal(await menu(), true);
  await tab.keyboard.press('Enter');
  const drawer = tab.locator('[data-sidebar]');
  assert.equal(await drawer.isVisible(), true);
  await tab.keyboard.press('Tab');
  assert.equal(await tab.evaluate(() => document.activeElement.closest('[data-sidebar]') !== null), true);
  await tab.keyboard.press('Escape');
  assert.equal(await drawer.isVisible(), false);
  assert.equal(await menu(), true);
  await tab.close();
});

test('a link of the drawer to this page closes it and shows the place', async () => {
  const tab = await open({ width: 360, height: 740 });
  await visit(tab, `${site.url}everything/`);
  await tab.locator('header [popovertarget]').click();
  const drawer = tab.locator('[data-sidebar]');
  await drawer.locator('a[href$="#footnotes"]').click();
  await tab.waitForURL(/#footnotes$/);
  assert.equal(await drawer.isVisible(), false);
  const top = await tab.evaluate(() => document.querySelector('#footnotes').getBoundingClientRect().top);
  assert.ok(top > 0 && top < 370, `the topic is at ${top}`);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('code and tables that overflow can be scrolled by keyboard; others take no focus', async () => {
  const tab = await open({ width: 360 });
  await visit(tab, `${site.url}everything/`);
  const boxes = await tab.evaluate(() => [...document.querySelectorAll('pre, .table')].filter((box) => box.checkVisibility())
    .map((box) => ({ overflows: box.scrollWidth > box.clientWidth, focus: box.tabIndex === 0, label: box.ariaLabel })));
  assert.ok(boxes.some(({ overflows }) => overflows) && boxes.some(({ overflows }) => !overflows));
  for (const { overflows, focus, label } of boxes) {
    assert.equal(focus, overflows);
    assert.equal(Boolean(label), overflows);
  }
  await tab.locator('pre[tabindex="0"]').first().focus();
  await tab.keyboard.press('ArrowRight');
  await tab.waitForFunction(() => document.activeElement.scrollLeft > 0);
  await tab.close();
});

test('in forced colours every control keeps a shape', async () => {
  for (const width of [360, 1280]) {
    const tab = await open({ width, forcedColors: 'active' });
    const blank = await tab.context().newPage();
    const colours = async (locator) => {
      const png = `data:image/png;base64,${(await locator.screenshot()).toString('base64')}`;
      return blank.evaluate(async (source) => {
        const image = Object.assign(new Image(), { src: source });
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
        canvas.drawImage(image, 0, 0);
        return new Set(new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer)).size;
      }, png);
    };
    const [done, undone] = ['true', 'false'].map((is) => `.check[data-done="${is}"]`);
    for (const [page, names] of [
      ['', ['.button', '.ring', '[data-theme-switch]', 'header [popovertarget]']],
      ['everything/', ['.ring', '[data-copy-button]', done, undone, 'summary', '.permalink']],
    ]) {
      await visit(tab, site.url + page);
      for (const name of names) {
        const [shown] = await tab.locator(`${name}:visible`).all();
        if (!shown) continue; // The menu's button, where there is no menu.
        if (name === '.permalink') await shown.focus();
        assert.ok((await colours(shown)) > 1, `${name} on ${page || 'the map'} at ${width} px is one flat colour`);
      }
    }
    const pictures = [done, undone].map(async (name) => (await tab.locator(name).first().screenshot()).toString('base64'));
    assert.equal(new Set(await Promise.all(pictures)).size, 2, 'done and open look the same');
    await tab.close();
  }
});
