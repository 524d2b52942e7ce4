/** `window.messengerDebug`, on pages whose boot data asks for it: what tests look at. */
import { listenerCount } from './listen.js';
import { socketCount } from './socket.js';

/**
 * @param {Window & typeof globalThis} page
 * @param {{store: import('./store.js').Store, clock: import('./clock.js').Clock}} parts
 */
export function exposeDebug(page, { store, clock }) {
  const debug = {
    /** What we hold, in the shape of a sync answer; messages without `updatedAt`, which not every event tells. @param {string} [conversationId] */
    snapshot(conversationId) {
      const { conversations, windows, positions, epoch, unreadCount } = store.getState();
      const ids = conversationId === undefined ? Object.keys(conversations) : [conversationId].filter((id) => conversations[id]);
      return JSON.parse(
        JSON.stringify({
          epoch,
          unreadCount,
          conversations: ids.map((id) => conversations[id]),
          messages: Object.fromEntries(ids.filter((id) => windows[id]).map((id) => [id, windows[id].rows.map(({ updatedAt: _untold, ...row }) => row)])),
          pointers: Object.fromEntries(ids.map((id) => [id, pointersIn(conversations[id])])),
          positions: Object.fromEntries(ids.map((id) => [id, positions[id]])),
        }),
      );
    },
    counts: () => ({
      sockets: socketCount(),
      timers: clock.count(),
      listeners: listenerCount(),
      rows: page.document.querySelectorAll('.messenger-v4__message').length,
    }),
    mode: () => store.getState().connection.mode,
  };
  Object.defineProperty(page, 'messengerDebug', { value: debug, configurable: true });
}

/** @param {import('./types.js').Conversation} conversation */
function pointersIn({ participants }) {
  return Object.fromEntries(participants.map(({ userId, lastReadSeq = 0, lastReadAt = null, lastDeliveredSeq = 0 }) => [userId, { lastReadSeq, lastReadAt, lastDeliveredSeq }]));
}
