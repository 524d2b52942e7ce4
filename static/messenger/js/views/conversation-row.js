import { otherOf } from '../selectors.js';
import { t } from '../strings.js';
import { find, part, setAttribute, setText } from './dom.js';
import { showAvatar } from './avatars.js';
import { badgeOf, whenLabel } from './format.js';
import { faceOf, presenceIn, previewOf, typingIn } from './rows.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Conversation} Conversation */

/**
 * Fill one line of the list. Markup: templates/messenger/partials/conversation.html.
 *
 * @param {Element} row
 * @param {Conversation} conversation
 * @param {State} state
 */
export function showConversation(row, conversation, state) {
  const { id, unreadCount, isPinned, isMuted, lastMessage, context } = conversation;
  const link = find(row, '.messenger-v4__conversation-item', HTMLElement);
  const { name, hueId } = faceOf(state, conversation);
  const other = otherOf(state, conversation);
  setAttribute(row, 'data-key', id);
  setAttribute(link, 'href', `/messenger/?conversation=${id}`);
  setAttribute(link, 'data-id', id);
  setAttribute(link, 'data-unread', String(unreadCount));
  setAttribute(link, 'data-pinned', String(isPinned));
  setAttribute(link, 'data-muted', String(isMuted));
  setAttribute(link, 'aria-current', state.activeId === id ? 'true' : null);
  showAvatar(find(row, '.messenger-v4__avatar', HTMLElement), { name, hueId, picture: other ? other.avatar : conversation.avatar });
  setText(part(row, 'name'), name);
  const at = lastMessage ? lastMessage.createdAt : conversation.createdAt;
  setAttribute(part(row, 'time'), 'datetime', at);
  setText(part(row, 'time'), whenLabel(at));
  showPresence(row, presenceIn(state, conversation));
  showLine(row, conversation, state);
  part(row, 'muted').hidden = !isMuted;
  part(row, 'pinned').hidden = !isPinned;
  showUnread(find(row, '.messenger-v4__unread-badge', HTMLElement), conversation);
  const badge = find(row, '.messenger-v4__context-badge', HTMLElement);
  badge.hidden = !context;
  setAttribute(badge, 'data-context-type', context ? context.type : '');
  setText(badge, context ? t(`context.${context.type}`) : '');
}

/** @param {Element} row @param {string} status */
function showPresence(row, status) {
  setAttribute(find(row, '.messenger-v4__presence', HTMLElement), 'data-presence', status);
  setText(part(row, 'presence'), status ? t(`presence.${status}`) : '');
}

/** @param {Element} row @param {Conversation} conversation @param {State} state */
function showLine(row, conversation, state) {
  const typing = typingIn(state, conversation);
  const isOpen = state.activeId === conversation.id;
  const draft = !isOpen && conversation.draft && conversation.draft.text ? conversation.draft.text : '';
  const preview = find(row, '.messenger-v4__preview', HTMLElement);
  const typingPreview = find(row, '.messenger-v4__typing-preview', HTMLElement);
  setText(preview, draft || previewOf(state, conversation));
  setText(typingPreview, typing);
  preview.hidden = typing !== '';
  typingPreview.hidden = typing === '';
  find(row, '.messenger-v4__draft-label', HTMLElement).hidden = typing !== '' || draft === '';
}

/** @param {HTMLElement} badge @param {Conversation} conversation */
function showUnread(badge, { unreadCount, markedUnread }) {
  badge.hidden = unreadCount === 0 && !markedUnread;
  setText(badge, badgeOf(unreadCount));
  setAttribute(badge, 'aria-label', badge.hidden ? null : t('unread.label', { count: unreadCount }));
  setAttribute(badge, 'role', 'img');
}
