// Starts every feature. Each looks for its hook in the page and does nothing without it.
import { startContents } from './ui/contents.js';
import { startCopy } from './ui/copy.js';
import { startPermalink } from './ui/permalink.js';
import { startScrollable } from './ui/scrollable.js';
import { startSidebar } from './ui/sidebar.js';
import { startTheme } from './ui/theme.js';

startTheme(document);
startSidebar(document);
startContents(document);
startCopy(document);
startPermalink(document);
startScrollable(document);
