/**
 * Typing, both ways. Ours: `true` at most once a second while the text changes, `false` 3 s after the last key, on
 * sending, clearing and leaving. Others': gone after 4 s without news.
 */

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./store.js').Store} Store */

const OTHERS_END_AFTER_MS = 4000;

/**
 * @param {object} parts
 * @param {Clock} parts.clock
 * @param {Store} parts.store
 * @param {(conversationId: string, isTyping: boolean) => void} parts.say
 */
export function createTyping({ clock, store, say }) {
  /** @type {{id: string, saidAt: number, timer: number} | null} */
  let own = null;
  /** @type {Map<string, number>} */
  const others = new Map();

  const stop = () => {
    if (!own) return;
    clock.cancel(own.timer);
    const { id } = own;
    own = null;
    say(id, false);
  };

  return {
    /** The text in the composer changed. @param {string} id */
    typingIn(id) {
      const { typingEveryMs, typingStopMs } = store.getState().limits;
      if (own && own.id !== id) stop();
      const saidAt = own ? own.saidAt : Number.NEGATIVE_INFINITY;
      if (own) clock.cancel(own.timer);
      const isDue = clock.now() - saidAt >= typingEveryMs;
      own = { id, saidAt: isDue ? clock.now() : saidAt, timer: clock.after(stop, typingStopMs) };
      if (isDue) say(id, true);
    },

    /** @param {string} [id] this conversation's alone */
    stopTyping(id) {
      if (own && (id === undefined || own.id === id)) stop();
    },

    /** @param {import('./types.js').EventData} data of a typing event that the store has taken in */
    heard({ conversationId = '', userId = '', isTyping }) {
      const key = `${conversationId}:${userId}`;
      clock.cancel(others.get(key));
      others.delete(key);
      if (!isTyping) return;
      const end = () => {
        others.delete(key);
        store.dispatch({ type: 'typing', conversationId, userId, isTyping: false, now: clock.now() });
      };
      others.set(key, clock.after(end, OTHERS_END_AFTER_MS));
    },

    /** Nobody knows any more: the connection is gone. */
    forgetOthers() {
      for (const timer of others.values()) clock.cancel(timer);
      others.clear();
      for (const [conversationId, typists] of Object.entries(store.getState().typing)) {
        for (const userId of Object.keys(typists)) store.dispatch({ type: 'typing', conversationId, userId, isTyping: false, now: clock.now() });
      }
    },
  };
}
