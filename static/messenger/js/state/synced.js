/** What a sync answer does to the state. Pure. */
import { beginsEarlier, dropConversation, movePointers, movePosition, putConversations, without } from './conversations.js';
import { putMessage, refreshReach, windowOf } from './messages.js';
import { settlePending } from './pending.js';
import { emptyList } from './initial.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').SyncAnswer} SyncAnswer */
/** @typedef {import('../types.js').Message} Message */

/**
 * @param {State} state
 * @param {SyncAnswer} answer one page of it
 * @returns {State}
 */
export function applySync(state, answer) {
  const base = epochIs(state, answer.epoch);
  const told = (answer.conversations || []).filter((conversation) => !isOvertaken(base, conversation));
  const widened = told.filter(({ id, historyFromSeq }) => base.windows[id] && beginsEarlier(base.conversations[id], historyFromSeq)).map(({ id }) => id);
  const isKnown = (/** @type {string} */ id) => Boolean(base.conversations[id]) && !widened.includes(id);
  const listed = putConversations(widened.reduce(dropWindow, base), told);
  const withMessages = Object.entries(answer.messages || {}).reduce((next, [id, messages]) => addChanged(next, id, messages, isKnown(id)), listed);
  const pointed = Object.entries(answer.pointers || {}).reduce((next, [id, pointers]) => movePointers(next, id, pointers), withMessages);
  const positioned = Object.entries(answer.positions || {}).reduce(positionIs, pointed);
  const touched = new Set([...Object.keys(answer.messages || {}), ...Object.keys(answer.pointers || {}), ...(answer.conversations || []).map(({ id }) => id)]);
  const reached = [...touched].reduce((next, id) => refreshReach(withoutHidden(next, id), id, base.conversations[id]), positioned);
  const removed = (answer.removed || []).reduce(dropConversation, reached);
  return typeof answer.unreadCount === 'number' ? { ...removed, unreadCount: answer.unreadCount } : removed;
}

/**
 * Another epoch is another history: what we hold of it is thrown away, but not what we have yet to send.
 *
 * @param {State} state
 * @param {string | undefined | null} epoch
 * @returns {State}
 */
export function epochIs(state, epoch) {
  if (!epoch || epoch === state.epoch) return state;
  if (state.epoch === null) return { ...state, epoch };
  const lists = Object.fromEntries(Object.keys(state.lists).map((tab) => [tab, emptyList()]));
  return { ...state, epoch, lists, conversations: {}, positions: {}, windows: {}, typing: {} };
}

/** @param {State} state @param {string} id @param {readonly Message[]} messages by version @param {boolean} wasKnown @returns {State} */
function addChanged(state, id, messages, wasKnown) {
  const settled = messages.reduce((next, { clientNonce }) => (clientNonce ? settlePending(next, id, clientNonce) : next), state);
  if (settled.windows[id]) return messages.reduce((next, message) => putMessage(next, { ...message, conversationId: id }), settled);
  const conversation = settled.conversations[id];
  if (wasKnown || !conversation || messages.length === 0) return settled;
  const first = Math.min(...messages.map(({ seq }) => seq));
  const page = { rows: messages, hasOlder: first > Math.max(1, conversation.historyFromSeq || 1), hasNewer: false };
  return { ...settled, windows: { ...settled.windows, [id]: windowOf(settled, id, page) } };
}

/** Events that came while the answer was on its way know better. @param {State} state @param {import('../types.js').Conversation} told */
function isOvertaken(state, { id, version, privateVersion }) {
  const held = state.positions[id];
  return Boolean(held && state.conversations[id]) && (version < held.version || privateVersion < held.privateVersion);
}

/** @param {State} state @param {[string, import('../types.js').Position]} told @returns {State} */
function positionIs(state, [id, told]) {
  const held = state.positions[id];
  const isLate = held && state.conversations[id] && (told.version < held.version || told.privateVersion < held.privateVersion);
  const position = isLate ? { ...held, pointerSum: Math.max(held.pointerSum, told.pointerSum) } : told;
  const known = { ...state, positions: { ...state.positions, [id]: position } };
  return movePosition(known, id, position);
}

/** What we hold is too short, and comes anew. @param {State} state @param {string} id @returns {State} */
function dropWindow(state, id) {
  return { ...state, windows: without(state.windows, id) };
}

/** Messages below `historyFromSeq` are no longer ours to see. @param {State} state @param {string} id @returns {State} */
function withoutHidden(state, id) {
  const conversation = state.conversations[id];
  const window = state.windows[id];
  if (!conversation || !window) return state;
  const first = conversation.historyFromSeq || 0;
  if (window.rows.every((row) => row.seq >= first)) return state;
  const rows = window.rows.filter((row) => row.seq >= first);
  return { ...state, windows: { ...state.windows, [id]: { ...window, rows, hasOlder: false } } };
}
