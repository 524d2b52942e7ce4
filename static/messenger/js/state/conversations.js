/** Conversations, positions and lists. Pure. */

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Conversation} Conversation */
/** @typedef {import('../types.js').Participant} Participant */
/** @typedef {import('../types.js').Position} Position */
/** @typedef {import('../types.js').Pointer} Pointer */
/** @typedef {import('../types.js').Message} Message */

/** What a shared body never says, so that merging one keeps it. */
const OWN_FIELDS = ['isPinned', 'isMuted', 'mutedUntil', 'isArchived', 'unreadCount', 'lastReadSeq', 'markedUnread', 'draft', 'permissions', 'privateVersion', 'historyFromSeq', 'messageCount', 'notify'];
const OWN_SEAT_FIELDS = ['isPinned', 'isMuted', 'mutedUntil', 'isArchived', 'unreadCount'];
const PREVIEW_LENGTH = 100;

/**
 * Take in whole conversations of the caller's own view, from sync: they say all there is.
 *
 * @param {State} state
 * @param {readonly Conversation[]} incoming
 * @returns {State}
 */
export function putConversations(state, incoming) {
  if (incoming.length === 0) return state;
  const conversations = { ...state.conversations };
  const positions = { ...state.positions };
  const presence = { ...state.presence };
  for (const conversation of incoming) {
    conversations[conversation.id] = conversation;
    positions[conversation.id] = positionIn(conversation);
    for (const seat of conversation.participants) {
      const lastSeen = presence[seat.userId] ? presence[seat.userId].lastSeen : null;
      if (seat.status) presence[seat.userId] = { status: seat.status, lastSeen };
    }
  }
  return { ...state, conversations, positions, presence };
}

/**
 * Take in conversations from a list, a single GET or an answer to a change.
 *
 * Where messages are loaded, the shared version moves by events and sync alone: a newer one here would make us take the
 * events on their way for repeats. The caller's own fields are whole in every answer, so those move; but not where more
 * of the past is to be seen than before, for only sync tells that.
 *
 * @param {State} state
 * @param {readonly Conversation[]} incoming the caller's own view of each
 * @returns {State}
 */
export function offerConversations(state, incoming) {
  return incoming.reduce((next, conversation) => {
    const { id, version, privateVersion } = conversation;
    const held = next.positions[id];
    const known = next.conversations[id];
    if (!held || !known) return putConversations(next, [conversation]);
    if (version < held.version || privateVersion < held.privateVersion) return next;
    if (version === held.version || !next.windows[id]) return putConversations(next, [conversation]);
    if (beginsEarlier(known, conversation.historyFromSeq)) return next;
    const own = Object.fromEntries(Object.entries(conversation).filter(([name]) => OWN_FIELDS.includes(name)));
    return movePosition({ ...next, conversations: { ...next.conversations, [id]: withOwn(known, own, next.user ? next.user.id : '') } }, id, { privateVersion });
  }, state);
}

/** Whether one may see more of the past than when we took it in. @param {Conversation | undefined} known @param {number | undefined} historyFromSeq */
export function beginsEarlier(known, historyFromSeq = 1) {
  return known !== undefined && historyFromSeq < (known.historyFromSeq || 1);
}

/** @param {Conversation} conversation @returns {Position} */
export function positionIn({ version, privateVersion, pointerSum }) {
  return { version, privateVersion, pointerSum };
}

/**
 * @param {State} state
 * @param {string} id
 * @param {(conversation: Conversation) => Conversation} change
 * @returns {State}
 */
export function changeConversation(state, id, change) {
  const conversation = state.conversations[id];
  if (!conversation) return state;
  const changed = change(conversation);
  return changed === conversation ? state : { ...state, conversations: { ...state.conversations, [id]: changed } };
}

/** @param {State} state @param {string} id @param {Partial<Position>} moved @returns {State} */
export function movePosition(state, id, moved) {
  const held = state.positions[id];
  if (!held) return state;
  const positions = { ...state.positions, [id]: { ...held, ...moved } };
  return changeConversation({ ...state, positions }, id, (conversation) => ({ ...conversation, ...moved }));
}

/** Forget a conversation: it was hidden, or we are no longer in it. @param {State} state @param {string} id @returns {State} */
export function dropConversation(state, id) {
  if (!state.conversations[id] && !state.positions[id] && !state.windows[id]) return state;
  const lists = Object.fromEntries(Object.entries(state.lists).map(([tab, list]) => [tab, { ...list, ids: list.ids.filter((known) => known !== id) }]));
  return {
    ...state,
    lists,
    conversations: without(state.conversations, id),
    positions: without(state.positions, id),
    windows: without(state.windows, id),
    typing: without(state.typing, id),
  };
}

/**
 * Shared fields of a conversation, merged so that what is the caller's own stays.
 *
 * @param {Conversation} known
 * @param {Partial<Conversation>} shared
 * @returns {Conversation}
 */
export function withShared(known, shared) {
  const told = Object.fromEntries(Object.entries(shared).filter(([name]) => !OWN_FIELDS.includes(name)));
  const participants = shared.participants ? shared.participants.map((seat) => ({ ...known.participants.find(({ userId }) => userId === seat.userId), ...seat })) : known.participants;
  const whole = { ...known, ...told, participants };
  return shared.status === undefined && shared.flow === undefined ? whole : { ...whole, permissions: permissionsIn(whole) };
}

/** Whether one may still send, where that follows from what all share. @param {Conversation} conversation @returns {Conversation['permissions']} */
function permissionsIn({ permissions, status, flow }) {
  if (!permissions) return permissions;
  const isAutomated = Boolean(flow) && !(flow && (flow.chatStatus === 'real_time' || flow.flowState === 'real_time'));
  const reason = status === 'closed' ? 'conversation_closed' : isAutomated ? 'automated_mode' : '';
  if (reason) return { ...permissions, canSend: false, reason };
  if (permissions.reason !== 'conversation_closed' && permissions.reason !== 'automated_mode') return permissions;
  const { reason: _over, ...rest } = permissions;
  return { ...rest, canSend: true };
}

/**
 * The caller's own fields, at the conversation and at their seat.
 *
 * @param {Conversation} known
 * @param {Record<string, unknown>} updates
 * @param {string} me
 * @returns {Conversation}
 */
export function withOwn(known, updates, me) {
  const seatUpdates = Object.fromEntries(Object.entries(updates).filter(([name]) => OWN_SEAT_FIELDS.includes(name)));
  const participants = known.participants.map((seat) => (seat.userId === me ? { ...seat, ...seatUpdates } : seat));
  return { ...known, ...updates, participants };
}

/**
 * Move read and delivered pointers; they never move back.
 *
 * @param {Conversation} conversation
 * @param {Record<string, Pointer>} pointers by user id
 * @returns {Conversation}
 */
export function withPointers(conversation, pointers) {
  let moved = 0;
  const participants = conversation.participants.map((seat) => {
    const told = pointers[seat.userId];
    if (!told) return seat;
    const lastReadSeq = Math.max(seat.lastReadSeq || 0, told.lastReadSeq || 0);
    const lastDeliveredSeq = Math.max(seat.lastDeliveredSeq || 0, told.lastDeliveredSeq || 0, told.lastReadSeq || 0);
    const step = lastReadSeq - (seat.lastReadSeq || 0) + lastDeliveredSeq - (seat.lastDeliveredSeq || 0);
    const lastReadAt = told.lastReadAt && lastReadSeq === told.lastReadSeq ? told.lastReadAt : seat.lastReadAt;
    if (step === 0 && lastReadAt === seat.lastReadAt) return seat;
    moved += step;
    return { ...seat, lastReadSeq, lastDeliveredSeq, lastReadAt };
  });
  if (participants.every((seat, index) => seat === conversation.participants[index])) return conversation;
  return { ...conversation, participants, pointerSum: (conversation.pointerSum || 0) + moved };
}

/** @param {State} state @param {string} id @param {Record<string, Pointer>} pointers @returns {State} */
export function movePointers(state, id, pointers) {
  const moved = changeConversation(state, id, (conversation) => withPointers(conversation, pointers));
  if (moved === state || !moved.positions[id]) return moved;
  const { pointerSum } = moved.conversations[id];
  const held = moved.positions[id];
  return held.pointerSum === pointerSum ? moved : { ...moved, positions: { ...moved.positions, [id]: { ...held, pointerSum } } };
}

/** A new message shows in the list, and may bring the conversation back. @param {Conversation} conversation @param {Message} message @returns {Conversation} */
export function withNewest(conversation, message) {
  if (message.seq < conversation.lastSeq) return conversation;
  const isNew = message.seq > conversation.lastSeq;
  return {
    ...conversation,
    lastSeq: message.seq,
    lastMessage: previewOf(message),
    messageCount: conversation.messageCount === undefined || !isNew ? conversation.messageCount : conversation.messageCount + 1,
    updatedAt: isNew ? message.createdAt : conversation.updatedAt,
  };
}

/** @param {Conversation} conversation @param {Message} message changed since @returns {Conversation} */
export function withChangedPreview(conversation, message) {
  const last = conversation.lastMessage;
  return last && last.id === message.id ? { ...conversation, lastMessage: previewOf(message) } : conversation;
}

/** @param {Message} message @returns {import('../types.js').LastMessage} */
function previewOf(message) {
  const { id, seq, senderId, senderName, createdAt, type, isDeleted } = message;
  const content = Array.from(message.content).slice(0, PREVIEW_LENGTH).join('');
  return { id, seq, content, senderId, senderName, sentAt: createdAt, createdAt, type, isDeleted };
}

/**
 * @template T
 * @param {Record<string, T>} map
 * @param {string} id
 * @returns {Record<string, T>} the same one where there is nothing to take out
 */
export function without(map, id) {
  if (!(id in map)) return map;
  const { [id]: _gone, ...rest } = map;
  return rest;
}
