/**
 * What socket events do to the state. Pure.
 *
 * `judge` says whether an event's number is the next one; `applyEvent` does what it says without looking at numbers.
 */
import { changeConversation, dropConversation, movePointers, movePosition, offerConversations, withChangedPreview, withNewest, withOwn, withShared } from './conversations.js';
import { changeMessage, completed, putMessage, refreshReach, tombstone } from './messages.js';
import { settlePending } from './pending.js';
import { setPresence, setTyping } from './people.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').EventData} EventData */
/** @typedef {import('../types.js').ServerEvent} ServerEvent */
/** @typedef {import('../types.js').Conversation} Conversation */

const PREFIX = 'messenger:v4:';

/**
 * `next`: apply it; `repeat`: known already; `gap`: something before it is missing; `unknown`: we do not hold its
 * conversation; `free`: it has no number.
 *
 * @param {State} state
 * @param {ServerEvent} event
 * @returns {'next' | 'repeat' | 'gap' | 'unknown' | 'free'}
 */
export function judge(state, { data }) {
  const number = numberOf(data);
  if (!number || !data.conversationId) return 'free';
  const held = state.positions[data.conversationId];
  if (!held || !state.conversations[data.conversationId]) return 'unknown';
  const expected = held[number.name] + 1;
  if (number.value === expected) return 'next';
  return number.value < expected ? 'repeat' : 'gap';
}

/**
 * @param {EventData} data
 * @returns {{name: 'version' | 'privateVersion', value: number} | null}
 */
export function numberOf({ version, privateVersion }) {
  if (typeof version === 'number') return { name: 'version', value: version };
  if (typeof privateVersion === 'number') return { name: 'privateVersion', value: privateVersion };
  return null;
}

/**
 * @param {State} state
 * @param {ServerEvent} event
 * @returns {State}
 */
export function applyEvent(state, event) {
  const { data } = event;
  const changed = applyToConversation(applyToRows(state, event), event);
  const number = numberOf(data);
  return number && data.conversationId ? movePosition(changed, data.conversationId, { [number.name]: number.value }) : changed;
}

/**
 * What an event does to loaded messages: safe to repeat, and never undoes a later one.
 *
 * @param {State} state
 * @param {ServerEvent} event
 * @returns {State}
 */
export function applyToRows(state, { event, data }) {
  const { conversationId = '', messageId = '', version = 0 } = data;
  switch (event) {
    case `${PREFIX}message`:
    case `${PREFIX}message-edited`:
      return data.message ? putMessage(state, { ...data.message, conversationId }) : state;
    case `${PREFIX}message-deleted`:
      return changeMessage(state, conversationId, messageId, (row) => (row.version > version ? row : tombstone(row, data.deletedAt, version)));
    case `${PREFIX}reaction`:
      return changeMessage(state, conversationId, messageId, (row) => {
        if (row.version > version) return row;
        return completed(state, conversationId, { ...row, reactions: data.reactions || row.reactions, reactionSummary: data.reactionSummary || row.reactionSummary, version });
      });
    default:
      return state;
  }
}

/** @type {Record<string, (state: State, data: EventData) => State>} */
const CONVERSATION_CHANGES = {
  [`${PREFIX}message`]: messageCame,
  [`${PREFIX}message-edited`]: (state, data) => onConversation(state, data, (known) => (data.message ? withChangedPreview(known, data.message) : known)),
  [`${PREFIX}message-deleted`]: (state, data) => onConversation(state, data, (known) => withoutPreview(known, data.messageId || '')),
  [`${PREFIX}read`]: (state, data) => pointerMoved(state, data, { lastReadSeq: data.lastReadSeq, lastReadAt: data.readAt }),
  [`${PREFIX}delivered`]: (state, data) => pointerMoved(state, data, { lastDeliveredSeq: data.upToSeq }),
  [`${PREFIX}conversation-created`]: (state, data) => (data.conversation ? offerConversations(state, [data.conversation]) : state),
  [`${PREFIX}conversation-updated`]: conversationUpdated,
  [`${PREFIX}conversation-deleted`]: (state, data) => dropConversation(state, data.conversationId || ''),
  [`${PREFIX}unread`]: unreadTold,
  [`${PREFIX}typing`]: (state, data) => setTyping(state, data),
  [`${PREFIX}presence`]: (state, data) => setPresence(state, data),
};

/** @param {State} state @param {ServerEvent} event @returns {State} */
function applyToConversation(state, { event, data }) {
  const change = CONVERSATION_CHANGES[event];
  return change ? change(state, data) : state;
}

/** @param {State} state @param {EventData} data @param {(known: Conversation) => Conversation} change @returns {State} */
function onConversation(state, data, change) {
  return changeConversation(state, data.conversationId || '', change);
}

/** @param {State} state @param {EventData} data @returns {State} */
function messageCame(state, data) {
  const { message, conversationId = '' } = data;
  if (!message) return state;
  const listed = onConversation(state, data, (known) => withNewest(known, message));
  const quiet = message.senderId ? setTyping(listed, { conversationId, userId: message.senderId, isTyping: false }) : listed;
  return message.clientNonce ? settlePending(quiet, conversationId, message.clientNonce) : quiet;
}

/** @param {Conversation} known @param {string} messageId @returns {Conversation} */
function withoutPreview(known, messageId) {
  const last = known.lastMessage;
  return last && last.id === messageId ? { ...known, lastMessage: { ...last, content: '', isDeleted: true } } : known;
}

/** @param {State} state @param {EventData} data @param {import('../types.js').Pointer} pointer @returns {State} */
function pointerMoved(state, data, pointer) {
  const { conversationId = '', userId = '' } = data;
  const me = state.user ? state.user.id : '';
  const moved = movePointers(state, conversationId, { [userId]: pointer });
  const own = userId === me && typeof data.lastReadSeq === 'number' ? ownReadMoved(moved, conversationId, data) : moved;
  return refreshReach(own, conversationId, state.conversations[conversationId]);
}

/** @param {State} state @param {string} id @param {EventData} data @returns {State} */
function ownReadMoved(state, id, data) {
  return changeConversation(state, id, (known) => {
    const lastReadSeq = Math.max(known.lastReadSeq || 0, data.lastReadSeq || 0);
    const unread = typeof data.conversationUnreadCount === 'number' ? data.conversationUnreadCount : lastReadSeq >= known.lastSeq ? 0 : known.unreadCount;
    return withOwn({ ...known, lastReadSeq }, { unreadCount: unread, markedUnread: false }, state.user ? state.user.id : '');
  });
}

/** @param {State} state @param {EventData} data @returns {State} */
function conversationUpdated(state, data) {
  const me = state.user ? state.user.id : '';
  const updates = data.updates || {};
  const isOwn = typeof data.version !== 'number';
  return onConversation(state, data, (known) => {
    if (isOwn) return withOwn(known, updates, me);
    return withShared(known, { .../** @type {Partial<Conversation>} */ (updates), ...data.conversation });
  });
}

/** @param {State} state @param {EventData} data @returns {State} */
function unreadTold(state, data) {
  const total = typeof data.unreadCount === 'number' && data.unreadCount !== state.unreadCount ? { ...state, unreadCount: data.unreadCount } : state;
  const unreadCount = data.conversationUnreadCount;
  if (typeof unreadCount !== 'number' || !data.conversationId) return total;
  return onConversation(total, data, (known) => (known.unreadCount === unreadCount ? known : withOwn(known, { unreadCount }, state.user ? state.user.id : '')));
}
