/** Unread badges on host pages: the server's number, in figures and in words. */

import { t } from '../strings.js';
import { setAttribute, setText } from '../views/dom.js';
import { badgeOf } from '../views/format.js';

const BADGES = '#ef-notification-badge, #unread-messages-count, .messenger-unread-badge, [data-messenger-unread]';

/** @param {number} count @param {ParentNode} [root] */
export function showBadges(count, root = document) {
  root.querySelectorAll(BADGES).forEach((badge) => {
    if (!(badge instanceof HTMLElement)) return;
    badge.hidden = count <= 0;
    setText(badge, badgeOf(count));
    setAttribute(badge, 'aria-label', t('badge.label', { count }));
  });
}
