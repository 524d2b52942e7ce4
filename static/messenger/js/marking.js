/** Read, unread and delivered marks of the person in front of this page. */
import { createPointer } from './reading.js';

/** @typedef {import('./types.js').Conversation} Conversation */

/**
 * @param {object} parts
 * @param {import('./clock.js').Clock} parts.clock
 * @param {import('./store.js').Store} parts.store
 * @param {import('./api.js').MessengerAPI} parts.api
 * @param {ReturnType<typeof import('./changing.js').createChanging>} parts.changing
 * @param {(event: string, data: object) => boolean} parts.say
 * @param {(id: string) => Promise<void>} parts.heal
 */
export function createMarking({ clock, store, api, changing, say, heal }) {
  const read = createPointer(clock, (id, upTo) => void tellRead(id, upTo));
  const delivered = createPointer(clock, (id, upTo) => {
    if (!say('messenger:v4:delivered', { conversationId: id, upToSeq: upTo })) delivered.takeBack(id);
  });

  /** @param {string} id @param {number} upToSeq */
  const tellRead = async (id, upToSeq) => {
    try {
      const answer = await changing.exchange('messenger:v4:read', { conversationId: id, upToSeq }, () => api.markAsRead(id, upToSeq));
      if (typeof answer.unreadCount === 'number') store.dispatch({ type: 'ownChanged', id, updates: { unreadCount: answer.unreadCount } });
    } catch (thrown) {
      const { isTransient } = /** @type {import('./errors.js').ApiError} */ (thrown);
      if (isTransient) read.takeBack(id);
      else await heal(id).catch(() => {});
    }
  };

  /** What the list shows until the server has answered. @param {Conversation} conversation @param {number} upToSeq */
  const guess = (conversation, upToSeq) => {
    const { id, lastSeq, unreadCount, isMuted, isArchived } = conversation;
    const isAll = upToSeq >= lastSeq;
    const updates = { lastReadSeq: Math.max(conversation.lastReadSeq || 0, upToSeq), markedUnread: false, ...(isAll ? { unreadCount: 0 } : {}) };
    store.dispatch({ type: 'ownChanged', id, updates });
    if (isAll && !isMuted && !isArchived) store.dispatch({ type: 'unread', unreadCount: Math.max(0, store.getState().unreadCount - unreadCount) });
  };

  return {
    /** At most one request a second and conversation; never moves back. @param {string} id @param {number} [upToSeq] all where absent */
    markRead(id, upToSeq) {
      const conversation = store.getState().conversations[id];
      if (!conversation) return;
      const upTo = upToSeq === undefined ? conversation.lastSeq : Math.min(upToSeq, conversation.lastSeq);
      const isNews = upTo > (conversation.lastReadSeq || 0) || Boolean(conversation.markedUnread) || (conversation.unreadCount > 0 && upTo >= conversation.lastSeq);
      if (!isNews) return;
      if (conversation.markedUnread) read.forget(id);
      guess(conversation, upTo);
      read.move(id, upTo);
    },

    /** @param {string} id */
    markUnread(id) {
      read.forget(id);
      return changing.update(id, { markUnread: true });
    },

    /** A message of somebody else is here. @param {string} id @param {number} seq */
    delivered: (id, seq) => delivered.move(id, seq),

    /** After catching up: everything others wrote is here. */
    deliverAll() {
      const { conversations, user } = store.getState();
      for (const { id, lastMessage, lastSeq, participants } of Object.values(conversations)) {
        const seat = participants.find(({ userId }) => user && userId === user.id);
        const isOthers = Boolean(lastMessage && user && lastMessage.senderId !== user.id);
        if (seat && isOthers && typeof seat.lastDeliveredSeq === 'number' && seat.lastDeliveredSeq < lastSeq) delivered.move(id, lastSeq);
      }
    },
    retry() {
      read.retryAll();
      delivered.retryAll();
    },
    clear() {
      read.clear();
      delivered.clear();
    },
  };
}
