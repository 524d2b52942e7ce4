/** What a person does to messages and conversations: shown at once, asked of the server, taken back when refused. */
import { asApiError } from './errors.js';
import { newNonce } from './nonces.js';
import { tombstone } from './state/messages.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Conversation} Conversation */
/** @typedef {import('./socket.js').Link} Link */

const OWN_FLAGS = ['isPinned', 'isMuted', 'mutedUntil', 'isArchived'];

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {import('./api.js').MessengerAPI} parts.api
 * @param {() => Link | null} parts.link
 */
export function createChanging({ store, api, link }) {
  /** @type {Map<string, Promise<unknown>>} the last change of each message: they go out in order */
  const lastOf = new Map();
  /** @type {Map<string, string>} the nonces of conversations that may have been opened, by what was asked */
  const unanswered = new Map();

  /** Over the socket; without an answer, by REST: what is asked here is safe to repeat. @param {string} event @param {object} data @param {() => Promise<any>} byRest */
  const exchange = async (event, data, byRest) => {
    const live = link();
    if (!live) return byRest();
    try {
      return await live.request(event, data);
    } catch (error) {
      if (asApiError(error).status !== 0) throw error;
      return byRest();
    }
  };

  /** @param {string} id @param {() => Promise<any>} run */
  const inTurn = (id, run) => {
    const mine = (lastOf.get(id) || Promise.resolve()).catch(() => {}).then(run);
    lastOf.set(id, mine);
    return mine.finally(() => {
      if (lastOf.get(id) === mine) lastOf.delete(id);
    });
  };

  /**
   * Show a guess, ask, then show what the server says; on refusal the row is as before.
   *
   * @param {Message} message
   * @param {(row: Message) => Message} guess
   * @param {() => Promise<{message?: Message}>} ask
   */
  const changeMessage = async (message, guess, ask) => {
    const { conversationId, id: messageId } = message;
    /** @type {Message | null} */
    let before = null;
    /** @type {Message | null} */
    let guessed = null;
    const change = (/** @type {Message} */ row) => {
      before = row;
      guessed = guess(row);
      return guessed;
    };
    store.dispatch({ type: 'messageGuessed', conversationId, messageId, change });
    try {
      const answer = await inTurn(messageId, ask);
      if (answer.message) store.dispatch({ type: 'messageTold', message: { ...answer.message, conversationId } });
      return answer.message || null;
    } catch (error) {
      const back = (/** @type {Message} */ row) => (row === guessed && before ? before : row);
      store.dispatch({ type: 'messageGuessed', conversationId, messageId, change: back });
      throw error;
    }
  };

  return {
    exchange,

    /** @param {Message} message @param {string} content */
    edit(message, content) {
      const data = { messageId: message.id, content };
      return changeMessage(message, (row) => ({ ...row, content, isEdited: true }), () => exchange('messenger:v4:edit', data, () => api.editMessage(message.id, content)));
    },

    /** @param {Message} message */
    remove(message) {
      const data = { messageId: message.id };
      return changeMessage(message, (row) => tombstone(row, undefined, row.version), () => exchange('messenger:v4:delete', data, () => api.deleteMessage(message.id)));
    },

    /** Within 30 s of deleting. @param {Message} message */
    async restore(message) {
      const answer = await api.restoreMessage(message.conversationId, message.id);
      if (answer.message) store.dispatch({ type: 'messageTold', message: answer.message });
      return answer.message || null;
    },

    /** @param {Message} message @param {string} emoji @param {boolean} [on] the opposite of now where absent */
    react(message, emoji, on) {
      const { user, windows } = store.getState();
      const me = user ? user.id : '';
      const window = windows[message.conversationId];
      const row = (window && window.rows.find(({ id }) => id === message.id)) || message;
      const wants = on === undefined ? !row.reactions.some((reaction) => reaction.userId === me && reaction.emoji === emoji) : on;
      const data = { messageId: message.id, emoji, on: wants };
      const guess = (/** @type {Message} */ known) => withReaction(known, emoji, me, user ? user.displayName : '', wants);
      return changeMessage(message, guess, () => exchange('messenger:v4:react', data, () => api.toggleReaction(message.id, emoji, wants)));
    },

    /** PATCH. @param {string} id @param {Record<string, unknown>} changes @returns {Promise<Conversation>} */
    async update(id, changes) {
      const known = store.getState().conversations[id];
      const own = Object.fromEntries(Object.entries(changes).filter(([name]) => OWN_FLAGS.includes(name)));
      if (known && Object.keys(own).length) store.dispatch({ type: 'ownChanged', id, updates: own });
      try {
        const { conversation } = await api.updateConversation(id, changes);
        store.dispatch({ type: 'conversations', conversations: [conversation] });
        return conversation;
      } catch (error) {
        const before = known && Object.fromEntries(Object.keys(own).map((name) => [name, known[/** @type {keyof Conversation} */ (name)]]));
        if (before && Object.keys(own).length) store.dispatch({ type: 'ownChanged', id, updates: before });
        throw error;
      }
    },

    /** Hide it for oneself. @param {string} id */
    async deleteConversation(id) {
      await api.deleteConversation(id);
      store.dispatch({ type: 'dropped', id });
    },

    /**
     * Asked again for the same after no answer, it is the same conversation, and the same first message.
     *
     * @param {Parameters<import('./api.js').MessengerAPI['createConversation']>[0]} input
     * @returns {Promise<{conversation: Conversation, isExisting: boolean, message: Message | null}>}
     */
    async createConversation(input) {
      const asked = JSON.stringify(input);
      const clientNonce = unanswered.get(asked) || newNonce();
      unanswered.set(asked, clientNonce);
      try {
        const { conversation, isExisting, message } = await api.createConversation({ ...input, clientNonce });
        unanswered.delete(asked);
        store.dispatch({ type: 'conversations', conversations: [conversation] });
        return { conversation, isExisting: Boolean(isExisting), message: message || null };
      } catch (error) {
        if (!asApiError(error).isTransient) unanswered.delete(asked);
        throw error;
      }
    },
  };
}

/** @param {Message} message @param {string} emoji @param {string} userId @param {string} userName @param {boolean} on @returns {Message} */
function withReaction(message, emoji, userId, userName, on) {
  const others = message.reactions.filter((reaction) => !(reaction.userId === userId && reaction.emoji === emoji));
  const reactions = on ? [...others, { emoji, userId, userName }] : others;
  const emojis = [...new Set([...message.reactionSummary.map((entry) => entry.emoji), emoji])];
  const reactionSummary = emojis
    .map((each) => {
      const users = reactions.filter((reaction) => reaction.emoji === each).map((reaction) => reaction.userId);
      return { emoji: each, count: users.length, users: users.slice(0, 20), reacted: users.includes(userId) };
    })
    .filter(({ count }) => count > 0);
  return { ...message, reactions, reactionSummary };
}
