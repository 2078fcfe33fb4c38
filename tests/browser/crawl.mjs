// Follows every link of a served site: without a browser, which runs anywhere, and in one, which
// sees what scripts and styles ask for too.
import { visit } from './browser.mjs';

const ATTRIBUTES = /\s(?:href|src)="([^"]*)"/g;
const unescape = (text) => text.replace(/&#x27;/g, "'").replace(/&quot;/g, '"').replace(/&amp;/g, '&');

/** What does not lead anywhere, a line each, and how many pages were seen. */
export async function crawl({ url, origin }) {
  const base = new URL(url).pathname;
  const wrong = [];
  const ids = new Map();
  const anchors = [];
  const seen = new Set();
  const queue = [url];
  while (queue.length > 0) {
    const page = queue.shift();
    if (seen.has(page)) continue;
    seen.add(page);
    const response = await fetch(page, { redirect: 'manual' });
    const text = await response.text();
    if (response.status !== 200) wrong.push(`${response.status}: ${page}`);
    if (!/html/.test(response.headers.get('content-type'))) continue;
    ids.set(page, new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => unescape(id))));
    for (const [, written] of text.matchAll(ATTRIBUTES)) {
      const target = new URL(unescape(written), page);
      if (target.origin !== origin) continue;
      if (!target.pathname.startsWith(base)) wrong.push(`${page}: leaves the site: ${written}`);
      const address = target.origin + target.pathname + target.search;
      if (target.hash) anchors.push([page, address, decodeURIComponent(target.hash.slice(1))]);
      queue.push(address);
    }
  }
  for (const [page, address, id] of anchors) {
    if (ids.has(address) && !ids.get(address).has(id)) wrong.push(`${page}: no #${id} in ${address}`);
  }
  return { wrong, pages: ids.size };
}

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
export async function crawlInBrowser(tab, site) {
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
