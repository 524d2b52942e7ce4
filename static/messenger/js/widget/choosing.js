/** Which conversations the widget shows, and in which order; pure. */

import { listed, titleOf } from '../selectors.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Conversation} Conversation */
/** @typedef {{search: string, filter: string, sort: string, maxItems: number}} Choice */

/** @type {Record<string, [number, number]>} lead scores, from and below */
const SCORES = { high: [70, Infinity], medium: [40, 70], low: [0, 40] };

/** @param {State} state @param {Choice} choice @returns {Conversation[]} */
export function chosen(state, { search, filter, sort, maxItems }) {
  const words = search.trim().toLowerCase();
  const found = listed(state)
    .filter((conversation) => passes(state, conversation, filter))
    .filter((conversation) => words === '' || textOf(state, conversation).includes(words));
  return sorted(found, sort).slice(0, maxItems);
}

/** @param {State} state @param {Conversation} conversation */
function textOf(state, conversation) {
  return `${titleOf(state, conversation)} ${conversation.lastMessage ? conversation.lastMessage.content : ''}`.toLowerCase();
}

/** @param {State} state @param {Conversation} conversation @param {string} filter */
function passes(state, conversation, filter) {
  if (filter === 'unread') return conversation.unreadCount > 0;
  if (filter === 'pinned' || filter === 'starred') return conversation.isPinned;
  if (filter === 'awaiting') return isAwaiting(state, conversation);
  if (!(filter in SCORES)) return true;
  const score = scoreOf(conversation);
  return score !== null && score >= SCORES[filter][0] && score < SCORES[filter][1];
}

/** Somebody else wrote last. @param {State} state @param {Conversation} conversation */
function isAwaiting({ user }, { lastMessage }) {
  return Boolean(user && lastMessage && lastMessage.type !== 'system' && lastMessage.senderId !== user.id);
}

/** @param {Conversation} conversation @returns {number | null} */
function scoreOf({ metadata }) {
  const score = metadata ? metadata.leadScore : null;
  return typeof score === 'number' ? score : null;
}

/** @param {Conversation[]} conversations newest first @param {string} sort */
function sorted(conversations, sort) {
  const score = (/** @type {Conversation} */ conversation) => scoreOf(conversation) || 0;
  const newest = conversations.slice().sort((a, b) => (atOf(a) < atOf(b) ? 1 : -1));
  if (sort === 'oldest') return newest.reverse();
  if (sort === 'unread') return newest.sort((a, b) => b.unreadCount - a.unreadCount);
  if (sort === 'score-high') return newest.sort((a, b) => score(b) - score(a));
  if (sort === 'score-low') return newest.sort((a, b) => score(a) - score(b));
  return newest;
}

/** @param {Conversation} conversation */
function atOf({ lastMessage, createdAt }) {
  return lastMessage ? lastMessage.createdAt : createdAt;
}
