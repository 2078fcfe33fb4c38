// A test run in a line a file; failures in full; at the end `N passed, N failed`.
import { relative } from 'node:path';

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const indent = (text) => text.replace(/^/gm, '    ');

/** The reason of a failure: an assertion's own words, else the stack. */
function reason({ details: { error } }) {
  const cause = error.cause ?? error;
  return cause.code === 'ERR_ASSERTION' ? cause.message : (cause.stack ?? String(cause));
}

export default async function* report(events) {
  let file;
  let [passed, failed, totalPassed, totalFailed, started] = [0, 0, 0, 0, Date.now()];
  const closeFile = () => {
    const line = file && `${failed ? '✗' : '✓'} ${file}: ${passed} passed, ${failed} failed (${seconds(Date.now() - started)})\n`;
    [passed, failed, started] = [0, 0, Date.now()];
    return line ?? '';
  };
  for await (const { type, data } of events) {
    if (type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details.type === 'suite') continue;
    const from = relative(process.cwd(), data.file ?? '');
    if (from !== file) yield closeFile();
    file = from;
    if (type === 'test:pass') {
      [passed, totalPassed] = [passed + 1, totalPassed + 1];
    } else {
      [failed, totalFailed] = [failed + 1, totalFailed + 1];
      yield `✗ ${data.name}\n${indent(reason(data))}\n`;
    }
  }
  yield closeFile();
  yield `\n${totalPassed} passed, ${totalFailed} failed\n`;
}
