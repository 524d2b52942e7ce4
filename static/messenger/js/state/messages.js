/** Messages of one conversation: an unbroken stretch of rows by `seq`, and our unacknowledged ones. Pure. */

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Message} Message */
/** @typedef {import('../types.js').Conversation} Conversation */
/** @typedef {import('../types.js').Participant} Participant */
/** @typedef {import('../types.js').MessageWindow} MessageWindow */

/**
 * Add `message` to the list, once, in the conversation's order; an older state of a known one changes nothing.
 *
 * @param {readonly Message[]} rows by `seq`
 * @param {Message} message
 * @returns {readonly Message[]}
 */
export function withMessage(rows, message) {
  const index = rows.findIndex((row) => row.id === message.id);
  if (index >= 0) {
    const known = rows[index];
    if (known.version > message.version) return rows;
    const kept = known.clientNonce ? { clientNonce: known.clientNonce } : {};
    const merged = { ...kept, ...message, status: furthest(known.status, message.status) };
    return [...rows.slice(0, index), merged, ...rows.slice(index + 1)];
  }
  let place = rows.length;
  while (place > 0 && rows[place - 1].seq > message.seq) place -= 1;
  return [...rows.slice(0, place), message, ...rows.slice(place)];
}

/**
 * Put `message` where it belongs, if it belongs into the loaded stretch at all.
 *
 * @param {State} state
 * @param {Message} message
 * @returns {State}
 */
export function putMessage(state, message) {
  const id = message.conversationId;
  const window = state.windows[id];
  if (!window || !belongs(window, message)) return state;
  const rows = /** @type {Message[]} */ (withMessage(window.rows, completed(state, id, message)));
  if (rows === window.rows) return state;
  return { ...state, windows: { ...state.windows, [id]: { ...window, rows: requoted(rows, message) } } };
}

/** @param {MessageWindow} window @param {Message} message */
function belongs({ rows, hasOlder, hasNewer }, message) {
  if (rows.length === 0) return !hasNewer;
  if (message.seq > rows[rows.length - 1].seq) return !hasNewer;
  return message.seq >= rows[0].seq || !hasOlder;
}

/**
 * Change a loaded message.
 *
 * @param {State} state
 * @param {string} conversationId
 * @param {string} messageId
 * @param {(message: Message) => Message} change
 * @returns {State}
 */
export function changeMessage(state, conversationId, messageId, change) {
  const window = state.windows[conversationId];
  const known = window && window.rows.find((row) => row.id === messageId);
  if (!known) return state;
  const changed = change(known);
  if (changed === known) return state;
  const rows = window.rows.map((row) => (row === known ? changed : row));
  return { ...state, windows: { ...state.windows, [conversationId]: { ...window, rows: requoted(rows, changed) } } };
}

/** Nothing of a deleted message stays. @param {Message} message @param {string | undefined} deletedAt @param {number} version @returns {Message} */
export function tombstone(message, deletedAt, version) {
  return {
    ...message,
    content: '',
    attachments: [],
    reactions: [],
    reactionSummary: [],
    mentions: [],
    metadata: {},
    replyTo: null,
    linkPreview: null,
    isEdited: false,
    editedAt: null,
    isDeleted: true,
    deletedAt: deletedAt || message.deletedAt || null,
    updatedAt: deletedAt || message.updatedAt,
    version,
  };
}

/**
 * A page from the server becomes the stretch, or lengthens it.
 *
 * @param {State} state
 * @param {string} id
 * @param {{rows: readonly Message[], hasOlder: boolean, hasNewer: boolean}} page oldest first
 * @returns {MessageWindow}
 */
export function windowOf(state, id, { rows, hasOlder, hasNewer }) {
  const sorted = [...rows].sort((a, b) => a.seq - b.seq).map((row) => completed(state, id, row));
  return { rows: sorted, hasOlder, hasNewer, loading: false, error: null };
}

/**
 * @param {State} state
 * @param {string} id
 * @param {{rows: readonly Message[], side: 'replace' | 'older' | 'newer', hasOlder?: boolean, hasNewer?: boolean}} page
 * @returns {State}
 */
export function addPage(state, id, { rows, side, hasOlder, hasNewer }) {
  const window = state.windows[id];
  if (side === 'replace' || !window) {
    const next = windowOf(state, id, { rows, hasOlder: Boolean(hasOlder), hasNewer: Boolean(hasNewer) });
    const kept = side === 'replace' && window && !next.hasNewer ? newerThan(window, next) : [];
    return { ...state, windows: { ...state.windows, [id]: { ...next, rows: [...next.rows, ...kept] } } };
  }
  const merged = rows.reduce((all, row) => withMessage(all, completed(state, id, row)), /** @type {readonly Message[]} */ (window.rows));
  const ends = side === 'older' ? { hasOlder: Boolean(hasOlder) } : { hasNewer: Boolean(hasNewer) };
  return { ...state, windows: { ...state.windows, [id]: { ...window, ...ends, rows: [...merged], loading: false, error: null } } };
}

/** Live messages that came while the newest page was on its way. @param {MessageWindow} window @param {MessageWindow} next @returns {Message[]} */
function newerThan(window, next) {
  if (window.hasNewer || next.rows.length === 0) return [];
  const last = next.rows[next.rows.length - 1].seq;
  return window.rows.filter((row) => row.seq > last);
}

/**
 * What a shared body leaves out: which reactions are our own, how far a message of ours has come.
 *
 * @param {State} state
 * @param {string} id
 * @param {Message} message
 * @returns {Message}
 */
export function completed(state, id, message) {
  const me = state.user ? state.user.id : '';
  const reactionSummary = (message.reactionSummary || []).map((entry) => ({
    ...entry,
    reacted: (message.reactions || []).some((reaction) => reaction.userId === me && reaction.emoji === entry.emoji),
  }));
  const whole = { ...message, conversationId: message.conversationId || id, reactionSummary };
  const conversation = state.conversations[id];
  if (message.status !== undefined || !conversation) return { ...whole, status: whole.status || 'sent' };
  return withStatus({ ...whole, readBy: readersOf(whole, conversation) }, conversation, me);
}

/**
 * How far a message has come, from where the pointers stand; never back. Of others' messages: whether we have read them.
 *
 * @param {Message} message
 * @param {Conversation} conversation
 * @param {string} me
 * @returns {Message}
 */
function withStatus(message, conversation, me) {
  const known = message.status || 'sent';
  const others = conversation.participants.filter((seat) => seat.userId !== message.senderId);
  const counted = message.senderId !== me ? others.filter((seat) => seat.userId === me) : isWhole(conversation) ? others : [];
  const reached = reachOf(counted, message.seq, message.senderId === me);
  const status = furthest(known, reached);
  return status === message.status ? message : { ...message, status };
}

/** @param {Message} message @param {Conversation} conversation @returns {NonNullable<Message['readBy']>} */
function readersOf(message, conversation) {
  if (!isWhole(conversation)) return [];
  return conversation.participants.filter((seat) => seat.userId !== message.senderId && (seat.lastReadSeq || 0) >= message.seq).map((seat) => ({ userId: seat.userId, readAt: seat.lastReadAt || null }));
}

/** Whether all participants are in the list. @param {Conversation} conversation */
function isWhole({ participants, participantCount = 0 }) {
  return participantCount <= participants.length;
}

/**
 * Pointers have moved: who passed a row has read it, and was last seen reading now.
 *
 * @param {State} state
 * @param {string} id
 * @param {Conversation | undefined} before with the pointers as they were
 * @returns {State}
 */
export function refreshReach(state, id, before) {
  const window = state.windows[id];
  const conversation = state.conversations[id];
  if (!window || !conversation || !before || !state.user || conversation.participants === before.participants) return state;
  const me = state.user.id;
  const seats = new Map(before.participants.map((seat) => [seat.userId, seat]));
  const moved = conversation.participants.filter((seat) => {
    const was = seats.get(seat.userId);
    return was && (seat.lastReadSeq || 0) > (was.lastReadSeq || 0);
  });
  const rows = window.rows.map((row) => withStatus(isWhole(conversation) ? moved.reduce((next, seat) => withReader(next, seat, /** @type {Participant} */ (seats.get(seat.userId))), row) : row, conversation, me));
  if (rows.every((row, index) => row === window.rows[index])) return state;
  return { ...state, windows: { ...state.windows, [id]: { ...window, rows } } };
}

/** @param {Message} row @param {Participant} seat @param {Participant} was @returns {Message} */
function withReader(row, seat, was) {
  if (row.senderId === seat.userId || row.seq > (seat.lastReadSeq || 0)) return row;
  const readBy = row.readBy || [];
  const known = readBy.find(({ userId }) => userId === seat.userId);
  const reader = { userId: seat.userId, readAt: seat.lastReadAt || null };
  if (known) return known.readAt === reader.readAt ? row : { ...row, readBy: readBy.map((entry) => (entry === known ? reader : entry)) };
  return row.seq > (was.lastReadSeq || 0) ? { ...row, readBy: [...readBy, reader] } : row;
}

/** @param {readonly Participant[]} seats @param {number} seq @param {boolean} tellsDelivered @returns {Message['status']} */
function reachOf(seats, seq, tellsDelivered) {
  if (seats.length === 0) return 'sent';
  if (seats.every((seat) => (seat.lastReadSeq || 0) >= seq)) return 'read';
  if (tellsDelivered && seats.every((seat) => (seat.lastDeliveredSeq || 0) >= seq)) return 'delivered';
  return 'sent';
}

/** @param {Message['status']} a @param {Message['status']} b @returns {Message['status']} */
function furthest(a, b) {
  const order = ['sent', 'delivered', 'read'];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** Quotes show what their target says now. @param {Message[]} rows @param {Message} target @returns {Message[]} */
function requoted(rows, target) {
  const quote = { content: Array.from(target.content).slice(0, 100).join(''), isDeleted: target.isDeleted };
  return rows.map((row) => {
    if (!row.replyTo || row.replyTo._id !== target.id) return row;
    if (row.replyTo.content === quote.content && Boolean(row.replyTo.isDeleted) === target.isDeleted) return row;
    return { ...row, replyTo: { ...row.replyTo, ...quote } };
  });
}
