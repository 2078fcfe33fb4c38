// @ts-check
// The list of sections: scrolled to the current one; as a drawer, closed by a link to this page.
/** @param {Document} root */
export function startSidebar(root) {
  const sidebar = root.querySelector('[data-sidebar]');
  if (!(sidebar instanceof HTMLElement)) return;

  const reveal = () => {
    const current = sidebar.querySelector('[aria-current]');
    const top = current instanceof HTMLElement ? current.offsetTop : 0;
    if (top > sidebar.clientHeight / 2) sidebar.scrollTop = top - sidebar.clientHeight / 4;
  };

  // Once it is laid out and before it is painted; as a closed drawer it never is.
  const observer = new ResizeObserver(() => {
    reveal();
    observer.disconnect();
  });
  observer.observe(sidebar);
  sidebar.addEventListener('toggle', reveal);
  sidebar.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link?.pathname === location.pathname && sidebar.matches(':popover-open')) {
      sidebar.hidePopover();
    }
  });
}
