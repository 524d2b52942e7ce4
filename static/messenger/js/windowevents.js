/**
 * What happened, told to the page as `CustomEvent`s on `window`: once for each thing, however it came.
 *
 * Consumers hear after the store has changed. One that throws stops nothing: `dispatchEvent` reports it and goes on.
 */

/** @typedef {import('./types.js').ServerEvent} ServerEvent */
/** @typedef {import('./types.js').EventData} EventData */
/** @typedef {import('./types.js').State} State */
/** @typedef {'live' | 'sync'} Source */

const REMEMBERED = 5000;
const PREFIX = 'messenger:v4:';

/** @type {Record<string, readonly string[]>} */
const WINDOW_NAMES = {
  [`${PREFIX}message`]: ['messenger:v4:message', 'messenger:new-message'],
  [`${PREFIX}typing`]: ['messenger:typing'],
  [`${PREFIX}conversation-created`]: ['messenger:new-conversation'],
  [`${PREFIX}conversation-updated`]: ['messenger:conversation-updated'],
  [`${PREFIX}message-edited`]: ['messenger:message-edited'],
  [`${PREFIX}message-deleted`]: ['messenger:message-deleted'],
  [`${PREFIX}reaction`]: ['messenger:reaction-updated'],
  [`${PREFIX}read`]: ['messenger:conversation-read'],
  [`${PREFIX}presence`]: ['messenger:presence'],
  [`${PREFIX}conversation-deleted`]: ['messenger:conversation-deleted'],
  [`${PREFIX}delivered`]: ['messenger:delivered'],
  [`${PREFIX}unread`]: ['messenger:unread-count', 'unreadCountUpdated'],
  [`${PREFIX}notification`]: ['messenger:notification'],
};

/** What makes two tellings the same thing; null where each is its own. @param {ServerEvent} told @returns {string | null} */
export function keyOf({ event, data }) {
  const id = data.message ? data.message.id : data.messageId;
  switch (event.slice(PREFIX.length)) {
    case 'message':
      return `new:${id}`;
    case 'message-edited':
      return `edited:${id}:${data.editedAt || (data.message && data.message.editedAt) || data.version}`;
    case 'message-deleted':
      return `deleted:${id}:${data.deletedAt || data.version}`;
    case 'reaction':
      return `reaction:${id}:${data.version}`;
    case 'conversation-updated':
      return data.version === undefined && data.privateVersion === undefined ? null : `updated:${data.conversationId}:${data.version}:${data.privateVersion}`;
    case 'read':
      return `read:${data.conversationId}:${data.userId}:${data.lastReadSeq}`;
    case 'delivered':
      return `delivered:${data.conversationId}:${data.userId}:${data.upToSeq}`;
    case 'conversation-created':
      return data.conversation ? `created:${data.conversation.id}` : null;
    default:
      return null;
  }
}

/** Those whose key says exactly what happened, so that a repeat by number may still be news. */
const TOLD_EVEN_IF_REPEATED = ['message', 'message-edited', 'message-deleted'].map((name) => PREFIX + name);

/**
 * @param {object} parts
 * @param {EventTarget} parts.target the window
 * @param {() => State} parts.getState
 */
export function createWindowEvents({ target, getState }) {
  /** @type {Set<string>} */
  const told = new Set();

  /** @param {string} key @returns {boolean} whether it was new */
  const remember = (key) => {
    if (told.has(key)) return false;
    told.add(key);
    if (told.size > REMEMBERED) told.delete(/** @type {string} */ (told.values().next().value));
    return true;
  };

  /** @param {string} name @param {object} detail */
  const emit = (name, detail) => {
    target.dispatchEvent(new CustomEvent(name, { detail }));
  };

  return {
    emit,
    /**
     * @param {ServerEvent} happened
     * @param {Source} source
     * @param {{isRepeat?: boolean}} [options] its number was known already
     * @returns {boolean} whether listeners were told
     */
    announce(happened, source, { isRepeat = false } = {}) {
      const names = WINDOW_NAMES[happened.event];
      if (!names || isNothing(happened) || isOwnTyping(happened, getState())) return false;
      if (isRepeat && !TOLD_EVEN_IF_REPEATED.includes(happened.event)) return false;
      const key = keyOf(happened);
      if (key !== null && !remember(key)) return false;
      const detail = { ...detailOf(happened, getState()), source };
      for (const name of names) emit(name, detail);
      return true;
    },
  };
}

/** A number without a change: it fills the place of something we may not see. @param {ServerEvent} told */
function isNothing({ event, data }) {
  return event === `${PREFIX}conversation-updated` && !data.conversation && Object.keys(data.updates || {}).length === 0;
}

/** @param {ServerEvent} told @param {State} state */
function isOwnTyping({ event, data }, { user }) {
  return event === `${PREFIX}typing` && user !== null && data.userId === user.id;
}

/** @param {ServerEvent} told @param {State} state @returns {Record<string, unknown>} */
function detailOf({ event, data }, state) {
  const copy = JSON.parse(JSON.stringify(data));
  switch (event.slice(PREFIX.length)) {
    case 'conversation-updated': {
      const conversation = state.conversations[data.conversationId || ''];
      return { ...copy, conversation: conversation ? JSON.parse(JSON.stringify(conversation)) : copy.conversation, updates: copy.updates || {} };
    }
    case 'presence':
      return { ...copy, status: data.status || data.state, state: data.state || data.status, lastSeen: data.lastSeen || null };
    case 'unread':
      return { ...copy, count: data.unreadCount };
    case 'notification':
      return { ...copy, ...notificationParts(copy.notification || {}) };
    default:
      return copy;
  }
}

/** @param {Record<string, any>} notification */
function notificationParts(notification) {
  const extra = notification.data || {};
  return { conversationId: notification.conversationId || extra.conversationId || null, message: extra.message || notification.message || null, sender: extra.sender || null };
}
