/** The page's keys: F6 goes round its regions, Alt+↑/↓ through conversations, Ctrl or Cmd+K to the search, Esc back. */

import { listen } from '../listen.js';

/** Each region with where its focus goes, the first that is there. */
const REGIONS = [
  { region: 'conversation-list', stops: ['.messenger-v4__conversation-item[tabindex="0"]', '.messenger-v4__search-input'] },
  { region: '#v4Messages', stops: ['#v4Messages'] },
  { region: 'message-composer', stops: ['#v4ComposerTextarea'] },
];
const NARROW = '(width < 768px)';

/** @param {import('../elements/messenger-app.js').MessengerApp} app @param {AbortSignal} signal */
export function wireKeys(app, signal) {
  listen(window, 'keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const run = deedFor(event, app);
    if (!run) return;
    event.preventDefault();
    run();
  }, signal);
}

/** @param {KeyboardEvent} event @param {import('../elements/messenger-app.js').MessengerApp} app @returns {(() => void) | null} */
function deedFor(event, app) {
  if (event.key === 'F6') return () => goRound(app, event.shiftKey ? -1 : 1);
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return () => app.list.focusSearch();
  if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    const id = app.list.neighbour(event.key === 'ArrowDown' ? 1 : -1);
    return id ? () => app.open(id) : null;
  }
  const isBack = event.key === 'Escape' && app.dataset.view === 'chat' && window.matchMedia(NARROW).matches;
  return isBack ? () => app.toList() : null;
}

/** @param {HTMLElement} app @param {number} step */
function goRound(app, step) {
  const there = REGIONS.map(({ region, stops }) => ({ region: app.querySelector(region), stop: stops.map((stop) => app.querySelector(stop)).find(isShown) })).filter(({ stop }) => stop);
  const at = there.findIndex(({ region }) => region && region.contains(document.activeElement));
  const next = there[at < 0 ? 0 : (at + step + there.length) % there.length];
  if (next && next.stop instanceof HTMLElement) next.stop.focus();
}

/** @param {Element | null} element */
function isShown(element) {
  return element instanceof HTMLElement && element.offsetParent !== null;
}
