/** Our own messages on their way out. Pure. */
import { changeConversation, without, withNewest } from './conversations.js';
import { putMessage } from './messages.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Pending} Pending */
/** @typedef {import('../types.js').Message} Message */

/** Draw a row that waits for its acknowledgement; one nonce, one row. @param {State} state @param {Pending} pending @returns {State} */
export function putPending(state, pending) {
  const id = pending.conversationId;
  const rows = state.pending[id] || [];
  if (rows.some((row) => row.clientNonce === pending.clientNonce)) return state;
  const window = state.windows[id];
  if (window && window.rows.some((row) => row.clientNonce === pending.clientNonce)) return state;
  const inOrder = [...rows, pending].sort((a, b) => (a.createdAt < b.createdAt ? -1 : Number(a.createdAt > b.createdAt)));
  return { ...state, pending: { ...state.pending, [id]: inOrder } };
}

/** @param {State} state @param {string} clientNonce @param {Partial<Pending>} changes @returns {State} */
export function changePending(state, clientNonce, changes) {
  const id = Object.keys(state.pending).find((key) => state.pending[key].some((row) => row.clientNonce === clientNonce));
  if (id === undefined) return state;
  const rows = state.pending[id].map((row) => (row.clientNonce === clientNonce ? { ...row, ...changes } : row));
  return { ...state, pending: { ...state.pending, [id]: rows } };
}

/** The row has met its message, or was discarded. @param {State} state @param {string} id @param {string} clientNonce @returns {State} */
export function settlePending(state, id, clientNonce) {
  const rows = state.pending[id];
  if (!rows || !rows.some((row) => row.clientNonce === clientNonce)) return state;
  const rest = rows.filter((row) => row.clientNonce !== clientNonce);
  return { ...state, pending: rest.length ? { ...state.pending, [id]: rest } : without(state.pending, id) };
}

/**
 * The server's word for a message of ours: it takes the pending row's place. The conversation's version is left to the
 * event, which may come before or after.
 *
 * @param {State} state
 * @param {Message} message
 * @param {string} clientNonce
 * @returns {State}
 */
export function acknowledged(state, message, clientNonce) {
  const own = { ...message, clientNonce };
  const settled = settlePending(state, message.conversationId, clientNonce);
  return changeConversation(putMessage(settled, own), message.conversationId, (known) => (message.seq > known.lastSeq ? withNewest(known, own) : known));
}
