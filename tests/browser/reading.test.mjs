// What helps a reader at work: permalinks, contents that follow the scroll, copied code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, visit } from './browser.mjs';
import { FIXTURE, REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const fixture = await host(FIXTURE, '/repo/');
const reference = await host(REFERENCE, '/repo/');

async function openWithClipboard(options) {
  const tab = await open({ permissions: ['clipboard-read', 'clipboard-write'], ...options });
  return Object.assign(tab, { clipboard: () => tab.evaluate(() => navigator.clipboard.readText()) });
}

test('a permalink shows on hover and focus, and copies the full address', async () => {
  const tab = await openWithClipboard();
  await visit(tab, `${fixture.url}many/`);
  const heading = tab.locator('[data-topic="many-3"] h3');
  const link = tab.locator('[data-topic="many-3"] [data-permalink]');
  const opacity = () => link.evaluate((element) => Number(getComputedStyle(element).opacity));
  assert.equal(await opacity(), 0);
  await heading.hover();
  assert.equal(await opacity(), 1);
  await tab.mouse.move(0, 0);
  assert.equal(await opacity(), 0);
  await tab.keyboard.press('Tab');
  await link.focus();
  assert.equal(await opacity(), 1);
  assert.match(await link.getAttribute('aria-label'), /第 3 个知识点/);
  await tab.keyboard.press('Enter');
  await tab.waitForFunction(() => document.querySelector('[data-status]').textContent !== '');
  assert.equal(await tab.clipboard(), `${fixture.url}many/#many-3`);
  assert.equal(tab.url(), `${fixture.url}many/#many-3`);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('a permalink still leads to its place where copying is refused', async () => {
  const tab = await open({ script: "navigator.clipboard.writeText = () => Promise.reject(new Error('no'))" });
  await visit(tab, `${fixture.url}many/`);
  await tab.locator('[data-topic="many-3"] [data-permalink]').focus();
  await tab.keyboard.press('Enter');
  await tab.waitForURL(`${fixture.url}many/#many-3`);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

for (const [width, name] of [[360, 'phone'], [1280, 'wide screen']]) {
  test(`on a ${name} an anchor stands clear of the header`, async () => {
    const tab = await open({ width });
    for (const id of ['many-1', 'many-20', 'many-30', 'many-45', '进阶']) {
      // From one anchor to the next at once: what the last one started must not win over this one.
      await visit(tab, `${fixture.url}many/#${id}`);
      await tab.waitForFunction((anchor) => {
        const { top } = document.getElementById(anchor).getBoundingClientRect();
        const { bottom } = document.querySelector('.header').getBoundingClientRect();
        return top >= bottom && top < innerHeight;
      }, id);
    }
    await tab.close();
  });
}

const current = (tab) => tab.evaluate(() => (
  [...document.querySelectorAll('[data-contents] [aria-current]')].map(({ hash }) => decodeURIComponent(hash))));

test('the contents mark the topic being read', async () => {
  const tab = await open({ width: 1440 });
  await visit(tab, `${fixture.url}many/`);
  for (const n of [1, 2, 15, 30, 3]) {
    await tab.evaluate((id) => document.getElementById(id).scrollIntoView(), `many-${n}`);
    await settled(tab);
    assert.deepEqual(await current(tab), [`#many-${n}`]);
    const link = await tab.locator('[data-contents] [aria-current]').boundingBox();
    assert.ok(link.y >= 0 && link.y + link.height <= 900, `its link is in view: ${JSON.stringify(link)}`);
  }
  await tab.evaluate(() => scrollTo(0, 0));
  await settled(tab);
  assert.equal((await current(tab)).length <= 1, true);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('the contents mark the topic that their link led to', async () => {
  const tab = await open({ width: 1440 });
  const wrong = [];
  for (const url of [`${fixture.url}many/`, `${reference.url}decorators/`, `${reference.url}basics/`]) {
    await visit(tab, url);
    for (const link of await tab.locator('[data-contents] li a').all()) {
      await link.click();
      await settled(tab);
      const wanted = await link.evaluate(({ hash }) => decodeURIComponent(hash));
      const marked = await current(tab);
      if (marked.join() !== wanted) wrong.push(`${url}: ${wanted} pressed, ${marked} marked`);
    }
  }
  assert.deepEqual(wrong, []);
  await tab.close();
});

test('every topic gets its turn when the reader scrolls from top to bottom', async () => {
  const tab = await open({ width: 1440 });
  await visit(tab, `${fixture.url}many/`);
  const missing = await tab.evaluate(async () => {
    const links = [...document.querySelectorAll('[data-contents] li a')];
    const seen = new Set();
    // A few lines at a time: near the end, where topics are one line each, in small steps.
    for (let y = 0; y <= document.documentElement.scrollHeight; y += y < innerHeight * 5 ? 60 : 12) {
      scrollTo(0, y);
      await new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });
      seen.add(document.querySelector('[data-contents] [aria-current]'));
    }
    return links.filter((link) => !seen.has(link)).map(({ hash }) => hash);
  });
  assert.deepEqual(missing, []);
  await tab.close();
});

test('the copy button copies the code alone', async () => {
  const tab = await openWithClipboard();
  await visit(tab, `${fixture.url}everything/`);
  const copied = async (text) => {
    const figure = tab.locator('figure', { has: tab.locator(`pre:has-text(${JSON.stringify(text)})`) }).first();
    await tab.evaluate(() => { document.querySelector('[data-status]').textContent = ''; });
    await figure.locator('[data-copy-button]').click();
    await tab.waitForFunction(() => document.querySelector('[data-status]').textContent !== '');
    return tab.clipboard();
  };
  assert.equal(await copied('return x * x'), [
    'def square(x):', '    return x * x', '', '[square(n) for n in range(4)]', 'print("你好")',
  ].join('\n'));
  assert.equal(await copied('def memo(function)'), [
    'def memo(function):', '    cache = {}', '    def wrapper(*args):',
    '        if args not in cache:', '            cache[args] = function(*args)',
    '        return cache[args]', '    return wrapper',
  ].join('\n'));
  assert.equal(await copied('plain text, no language'), 'plain text, no language');
  assert.match(await copied('some_function_with_a_long_name'), /^result = .*third_argument=None\)$/);
  assert.match(await copied('def handle(request'), /^def handle\(request: dict\) -> dict:\n    return .*\}$/);
  assert.equal(await tab.locator('.output [data-copy-button]').count(), 0, 'an output is not to be copied');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('a refused copy is told', async () => {
  const tab = await open({ script: "navigator.clipboard.writeText = () => Promise.reject(new Error('no'))" });
  await visit(tab, `${fixture.url}everything/`);
  await tab.locator('[data-copy-button]').first().click();
  const words = await tab.locator('template[data-copy]').evaluate(({ dataset }) => ({ ...dataset }));
  await tab.waitForFunction((failed) => document.querySelector('[data-status]').textContent === failed, words.failed);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('a reader with reduced motion sees none', async () => {
  const tab = await open({ reducedMotion: 'reduce', width: 360 });
  await visit(tab, `${fixture.url}everything/`);
  const moving = await tab.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) => (
    ['', '::before', '::after', '::backdrop'].flatMap((pseudo) => {
      const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element, pseudo || null);
      const still = /^(0s(, )?)+$/.test(transitionDuration) && animationName === 'none' && scrollBehavior !== 'smooth';
      return still ? [] : [`${element.tagName}${pseudo}: ${transitionDuration} ${animationName} ${scrollBehavior}`];
    }))));
  assert.deepEqual(moving, []);
  await tab.locator('header [popovertarget]').click();
  assert.equal(await tab.evaluate(() => document.getAnimations().length), 0);
  await tab.close();
});

test('on paper: answers open, code wraps, no chrome, light', async () => {
  const tab = await open({ theme: 'dark' });
  await visit(tab, `${fixture.url}everything/`);
  const { width } = tab.viewportSize();
  await tab.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const hidden of ['.header', '[data-sidebar]', '[data-contents]', '.skip', '.pager', '[data-copy-button]']) {
    assert.equal(await tab.locator(`${hidden}:visible`).count(), 0, hidden);
  }
  const hiddenAnswers = await tab.evaluate(() => [...document.querySelectorAll('.lesson details > :not(summary)')]
    .filter((element) => element.getBoundingClientRect().height === 0).length);
  assert.equal(hiddenAnswers, 0);
  const scrolling = await tab.evaluate(() => [...document.querySelectorAll('pre')]
    .filter((pre) => pre.scrollWidth > pre.clientWidth + 1).map((pre) => pre.textContent.slice(0, 40)));
  assert.deepEqual(scrolling, []);
  const background = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [red] = background.match(/\d+/g).map(Number);
  assert.ok(red > 200 || /, 0\)$/.test(background), `the paper is ${background} (${width} px)`);
  await tab.close();
});
