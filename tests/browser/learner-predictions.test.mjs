// A `predict` example: what is typed is compared with what is printed, and counts in the review.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, visit } from './browser.mjs';
import { DAY, key, marksOf, saved, seed, stored, topicsOf } from './learner.mjs';
import { REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const { id, topics } = await topicsOf(site);
const page = `${site.url}basics/`;
const now = Date.now();

/** The first example of the page that asks, in view, with the topic it belongs to. */
async function asking(tab) {
  const details = tab.locator('.lesson > .example > .predict, .callout > .example > .predict').first();
  const example = details.locator('..');
  const topic = await details.evaluate((element) => element.closest('[data-topic]').dataset.topic);
  const output = await details.locator('samp').textContent();
  return { example, details, topic, output, form: example.locator('form') };
}

/** Presses the summary and waits for the box. */
async function ask(tab) {
  const found = await asking(tab);
  await found.details.locator('summary').click();
  await found.form.locator('textarea').waitFor();
  return found;
}

async function predict(tab, text) {
  const found = await ask(tab);
  await tab.keyboard.type(text);
  await found.form.locator('[type=submit]').click();
  await found.form.locator('.rating').waitFor();
  return found;
}

test('the box comes before the output, and its script with it', async () => {
  const tab = await open();
  await visit(tab, page);
  assert.ok(!tab.requests.some((url) => url.includes('prediction.js')), 'loaded when first used');
  const { details, form } = await ask(tab);
  assert.equal(await details.evaluate(({ open }) => open), false);
  assert.equal(await tab.evaluate(() => document.activeElement.localName), 'textarea');
  await form.locator('[type=submit]').click();
  assert.match(await form.locator('[role=status]').first().innerText(), /先写一行/);
  assert.equal(await details.evaluate(({ open }) => open), false, 'nothing is given away');
  await tab.keyboard.type('xwjk?/');
  assert.equal(await form.locator('textarea').inputValue(), 'xwjk?/', 'no key of ours while typing');
  assert.deepEqual(await stored(tab), {});
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('all right: said in words, counts as 记得', async () => {
  const tab = await open();
  await visit(tab, page);
  const { output, topic, form, details } = await predict(tab, (await asking(tab)).output);
  const lines = output.split('\n').length;
  assert.equal(await form.locator('[role=status]').first().innerText(), `${lines} 行全对`);
  assert.deepEqual(await form.locator('li > span:first-child').allInnerTexts(), Array(lines).fill('对'));
  assert.deepEqual(await marksOf(tab, id), { [topic]: 'mastered' });
  assert.match(await form.locator('.rating').innerText(), /1 天后再问/);
  assert.ok(await details.locator('samp').isVisible(), 'the real output stands below');
  assert.equal(await tab.evaluate(() => document.activeElement.localName), 'ol');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('of an exception its name is enough', async () => {
  const tab = await open();
  await visit(tab, `${site.url}data-structures/`);
  const details = tab.locator('.predict:has(.raised)').first();
  const [output, raised] = [await details.locator('samp').textContent(), await details.locator('.raised').textContent()];
  assert.match(raised, /^ValueError: ./);
  // It may stand in a question that is closed.
  await details.locator('summary').evaluate((summary) => summary.click());
  const form = details.locator('..').locator('form');
  await form.locator('textarea').evaluate((field, text) => { field.value = text; }, output.replace(raised, 'ValueError'));
  await form.locator('[type=submit]').evaluate((button) => button.click());
  await form.locator('.rating').waitFor({ state: 'attached' });
  assert.match(await form.locator('[role=status]').first().textContent(), /行全对/);
  await tab.close();
});

test('wrong, missing and extra lines are told apart in words; it counts as 忘了', async () => {
  const tab = await open();
  await visit(tab, page);
  const { output, topic, form } = await predict(tab, 'no such line\nnor this one\nnor this\nand this\nand that\nat the end');
  const real = output.split('\n').length;
  assert.equal(await form.locator('[role=status]').first().innerText(), '6 行里对了 0 行');
  const words = await form.locator('li > span:first-child').allInnerTexts();
  assert.deepEqual(words, [...Array(real).fill('不对'), ...Array(6 - real).fill('多了')]);
  assert.match(await form.locator('li').first().innerText(), /no such line\s+实际\s/);
  assert.deepEqual(await marksOf(tab, id), { [topic]: 'weak' });
  assert.equal(await tab.locator(`[data-topic="${topic}"]`).getAttribute('data-mark'), 'weak');
  await tab.close();
});

test('a slip is taken back by 记得: the ladder goes on from before', async () => {
  const script = (topic) => seed({ [key(id, topic)]: saved('mastered', { at: now - 9 * DAY, step: 2, due: now - DAY }) });
  const first = await open();
  await visit(first, page);
  const { topic } = await asking(first);
  await first.close();
  const tab = await open({ script: script(topic) });
  await visit(tab, page);
  const { form } = await predict(tab, 'a slip of the hand');
  assert.deepEqual(await marksOf(tab, id), { [topic]: 'weak' });
  await form.locator('[data-rate=remember]').click();
  const { mark, step, due } = JSON.parse((await stored(tab))[key(id, topic)]);
  assert.deepEqual([mark, step, Math.round((due - now) / DAY)], ['mastered', 3, 16]);
  assert.equal(await form.locator('[data-rate=remember]').getAttribute('aria-pressed'), 'true');
  await tab.close();
});

test('a skipped topic stays skipped', async () => {
  const all = Object.fromEntries(topics.map((topic) => [key(id, topic.id), saved('skipped')]));
  const tab = await open({ script: seed(all) });
  await visit(tab, page);
  const { form } = await ask(tab);
  await tab.keyboard.type('no such line');
  await tab.keyboard.press('Control+Enter');
  await form.locator('li').first().waitFor();
  await settled(tab);
  assert.deepEqual([...new Set(Object.values(await marksOf(tab, id)))], ['skipped']);
  assert.equal(await form.locator('.rating').count(), 0);
  await tab.close();
});

test('a long line breaks at 320 px, nothing moves but by the hand that types', async () => {
  const tab = await open({ width: 320 });
  await visit(tab, page);
  const { form } = await predict(tab, 'wrong\nand_a_line_too_many_that_is_long_and_has_no_place_to_break_it');
  const wide = await form.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  assert.equal(wide, 0);
  await settled(tab);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('without a prediction the second press opens the output, and nothing counts', async () => {
  const tab = await open();
  await visit(tab, page);
  const { details, form } = await ask(tab);
  await details.locator('summary').click();
  assert.ok(await details.locator('samp').isVisible());
  assert.equal(await form.locator('textarea').count(), 0);
  assert.deepEqual(await stored(tab), {});
  await tab.close();
});

test('without its script, and without any, the output opens as it always did', async () => {
  const blocked = await open();
  await blocked.route('**/prediction.js*', (route) => route.abort());
  await visit(blocked, page);
  const first = await asking(blocked);
  await first.details.locator('summary').click();
  await first.details.locator('samp').waitFor();
  await blocked.close();
  const plain = await open({ javaScriptEnabled: false });
  await plain.goto(page);
  const details = plain.locator('.lesson .predict').first();
  await details.locator('summary').click();
  assert.ok(await details.locator('samp').isVisible());
  assert.equal(await plain.locator('textarea').count(), 0);
  await plain.close();
});

test('by keyboard: e opens the box, Ctrl-Enter compares', async () => {
  const tab = await open();
  await visit(tab, page);
  const { topic, form, example } = await asking(tab);
  await tab.locator(`[data-topic="${topic}"] .permalink`).focus();
  const earlier = await tab.evaluate((topic) => {
    const all = [...document.querySelectorAll(`[data-topic="${topic}"] .lesson details`)].filter((one) => one.checkVisibility());
    return all.indexOf(document.querySelector('.lesson > .example > .predict, .callout > .example > .predict'));
  }, topic);
  for (let n = 0; n <= earlier; n += 1) await tab.keyboard.press('e');
  await form.locator('textarea').waitFor();
  await tab.keyboard.type('a guess');
  await tab.keyboard.press('Control+Enter');
  await example.locator('.rating').waitFor();
  assert.deepEqual(await marksOf(tab, id), { [topic]: 'weak' });
  await tab.close();
});

test('in 今日 a prediction is compared; the answer below it counts', async () => {
  const first = await open();
  await visit(first, page);
  const { topic } = await asking(first);
  await first.close();
  const tab = await open({ script: seed({ [key(id, topic)]: saved('weak', { due: now }) }) });
  await visit(tab, `${site.url}today/`);
  await tab.locator('[data-reveal]').click();
  const example = tab.locator('[data-lesson] .example:has(.predict)').first();
  await example.locator('summary').click();
  await example.locator('textarea').fill('a guess');
  await example.locator('[type=submit]').click();
  await example.locator('li').first().waitFor();
  assert.equal(await example.locator('.rating').count(), 0);
  assert.ok(await tab.locator('[data-verdict]').isVisible());
  assert.deepEqual(tab.problems, []);
  await tab.close();
});
