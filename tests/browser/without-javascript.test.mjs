// Without JavaScript the site is whole: every word, the drawer, the questions, and no dead control.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sideways } from './browser.mjs';
import { FIXTURE, REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const sites = { reference: await host(REFERENCE, '/repo/'), fixture: await host(FIXTURE, '/repo/') };
const off = (options) => open({ javaScriptEnabled: false, ...options });

/** What there is to read: titles and prose, without what scripts say of a learner's progress. */
const words = (tab) => tab.locator('main :is(h1, h2, h3, .prose, .levels)').allInnerTexts();

for (const [name, page] of [
  ['reference', ''], ['reference', 'decorators/'], ['reference', 'basics/'], ['reference', '404.html'],
  ['fixture', 'everything/'], ['fixture', 'many/'],
]) {
  test(`${name}: ${page || 'map'} shows the same words with and without JavaScript`, async () => {
    const [without, with_] = [await off(), await open()];
    for (const tab of [without, with_]) await tab.goto(sites[name].url + page);
    assert.deepEqual(await words(without), await words(with_));
    assert.ok((await words(without)).join().length > 20);
    // A browser without scripts does not fetch those that a page names.
    assert.deepEqual(without.problems.filter((problem) => !/^failed: \S+\.js\S* csp$/.test(problem)), []);
    await Promise.all([without.close(), with_.close()]);
  });

  test(`${name}: ${page || 'map'} has no control that does nothing without JavaScript`, async () => {
    for (const width of [360, 1280]) {
      const tab = await off({ width });
      await tab.goto(sites[name].url + page);
      const controls = tab.locator('button, input, select, textarea, [role="button"], [tabindex], a:not([href])');
      for (const control of await controls.all()) {
        const works = await control.evaluate((element) => (
          element.popoverTargetElement instanceof HTMLElement
          || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })));
        assert.ok(works, `dead: ${await control.evaluate((element) => element.outerHTML)}`);
      }
      await tab.close();
    }
  });
}

test('the drawer opens, leads on and closes at 360 px', async () => {
  const tab = await off({ width: 360, height: 740 });
  await tab.goto(`${sites.reference.url}decorators/`);
  const drawer = tab.locator('[data-sidebar]');
  const menu = tab.locator('header [popovertarget]');
  assert.equal(await drawer.isVisible(), false);
  await menu.click();
  assert.equal(await drawer.isVisible(), true);
  assert.deepEqual(await sideways(tab), []);
  await drawer.locator('[popovertarget]').click();
  assert.equal(await drawer.isVisible(), false);
  await menu.click();
  await tab.keyboard.press('Escape');
  assert.equal(await drawer.isVisible(), false);
  await menu.click();
  await tab.mouse.click(355, 400);
  assert.equal(await drawer.isVisible(), false, 'a press beside it closes it');
  await menu.click();
  await drawer.locator('.sections > li > a').first().click();
  assert.equal(tab.url(), `${sites.reference.url}basics/`);
  await tab.close();
});

test('questions and predictions open', async () => {
  const tab = await off();
  await tab.goto(`${sites.fixture.url}everything/`);
  const all = await tab.locator('.lesson details').all();
  assert.equal(all.length, 4);
  for (const details of all) {
    const content = details.locator(':scope > :not(summary)').first();
    assert.equal(await content.isVisible(), false);
    await details.locator('summary').first().click();
    assert.equal(await content.isVisible(), true);
    await details.locator('summary').first().click();
    assert.equal(await content.isVisible(), false);
  }
  await tab.close();
});

test('long code can be scrolled', async () => {
  const tab = await off({ width: 360 });
  await tab.goto(`${sites.fixture.url}everything/`);
  const pre = tab.locator('pre', { hasText: 'some_function_with_a_long_name' });
  await pre.hover();
  await tab.mouse.wheel(200, 0);
  await tab.waitForFunction(() => [...document.querySelectorAll('pre')].some((box) => box.scrollLeft > 0));
  await tab.close();
});
