// Debian's Chromium, and pages that note down everything that goes wrong in them.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-component-update',
  '--disable-background-networking',
  '--no-first-run',
];

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/**
 * A tab of its own, with a browser profile of its own. `options` are playwright's; beyond them:
 * `width`, `theme` (`light` or `dark`: the system's), `script` (runs before each page's own).
 * The tab's `problems` fill up as things go wrong; `close()` closes all.
 */
export async function open(browser, { width = 1280, height = 900, theme = 'light', script, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', ...options,
  });
  const problems = [];
  await context.exposeBinding('reportProblem', (_, problem) => problems.push(problem));
  await context.addInitScript(watch);
  if (script) await context.addInitScript(script);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => {
    // A click away from a page that still loads aborts what it was loading.
    const aborted = request.failure()?.errorText === 'net::ERR_ABORTED';
    if (!aborted) problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !response.request().isNavigationRequest()) {
      problems.push(`status ${response.status()}: ${response.url()}`);
    }
  });
  const requests = [];
  let own;
  page.on('request', (request) => {
    requests.push(request.url());
    const { origin, protocol, hostname } = new URL(request.url());
    if (request.isNavigationRequest() && hostname === '127.0.0.1') own = origin;
    if (origin !== own && protocol !== 'data:') problems.push(`other origin: ${request.url()}`);
  });
  return Object.assign(page, { problems, requests, close: () => context.close() });
}

// Runs in the page, before all else.
function watch() {
  addEventListener('securitypolicyviolation', (event) => {
    reportProblem(`csp: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      // A centred word moves a little when the parser pauses before the next one.
      if (entry.hadRecentInput || entry.value < 0.0001) continue;
      const nodes = entry.sources.map(({ node, previousRect, currentRect }) => {
        const element = node instanceof Element ? node : node?.parentElement;
        const moved = [previousRect, currentRect].map(({ x, y, width, height }) => [x, y, width, height].map(Math.round));
        return `${element?.outerHTML.slice(0, 80)} ${moved.join(' → ')}`;
      });
      reportProblem(`layout shift ${entry.value.toFixed(4)} on ${location.pathname}: ${nodes.join(', ')}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Goes to `url` and waits until the page has loaded, its scripts have run and it is painted. */
export async function visit(page, url) {
  const response = await page.goto(url, { waitUntil: 'load' });
  await settled(page);
  return response;
}

/**
 * Goes to `url` as on a slow network: no script of the site arrives before the page is painted.
 * Calls `meanwhile` then, lets the scripts come, and waits until they have run.
 */
export async function visitSlowly(page, url, meanwhile = () => {}) {
  let release;
  const held = new Promise((free) => { release = free; });
  const hold = async (route) => {
    await held;
    await route.continue();
  };
  await page.route('**/*.js*', hold);
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(() => performance.getEntriesByName('first-paint').length > 0);
  await settled(page);
  await meanwhile();
  release();
  await page.waitForLoadState('load');
  await settled(page);
  await page.unroute('**/*.js*', hold);
}

/** Two frames: what was changed is laid out, painted, and its layout shifts are told. */
export function settled(page) {
  return page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
  }));
}

/** What axe finds by these rules: a line for each, with how often and the first element. */
export async function violations(page, rules = RULES) {
  await page.evaluate(axe);
  const found = await page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: rules, resultTypes: ['violations'], preload: false,
    });
    return violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].target, nodes[0].failureSummary]);
  }, rules);
  return found.map(([id, count, target, summary]) => (
    `axe ${id}, ${count} times: ${target.flat().join(' ')} ${summary.replace(/\s+/g, ' ')}`));
}

/**
 * What is wider than the window without standing in a box that scrolls for itself, and what
 * scrolls sideways without being code or a table (WCAG 1.4.10).
 */
export function sideways(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement;
    const found = scrollWidth > clientWidth ? [`the page scrolls sideways: ${scrollWidth} > ${clientWidth}`] : [];
    const name = (element) => element.outerHTML.slice(0, 100);
    const allowed = 'pre, .table, .table > table';
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility() || element.closest('.skip, .status, svg')) continue;
      const { overflowX, position } = getComputedStyle(element);
      const scrolls = ['auto', 'scroll'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1;
      if (scrolls && !element.matches(allowed)) found.push(`scrolls sideways: ${name(element)}`);
      const { right, left, width } = element.getBoundingClientRect();
      const sticksOut = width > 0 && position !== 'fixed' && (right > clientWidth + 1 || left < -1);
      const inside = element.closest('pre, .table, [popover]');
      if (sticksOut && !inside) found.push(`sticks out (${Math.round(left)} to ${Math.round(right)}): ${name(element)}`);
    }
    return found;
  });
}
