/** The page's one announcer for screen readers: `#messenger-live` speaks when there is time, `#messenger-alert` at once. */

/** @param {string} text */
export function announce(text) {
  say('messenger-live', text);
}

/** @param {string} text */
export function announceNow(text) {
  say('messenger-alert', text);
}

/** @param {string} id @param {string} text */
function say(id, text) {
  const region = document.getElementById(id);
  if (!region) return;
  const line = document.createElement('p');
  line.textContent = text;
  region.replaceChildren(line);
}
