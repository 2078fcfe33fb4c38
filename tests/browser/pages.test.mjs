// Every page, light and dark, on the narrowest screen and a wide one: accessible, quiet, still.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { settled, sideways, violations, visit, visitSlowly } from './browser.mjs';
import { FIXTURE, REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const looks = ['light', 'dark'].flatMap((theme) => [320, 1280].map((width) => ({ theme, width })));
const tabs = await Promise.all(looks.map((look) => open(look)));
after(() => Promise.all(tabs.map((tab) => tab.close())));

/** All that is wrong with the page a tab shows, after `act` was done to it. */
async function faults(tab, { theme, width }, act) {
  if (act) await act(tab);
  await settled(tab);
  const found = [...(await violations(tab)), ...(width === 320 ? await sideways(tab) : [])];
  return [...found, ...tab.problems.splice(0)].map((fault) => `${theme} ${width}: ${fault}`);
}

async function inEveryLook(url, act) {
  const found = await Promise.all(looks.map(async (look, index) => {
    await visit(tabs[index], url);
    return faults(tabs[index], look, act);
  }));
  assert.deepEqual(found.flat(), []);
}

for (const [name, root] of [['reference', REFERENCE], ['fixture', FIXTURE]]) {
  const site = await host(root, '/repo/');
  for (const page of site.pages) {
    test(`${name}: ${page || 'map'}`, () => inEveryLook(site.url + page));
  }

  test(`${name}: nothing moves when the scripts come late`, async () => {
    const found = await Promise.all([360, 1280].map(async (width) => {
      const tab = await open({ width });
      for (const page of site.pages) await visitSlowly(tab, site.url + page);
      await tab.close();
      return tab.problems.map((problem) => `${width}: ${problem}`);
    }));
    assert.deepEqual(found.flat(), []);
  });
  if (root !== FIXTURE) continue;

  test('fixture: everything/ with all questions and outputs open', () => {
    return inEveryLook(`${site.url}everything/`, (tab) => tab.evaluate(() => {
      // Not the menus, which cover what is below them.
      for (const details of document.querySelectorAll('.prose details')) details.open = true;
    }));
  });

  test('fixture: everything/ with a permalink in focus and its address copied', () => {
    return inEveryLook(`${site.url}everything/`, async (tab) => {
      await tab.locator('[data-permalink]').first().focus();
      await tab.keyboard.press('Enter');
    });
  });

  test('fixture: everything/ read from top to bottom: no picture pushes the text away', () => {
    return inEveryLook(`${site.url}everything/`, (tab) => tab.evaluate(async () => {
      for (let y = 0; y <= document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });
      }
      await Promise.all([...document.images].map((image) => image.decode()));
    }));
  });

  test('fixture: many/ with the drawer open', () => {
    return inEveryLook(`${site.url}many/`, async (tab) => {
      if (await tab.locator('[popovertarget]').first().isVisible()) {
        await tab.locator('[popovertarget]').first().click();
      }
    });
  });

  test('fixture: the reader\'s own text spacing loses nothing (WCAG 1.4.12)', async () => {
    const [tab] = tabs;
    await visit(tab, `${site.url}everything/`);
    const before = await tab.locator('main').innerText();
    // As a browser extension does it: a constructed sheet is not subject to the page's CSP.
    await tab.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; '
        + 'word-spacing: .16em !important } p { margin-block-end: 2em !important }');
      document.adoptedStyleSheets.push(sheet);
    });
    await settled(tab);
    assert.equal(await tab.locator('main').innerText(), before);
    assert.deepEqual(await sideways(tab), []);
    tab.problems.length = 0;
  });

  test('fixture: only code and tables scroll, at 400 % zoom of a 1280 px window', async () => {
    const tab = await open({ width: 320, height: 256 });
    for (const page of site.pages) {
      await visit(tab, site.url + page);
      assert.deepEqual(await sideways(tab), [], page);
    }
    await tab.close();
  });
}
