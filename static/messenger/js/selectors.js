/** What views read. Memoised: the same parts of the state give the same value. */

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Conversation} Conversation */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Participant} Participant */
/** @typedef {import('./types.js').Pending} Pending */
/** @typedef {'sending' | 'waiting' | 'failed' | 'sent' | 'delivered' | 'read'} RowState */
/** @typedef {{key: string, message: Message, pending: Pending | null, state: RowState}} Row */

/** @type {Message[]} */
const NO_MESSAGES = [];
/** @type {Pending[]} */
const NO_PENDING = [];
/** @type {{userId: string, userName: string}[]} */
const NOBODY = [];

/** @type {WeakMap<object, Map<string, Conversation[]>>} */
const listedOf = new WeakMap();

/**
 * Pinned first, then newest.
 *
 * @param {State} state
 * @param {string} [tab] `all`, `unread`, `pinned`, `archived`
 * @returns {Conversation[]}
 */
export function listed({ conversations }, tab = 'all') {
  const made = listedOf.get(conversations) || new Map();
  listedOf.set(conversations, made);
  const known = made.get(tab);
  if (known) return known;
  const list = Object.values(conversations)
    .filter((conversation) => isIn(conversation, tab))
    .sort((a, b) => Number(b.isPinned) - Number(a.isPinned) || compare(activityOf(b), activityOf(a)) || compare(b.id.padStart(20, '0'), a.id.padStart(20, '0')));
  made.set(tab, list);
  return list;
}

/** @param {Conversation} conversation @param {string} tab */
function isIn(conversation, tab) {
  if (tab === 'archived') return conversation.isArchived;
  if (conversation.isArchived) return false;
  if (tab === 'unread') return conversation.unreadCount > 0 || Boolean(conversation.markedUnread);
  return tab !== 'pinned' || conversation.isPinned;
}

/** @param {Conversation} conversation */
function activityOf({ lastMessage, updatedAt, createdAt }) {
  return (lastMessage && lastMessage.createdAt) || createdAt || updatedAt;
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** @param {State} state @param {string | null} id @returns {Conversation | null} */
export function conversationOf(state, id) {
  return (id && state.conversations[id]) || null;
}

/** @type {WeakMap<object, WeakMap<object, Row[]>>} */
const rowsOf = new WeakMap();
/** @type {WeakMap<Message, Row>} */
const rowOf = new WeakMap();
/** @type {WeakMap<Pending, Row>} */
const pendingRowOf = new WeakMap();

/**
 * The loaded messages in order, then our unacknowledged ones. `key` stays the same when a row is acknowledged.
 *
 * @param {State} state
 * @param {string} id
 * @returns {Row[]} a row is the same object until its message changes
 */
export function messagesOf(state, id) {
  const window = state.windows[id];
  const messages = window ? window.rows : NO_MESSAGES;
  const pending = state.pending[id] || NO_PENDING;
  const byPending = rowsOf.get(messages) || new WeakMap();
  rowsOf.set(messages, byPending);
  const known = byPending.get(pending);
  if (known) return known;
  const nonces = new Set(messages.map(({ clientNonce }) => clientNonce));
  const waiting = pending.filter(({ clientNonce }) => !nonces.has(clientNonce));
  const rows = [...messages.map(toRow), ...waiting.map((row) => toPendingRow(row, state))];
  byPending.set(pending, rows);
  return rows;
}

/** @param {Message} message @returns {Row} */
function toRow(message) {
  const known = rowOf.get(message);
  if (known) return known;
  const row = { key: message.clientNonce || message.id, message, pending: null, state: message.status || 'sent' };
  rowOf.set(message, row);
  return row;
}

/** @param {Pending} pending @param {State} state @returns {Row} */
function toPendingRow(pending, { user }) {
  const known = pendingRowOf.get(pending);
  if (known) return known;
  /** @type {Message} */
  const message = {
    id: '',
    conversationId: pending.conversationId,
    seq: 0,
    version: 0,
    senderId: user ? user.id : null,
    senderName: user ? user.displayName : '',
    content: pending.content,
    type: 'text',
    attachments: [],
    replyTo: pending.replyTo,
    reactions: [],
    reactionSummary: [],
    status: 'sent',
    clientNonce: pending.clientNonce,
    isEdited: false,
    isDeleted: false,
    createdAt: pending.createdAt,
  };
  const row = { key: pending.clientNonce, message, pending, state: pending.state };
  pendingRowOf.set(pending, row);
  return row;
}

/** @type {WeakMap<object, {userId: string, userName: string}[]>} */
const typistsMade = new WeakMap();

/** @param {State} state @param {string} id @returns {{userId: string, userName: string}[]} never oneself */
export function typistsOf(state, id) {
  const typing = state.typing[id];
  if (!typing) return NOBODY;
  const known = typistsMade.get(typing);
  if (known) return known;
  const typists = Object.entries(typing).map(([userId, { userName }]) => ({ userId, userName }));
  typistsMade.set(typing, typists);
  return typists;
}

/** The other person where there are two. @param {State} state @param {Conversation} conversation @returns {Participant | null} */
export function otherOf({ user }, conversation) {
  const others = conversation.participants.filter((seat) => !user || seat.userId !== user.id);
  return others.length === 1 && conversation.type !== 'group' ? others[0] : null;
}

/** @param {State} state @param {Conversation} conversation @returns {Participant | null} */
export function ownSeatOf({ user }, conversation) {
  return conversation.participants.find((seat) => user && seat.userId === user.id) || null;
}

/** What to call a conversation. @param {State} state @param {Conversation} conversation @returns {string} */
export function titleOf(state, conversation) {
  if (conversation.title) return conversation.title;
  const own = state.user ? state.user.id : '';
  const names = conversation.participants.filter((seat) => seat.userId !== own).map((seat) => seat.displayName);
  return names.join(', ');
}

/** @type {import('./types.js').PresenceState} */
const AWAY_FROM_HERE = { status: 'offline', lastSeen: null };

/** @param {State} state @param {string} userId */
export function presenceOf(state, userId) {
  return state.presence[userId] || AWAY_FROM_HERE;
}

/** @param {State} state the server's number */
export function totalUnread(state) {
  return state.unreadCount;
}

/** @param {State} state @param {Message} message */
export function isOwn({ user }, message) {
  return user !== null && message.senderId === user.id;
}

/** @param {State} state @param {Message} message @param {number} now milliseconds since 1970 */
export function canEdit(state, message, now) {
  if (!isOwn(state, message) || message.isDeleted || !message.id || message.type === 'system') return false;
  return now - Date.parse(message.createdAt) < state.limits.editWindowSeconds * 1000;
}

/** @param {State} state @param {Message} message */
export function canDelete(state, message) {
  if (message.isDeleted || !message.id || message.type === 'system') return false;
  const conversation = state.conversations[message.conversationId];
  const seat = conversation && ownSeatOf(state, conversation);
  const governs = Boolean(conversation && conversation.type === 'group' && seat && (seat.memberRole === 'owner' || seat.memberRole === 'admin'));
  return isOwn(state, message) || governs;
}

/** @param {State} state @param {string} id @returns {string | null} the reason why nothing can be sent ('' where none is told), `null` where it can */
export function sendRefusal(state, id) {
  const conversation = state.conversations[id];
  if (!conversation || !conversation.permissions || conversation.permissions.canSend) return null;
  return conversation.permissions.reason || '';
}

/** @param {State} state */
export function connectionOf({ connection }) {
  return connection;
}
