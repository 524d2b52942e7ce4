/** One conversation in the widget, and the panel for a quick reply below it. */

import { t } from '../strings.js';
import { make, setAttribute, setText } from '../views/dom.js';
import { badgeOf, initialsOf, whenLabel } from '../views/format.js';
import { faceOf, previewOf } from '../views/rows.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Conversation} Conversation */

/** @param {string} id @returns {HTMLLIElement} */
export function makeItem(id) {
  const row = make(
    'a',
    { class: 'mwv4__row', 'data-action': 'open' },
    make('span', { class: 'mwv4__face', 'aria-hidden': 'true' }),
    make('span', { class: 'mwv4__name', dir: 'auto' }),
    make('time', { class: 'mwv4__time' }),
    make('span', { class: 'mwv4__preview', dir: 'auto' }),
    make('span', { class: 'mwv4__badge mwv4__unread', hidden: true }),
  );
  return make('li', { class: 'mwv4__item', 'data-conversation-id': id }, row);
}

/** @param {HTMLElement} item @param {Conversation} conversation @param {State} state @param {string} href */
export function showItem(item, conversation, state, href) {
  const row = item.children[0];
  const [face, name, time, preview, unread] = /** @type {HTMLElement[]} */ (Array.from(row.children));
  const title = faceOf(state, conversation).name;
  const at = conversation.lastMessage ? conversation.lastMessage.createdAt : conversation.createdAt;
  item.classList.toggle('mwv4__item--unread', conversation.unreadCount > 0);
  setAttribute(row, 'href', href);
  setText(face, initialsOf(title));
  setText(name, title);
  setAttribute(time, 'datetime', at);
  setText(time, whenLabel(at));
  setText(preview, previewOf(state, conversation));
  unread.hidden = conversation.unreadCount === 0;
  setText(unread, badgeOf(conversation.unreadCount));
  setAttribute(unread, 'aria-label', t('unread.label', { count: conversation.unreadCount }));
}

/** @param {string} id @param {string} name @param {string} href @returns {HTMLFormElement} */
export function makePanel(id, name, href) {
  const label = t('widget.reply', { name });
  const errorId = `mwv4-error-${id}`;
  return make(
    'form',
    { class: 'mwv4__reply-panel', 'data-reply-for': id },
    make('textarea', { class: 'mwv4__textarea', rows: 2, dir: 'auto', 'aria-label': label, 'aria-describedby': errorId, placeholder: t('widget.placeholder') }),
    make('p', { class: 'mwv4__count', hidden: true }),
    make('p', { id: errorId, class: 'mwv4__error', role: 'alert', hidden: true }),
    make(
      'div',
      { class: 'mwv4__deeds' },
      make('button', { type: 'submit', class: 'mwv4__button mwv4__button--main', 'data-action': 'send' }, t('widget.send')),
      make('button', { type: 'button', class: 'mwv4__button', 'data-action': 'cancel' }, t('widget.cancel')),
      make('a', { class: 'mwv4__link', 'data-action': 'open', href }, t('widget.open')),
    ),
  );
}

/** @param {string} text @returns {number} code points as the server counts them */
export function lengthOf(text) {
  return Array.from(text.trim().normalize('NFC')).length;
}
