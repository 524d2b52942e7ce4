/**
 * Classic script: `window.MessengerState`, a holder of what one view shows. It asks nobody; `MessengerSocket` keeps it
 * up to date from the page's one store.
 */
(function () {
  'use strict';
  const page = /** @type {any} */ (window);
  if (page.MessengerState) return;

  /** @typedef {Record<string, any>} Item */
  /** @param {Item} item @returns {string} */
  const idOf = (item) => String(item.id || item._id || '');
  /** @param {Item} a @param {Item} b */
  const isSame = (a, b) => (idOf(a) !== '' && idOf(a) === idOf(b)) || (Boolean(a.clientNonce) && a.clientNonce === b.clientNonce);
  /** @param {Item} a @param {Item} b pending ones have no `seq` and stay last */
  const bySeq = (a, b) => (a.seq || Number.MAX_SAFE_INTEGER) - (b.seq || Number.MAX_SAFE_INTEGER);

  class MessengerState {
    constructor() {
      /** @type {Map<string, Set<(detail: any) => void>>} */
      this._listeners = new Map();
      /** @type {Item | null} */
      this.currentUser = null;
      /** @type {Item[]} */
      this.conversations = [];
      /** @type {string | null} */
      this.activeConversationId = null;
      /** @type {Map<string, Item[]>} */
      this.messages = new Map();
      /** @type {Map<string, Map<string, string>>} */
      this.typingUsers = new Map();
      /** @type {Map<string, Item>} */
      this.presenceMap = new Map();
      this.unreadCount = 0;
      /** @type {Item} */
      this.filters = { tab: 'all', search: '' };
    }

    /** @param {Item | null} user */
    setCurrentUser(user) {
      this.currentUser = user;
      this.emit('userChanged', user);
    }

    /** @param {Item[]} conversations */
    setConversations(conversations) {
      this.conversations = [...conversations];
      this.emit('conversationsChanged', this.conversations);
    }

    /** @param {string} id @param {Item} changes */
    updateConversation(id, changes) {
      this.conversations = this.conversations.map((known) => (idOf(known) === String(id) ? { ...known, ...changes } : known));
      this.emit('conversationsChanged', this.conversations);
    }

    /** @param {Item} conversation one that is known is replaced */
    addConversation(conversation) {
      this.conversations = [conversation, ...this.conversations.filter((known) => !isSame(known, conversation))];
      this.emit('conversationsChanged', this.conversations);
    }

    /** @param {string | null} id */
    setActiveConversation(id) {
      this.activeConversationId = id === null || id === undefined ? null : String(id);
      this.emit('activeConversationChanged', this.activeConversationId);
    }

    getActiveConversation() {
      return this.conversations.find((known) => idOf(known) === this.activeConversationId) || null;
    }

    /** @param {string} id @param {Item[]} messages */
    setMessages(id, messages) {
      this.messages.set(String(id), [...messages].sort(bySeq));
      this.emit('messagesChanged', { conversationId: String(id), messages: this.getMessages(id) });
    }

    /** One id or one nonce, one row. @param {string} id @param {Item} message */
    addMessage(id, message) {
      const known = this.getMessages(id);
      const isKnown = known.some((row) => isSame(row, message));
      this.messages.set(String(id), [...known.filter((row) => !isSame(row, message)), message].sort(bySeq));
      this.emit(isKnown ? 'messageUpdated' : 'messageAdded', { conversationId: String(id), message });
    }

    /** @param {string} id @param {Item[]} older */
    prependMessages(id, older) {
      const known = this.getMessages(id);
      const fresh = older.filter((message) => !known.some((row) => isSame(row, message)));
      this.messages.set(String(id), [...fresh, ...known].sort(bySeq));
      this.emit('messagesChanged', { conversationId: String(id), messages: this.getMessages(id) });
    }

    /** @param {string} id @returns {Item[]} */
    getMessages(id) {
      return this.messages.get(String(id)) || [];
    }

    /** @param {string} id @param {string} messageId @param {Item} changes */
    updateMessage(id, messageId, changes) {
      const known = this.getMessages(id).find((row) => idOf(row) === String(messageId));
      if (!known) return;
      const message = { ...known, ...changes };
      this.messages.set(String(id), this.getMessages(id).map((row) => (row === known ? message : row)));
      this.emit('messageUpdated', { conversationId: String(id), message });
    }

    /** The row stays, without its content. @param {string} id @param {string} messageId */
    deleteMessage(id, messageId) {
      const gone = { content: '', attachments: [], reactions: [], reactionSummary: [], isDeleted: true };
      this.messages.set(String(id), this.getMessages(id).map((row) => (idOf(row) === String(messageId) ? { ...row, ...gone } : row)));
      this.emit('messageDeleted', { conversationId: String(id), messageId: String(messageId) });
    }

    /** @param {string} id @param {string} messageId @param {Item[]} reactions @param {Item[]} [reactionSummary] */
    updateReaction(id, messageId, reactions, reactionSummary) {
      this.updateMessage(id, messageId, reactionSummary ? { reactions, reactionSummary } : { reactions });
    }

    /** @param {string} id @param {string} userId @param {boolean} isTyping @param {string} [userName] */
    setTyping(id, userId, isTyping, userName = '') {
      const typists = this.typingUsers.get(String(id)) || new Map();
      if (isTyping) typists.set(String(userId), userName);
      else typists.delete(String(userId));
      this.typingUsers.set(String(id), typists);
      this.emit('typingChanged', { conversationId: String(id), users: this.getTypingUsers(id) });
    }

    /** @param {string} id @returns {{userId: string, userName: string}[]} */
    getTypingUsers(id) {
      return Array.from(this.typingUsers.get(String(id)) || [], ([userId, userName]) => ({ userId, userName }));
    }

    /** @param {string} userId @param {string | Item} presence a status, or an object with one */
    setPresence(userId, presence) {
      const told = typeof presence === 'string' ? { status: presence, lastSeen: null } : presence;
      this.presenceMap.set(String(userId), told);
      this.emit('presenceChanged', { userId: String(userId), ...told });
    }

    /** @param {string} userId @returns {Item} */
    getPresence(userId) {
      return this.presenceMap.get(String(userId)) || { status: 'offline', lastSeen: null };
    }

    /** @param {number} count */
    setUnreadCount(count) {
      this.unreadCount = count;
      this.emit('unreadCountChanged', count);
    }

    /** @param {string} name @param {unknown} value */
    setFilter(name, value) {
      this.filters = { ...this.filters, [name]: value };
      this.emit('filterChanged', this.filters);
    }

    /** @returns {Item[]} */
    getFilteredConversations() {
      const { tab, search, unreadOnly, pinned, archived } = this.filters;
      const words = String(search || '').trim().toLowerCase();
      return this.conversations.filter((known) => {
        if (Boolean(known.isArchived) !== Boolean(archived || tab === 'archived')) return false;
        if ((unreadOnly || tab === 'unread') && !(known.unreadCount > 0 || known.markedUnread)) return false;
        if ((pinned || tab === 'pinned') && !known.isPinned) return false;
        return !words || namesIn(known).some((name) => name.toLowerCase().includes(words));
      });
    }

    /** @param {string} event @param {(detail: any) => void} listener @returns {() => void} unsubscribes */
    on(event, listener) {
      const listeners = this._listeners.get(event) || new Set();
      listeners.add(listener);
      this._listeners.set(event, listeners);
      return () => this.off(event, listener);
    }

    /** @param {string} event @param {(detail: any) => void} listener */
    off(event, listener) {
      const listeners = this._listeners.get(event);
      if (listeners) listeners.delete(listener);
    }

    /** One listener that throws stops no other. @param {string} event @param {any} [detail] */
    emit(event, detail) {
      for (const listener of Array.from(this._listeners.get(event) || [])) {
        try {
          listener(detail);
        } catch (error) {
          setTimeout(() => {
            throw error;
          });
        }
      }
    }

    /** What it holds, not who listens. */
    clear() {
      const { currentUser, conversations, activeConversationId, messages, typingUsers, presenceMap, unreadCount, filters } = new MessengerState();
      Object.assign(this, { currentUser, conversations, activeConversationId, messages, typingUsers, presenceMap, unreadCount, filters });
      this.emit('userChanged', null);
      this.emit('conversationsChanged', []);
      this.emit('unreadCountChanged', 0);
    }
  }

  /** @param {Item} conversation @returns {string[]} */
  function namesIn({ title, participants = [], context }) {
    const names = participants.map((/** @type {Item} */ seat) => seat.displayName);
    return [title, context && (context.referenceTitle || context.title), ...names].filter((name) => typeof name === 'string');
  }

  page.MessengerState = MessengerState;
})();
