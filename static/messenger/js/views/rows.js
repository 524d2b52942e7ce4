/** What a conversation's line says, worked out from the store; the same rules as messenger/pages/conversation_rows.py. */

import { otherOf, presenceOf, titleOf, typistsOf } from '../selectors.js';
import { t } from '../strings.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Conversation} Conversation */

/** @param {State} state @param {Conversation} conversation @returns {string} one line */
export function previewOf(state, conversation) {
  const last = conversation.lastMessage;
  if (!last) return t('preview.none');
  const text = last.isDeleted ? t('preview.deleted') : last.content.replace(/\s+/g, ' ').trim() || wordFor(last.type);
  if (last.type === 'system') return text;
  if (state.user && last.senderId === state.user.id) return t('preview.own', { text });
  const isMany = !otherOf(state, conversation);
  return isMany && last.senderName ? t('message.from', { name: last.senderName, text }) : text;
}

/** @param {string} type */
function wordFor(type) {
  return type === 'image' ? t('preview.photo') : t('preview.file');
}

/** @param {{userId: string, userName: string}[]} typists @returns {string} `''` where nobody types */
export function typingWords(typists) {
  if (typists.length === 0) return '';
  if (typists.length === 1) return t('typing.one', { name: typists[0].userName });
  if (typists.length === 2) return t('typing.two', { name: typists[0].userName, other: typists[1].userName });
  return t('typing.many');
}

/** @param {State} state @param {Conversation} conversation */
export function presenceIn(state, conversation) {
  const other = otherOf(state, conversation);
  return other ? presenceOf(state, other.userId).status : '';
}

/** @param {State} state @param {Conversation} conversation */
export function typingIn(state, conversation) {
  return typingWords(typistsOf(state, conversation.id));
}

/** @param {State} state @param {Conversation} conversation @returns {{name: string, hueId: string}} */
export function faceOf(state, conversation) {
  const other = otherOf(state, conversation);
  return { name: titleOf(state, conversation), hueId: other ? other.userId : conversation.id };
}
