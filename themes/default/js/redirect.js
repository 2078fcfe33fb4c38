// @ts-check
// Sends the visitor of a moved page to its new address, with the fragment kept.
const link = document.querySelector('[data-redirect]');
if (!(link instanceof HTMLAnchorElement)) throw new Error('redirect: no `[data-redirect]` in the page');
location.replace(link.href + (link.hash ? '' : location.hash));
