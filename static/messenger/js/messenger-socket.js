/** `MessengerSocket`: the page's one connection, as host pages know it. Keeps a `MessengerState` up to date. */
import { readBoot } from './boot.js';
import { getEngine } from './engine.js';
import { listen } from './listen.js';
import { listed } from './selectors.js';

/** @typedef {import('./types.js').State} State */

export class MessengerSocket {
  /** @param {any} [state] a `MessengerState` */
  constructor(state = null) {
    this.state = state;
    this._engine = getEngine();
    /** @type {AbortController | null} */
    this._mirroring = null;
  }

  /**
   * Start the shared connection, or join it.
   *
   * @param {string} [userId] another than the session's is ignored
   * @returns {Promise<boolean>} whether somebody is signed in
   */
  async connect(userId) {
    void userId;
    const user = await this._engine.start(readBoot());
    if (!user || this._mirroring) return Boolean(user);
    this._mirroring = new AbortController();
    if (this.state) mirror(this._engine, this.state, this._mirroring.signal);
    return true;
  }

  /** Others on the page go on. */
  disconnect() {
    if (this._mirroring) this._mirroring.abort();
    this._mirroring = null;
  }

  isSocketConnected() {
    return this._mirroring !== null && ['websocket', 'polling', 'catching-up'].includes(this._engine.mode());
  }

  /** Which conversation is on screen. @param {string} id */
  joinConversation(id) {
    return this._engine.say('messenger:v4:join-conversation', { conversationId: String(id) });
  }

  /** @param {string} id */
  leaveConversation(id) {
    return this._engine.say('messenger:v4:leave-conversation', { conversationId: String(id) });
  }

  /** @param {string} id @param {boolean} isTyping @param {string} [userName] the server knows it already */
  sendTyping(id, isTyping, userName) {
    void userName;
    if (isTyping) this._engine.typingIn(String(id));
    else this._engine.stopTyping(String(id));
  }
}

/**
 * @param {import('./engine.js').Engine} engine
 * @param {any} state
 * @param {AbortSignal} signal
 */
function mirror({ store }, state, signal) {
  const options = { signal };
  store.select((held) => held.user, (user) => state.setCurrentUser(user), options);
  store.select((held) => held.unreadCount, (count) => state.setUnreadCount(count), options);
  store.select(
    (held) => listed(held, 'all'),
    (conversations) => conversations.length > 0 && state.setConversations([...conversations, ...listed(store.getState(), 'archived')]),
    options,
  );
  /** @param {string} name @param {(detail: any) => void} take */
  const hear = (name, take) => listen(window, name, ({ detail }) => take(detail), signal);
  hear('messenger:new-message', ({ conversationId, message }) => state.addMessage(conversationId, message));
  hear('messenger:message-edited', ({ conversationId, messageId, message }) => state.updateMessage(conversationId, messageId, message || {}));
  hear('messenger:message-deleted', ({ conversationId, messageId }) => state.deleteMessage(conversationId, messageId));
  hear('messenger:reaction-updated', ({ conversationId, messageId, reactions, reactionSummary }) => state.updateReaction(conversationId, messageId, reactions, reactionSummary));
  hear('messenger:typing', ({ conversationId, userId, isTyping, userName }) => state.setTyping(conversationId, userId, isTyping, userName));
  hear('messenger:presence', ({ userId, status, lastSeen }) => state.setPresence(userId, { status, lastSeen }));
  store.select((held) => held.typing, (typing, before) => endTyping(state, typing, before || {}), options);
}

/** Typing that ended without an event: by time, or by the message. @param {any} state @param {State['typing']} typing @param {State['typing']} before */
function endTyping(state, typing, before) {
  for (const [id, typists] of Object.entries(before)) {
    for (const userId of Object.keys(typists)) if (!typing[id] || !typing[id][userId]) state.setTyping(id, userId, false);
  }
}
