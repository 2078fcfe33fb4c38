// @ts-check
// All marks in the fragment of a link: two bits a topic, at its position in `roadmap.lock`, which
// only grows, so that an old link stays readable. Pure.
//
// Version 1, in bytes, as base64url: the version; four bytes, the minute since 1970; the marks,
// four a byte, zeros at the end left out; two bytes of checksum, so that half a link is refused.
import { MARKS } from './progress.js';
import { DAY } from './review.js';

/** @typedef {import('./progress.js').Saved} Saved */

const VERSION = 1;
const MINUTE = 60_000;
const HEAD = 5;
const CHECK = 2;

/**
 * @param {import('./progress.js').Marks} marks
 * @param {(id: string) => number | null | undefined} position
 * @param {number} now
 */
export function encode(marks, position, now) {
  const bits = /** @type {number[]} */ ([]);
  let left = 0;
  for (const [id, { mark }] of marks) {
    const at = position(id);
    if (mark === 'none') continue;
    if (typeof at !== 'number') {
      left += 1;
      continue;
    }
    while (bits.length <= at >> 2) bits.push(0);
    bits[at >> 2] |= MARKS.indexOf(mark) << ((at & 3) * 2);
  }
  const minute = Math.floor(now / MINUTE);
  const head = [VERSION, minute >>> 24, (minute >>> 16) & 255, (minute >>> 8) & 255, minute & 255];
  const body = [...head, ...bits];
  return { text: toText([...body, ...check(body)]), left };
}

/**
 * @param {string} text
 * @param {ReadonlyMap<number, string>} ids by position
 * @returns {Map<string, Saved> | undefined} undefined if it is no whole link
 */
export function decode(text, ids) {
  const bytes = toBytes(text);
  if (!bytes || bytes.length < HEAD + CHECK) return undefined;
  const body = bytes.slice(0, -CHECK);
  if (body[0] !== VERSION || check(body).some((byte, index) => byte !== bytes[body.length + index]))
    return undefined;
  const at = (((body[1] << 24) >>> 0) + (body[2] << 16) + (body[3] << 8) + body[4]) * MINUTE;
  /** @type {Map<string, Saved>} */
  const marks = new Map();
  body.slice(HEAD).forEach((byte, index) => {
    for (let place = 0; place < 4; place += 1) {
      const mark = MARKS[(byte >> (place * 2)) & 3];
      const id = ids.get(index * 4 + place);
      if (id && mark !== 'none')
        marks.set(id, { mark, at, step: 0, due: mark === 'mastered' ? at + DAY : at });
    }
  });
  return marks;
}

/** Fletcher's checksum of 16 bits. @param {number[]} bytes */
function check(bytes) {
  let one = 0;
  let two = 0;
  for (const byte of bytes) {
    one = (one + byte) % 255;
    two = (two + one) % 255;
  }
  return [one, two];
}

/** @param {number[]} bytes */
function toText(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** @param {string} text */
function toBytes(text) {
  try {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return [...plain].map((character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
