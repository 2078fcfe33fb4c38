// The theme button: auto, light, dark, and round again. Remembered where storage allows it.
const KEY = 'roadmap-site/theme';
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };

export function startTheme(root) {
  const button = root.querySelector('[data-theme-switch]');
  if (!button) return;
  const { dataset } = root.documentElement;

  const show = (choice) => {
    if (choice === 'auto') delete dataset.theme;
    else dataset.theme = choice;
    button.ariaLabel = button.title = button.dataset[choice];
  };

  show(dataset.theme ?? 'auto');
  button.hidden = false;
  button.addEventListener('click', () => {
    const choice = NEXT[dataset.theme ?? 'auto'];
    show(choice);
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // Storage is refused: the choice holds for this page.
    }
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY && newValue in NEXT) show(newValue);
  });
}
