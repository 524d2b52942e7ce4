/** Quick replies on their way, or refused, below the conversation they are for. */

import { t } from '../strings.js';
import { make } from '../views/dom.js';

/** @typedef {import('../types.js').Pending} Pending */

/** @param {HTMLElement} item @param {readonly Pending[]} pending oldest first */
export function showUnsent(item, pending) {
  const known = new Map(Array.from(item.querySelectorAll('.mwv4__unsent'), (row) => [row.getAttribute('data-key'), row]));
  const panel = item.querySelector('.mwv4__reply-panel');
  pending.forEach((each) => {
    const key = `${each.clientNonce} ${each.state}`;
    item.insertBefore(known.get(key) || makeUnsent(key, each), panel);
    known.delete(key);
  });
  known.forEach((row) => row.remove());
}

/** @param {string} key @param {Pending} pending */
function makeUnsent(key, { clientNonce, content, state, error }) {
  const row = make('div', { class: 'mwv4__unsent', 'data-key': key, 'data-nonce': clientNonce, 'data-state': state }, make('p', { class: 'mwv4__unsent-text', dir: 'auto' }, content));
  if (state !== 'failed') {
    row.append(make('p', { class: 'mwv4__unsent-state' }, t(state === 'waiting' ? 'message.waiting' : 'state.sending')));
    return row;
  }
  row.append(
    make('p', { class: 'mwv4__error', role: 'alert' }, error || t('message.failed')),
    make(
      'div',
      { class: 'mwv4__deeds' },
      make('button', { type: 'button', class: 'mwv4__button', 'data-action': 'retry' }, t('message.retry')),
      make('button', { type: 'button', class: 'mwv4__button', 'data-action': 'discard' }, t('message.discard')),
    ),
  );
  return row;
}
