import { otherOf, presenceOf } from '../selectors.js';
import { t } from '../strings.js';
import { showAvatar } from './avatars.js';
import { find, part, setAttribute, setText } from './dom.js';
import { whenLabel } from './format.js';
import { faceOf, presenceIn, typingIn } from './rows.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Conversation} Conversation */

/** The chat's header and context banner for a conversation. @param {ParentNode} chat @param {Conversation} conversation @param {State} state */
export function showHead(chat, conversation, state) {
  const { name, hueId } = faceOf(state, conversation);
  const other = otherOf(state, conversation);
  const avatar = part(chat, 'avatar');
  showAvatar(avatar, { name, hueId, picture: other ? other.avatar : conversation.avatar });
  setAttribute(find(avatar, '.messenger-v4__presence', HTMLElement), 'data-presence', presenceIn(state, conversation));
  setText(find(chat, '#v4ChatHeaderName', HTMLElement), name);
  const typing = typingIn(state, conversation);
  const status = find(chat, '#v4ChatHeaderStatus', HTMLElement);
  status.toggleAttribute('data-is-typing', typing !== '');
  setText(status, typing || statusOf(state, conversation));
  showTyping(chat, typing);
  showContext(chat, conversation.context ? { type: conversation.context.type, title: conversation.context.referenceTitle || '', href: conversation.context.url || null } : null);
}

/** @param {State} state @param {Conversation} conversation */
function statusOf(state, conversation) {
  const other = otherOf(state, conversation);
  if (!other) return t('presence.members', { count: conversation.participantCount || conversation.participants.length });
  const { status, lastSeen } = presenceOf(state, other.userId);
  if (status !== 'offline') return t(`presence.${status}`);
  return lastSeen ? t('presence.lastSeen', { when: whenLabel(lastSeen) }) : t(`role.${other.role || 'customer'}`);
}

/** @param {ParentNode} chat @param {string} words */
function showTyping(chat, words) {
  const bubble = find(chat, '#v4TypingBubble', HTMLElement);
  bubble.hidden = words === '';
  setText(part(bubble, 'words'), words);
}

/** The header of a conversation that does not exist yet. @param {ParentNode} chat @param {{recipientId: string, recipientName: string}} recipient */
export function showComposeHead(chat, { recipientId, recipientName }) {
  const avatar = part(chat, 'avatar');
  showAvatar(avatar, { name: recipientName, hueId: recipientId });
  setAttribute(find(avatar, '.messenger-v4__presence', HTMLElement), 'data-presence', '');
  setText(find(chat, '#v4ChatHeaderName', HTMLElement), recipientName);
  setText(find(chat, '#v4ChatHeaderStatus', HTMLElement), '');
  showTyping(chat, '');
}

/** @param {ParentNode} chat @param {{type: string, title: string, href: string | null} | null} context */
export function showContext(chat, context) {
  const banner = find(chat, '#v4ContextBanner', HTMLElement);
  banner.hidden = context === null;
  if (!context) return;
  const badge = find(banner, '.messenger-v4__context-badge', HTMLElement);
  setAttribute(badge, 'data-context-type', context.type);
  setText(badge, t(`context.${context.type}`));
  setText(part(banner, 'context-title'), context.title);
  setAttribute(banner, 'href', context.href && context.href.startsWith('/') && !context.href.startsWith('//') ? context.href : null);
}
