/** Who types, who is there. Pure. */
import { without } from './conversations.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').EventData} EventData */

/** @param {State} state @param {EventData & {now?: number}} data @returns {State} never shows oneself */
export function setTyping(state, { conversationId = '', userId = '', userName = '', isTyping, now = 0 }) {
  if (state.user && userId === state.user.id) return state;
  const typists = state.typing[conversationId] || {};
  if (!isTyping) {
    if (!typists[userId]) return state;
    const rest = without(typists, userId);
    const typing = Object.keys(rest).length ? { ...state.typing, [conversationId]: rest } : without(state.typing, conversationId);
    return { ...state, typing };
  }
  const known = typists[userId];
  if (known && known.userName === userName && known.since === now) return state;
  return { ...state, typing: { ...state.typing, [conversationId]: { ...typists, [userId]: { userName, since: now } } } };
}

/** @param {State} state @param {EventData} data @returns {State} */
export function setPresence(state, { userId = '', status, state: alias, lastSeen = null }) {
  const told = status || alias || 'offline';
  const known = state.presence[userId];
  if (known && known.status === told && known.lastSeen === lastSeen) return state;
  return { ...state, presence: { ...state.presence, [userId]: { status: told, lastSeen } } };
}
