// The list of sections: scrolled to the current one; as a drawer, closed by a link to this page.
export function startSidebar(root) {
  const sidebar = root.querySelector('[data-sidebar]');
  if (!sidebar) return;

  const reveal = () => {
    const top = sidebar.querySelector('[aria-current]')?.offsetTop;
    if (top > sidebar.clientHeight / 2) sidebar.scrollTop = top - sidebar.clientHeight / 4;
  };

  reveal();
  sidebar.addEventListener('toggle', reveal);
  sidebar.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (link?.pathname === location.pathname && sidebar.matches(':popover-open')) {
      sidebar.hidePopover();
    }
  });
}
