/** What a sync answer says has happened, as the events that would have told it live. Pure. */

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').SyncAnswer} SyncAnswer */
/** @typedef {import('./types.js').ServerEvent} ServerEvent */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Conversation} Conversation */

const PREFIX = 'messenger:v4:';
const COMPARED = ['title', 'avatar', 'status', 'flow', 'metadata', 'context', 'isPinned', 'isMuted', 'mutedUntil', 'isArchived', 'markedUnread', 'draft', 'participantCount'];

/**
 * @param {State} before the answer was applied
 * @param {SyncAnswer} answer
 * @param {{tellsCreated: boolean}} options whether an unknown conversation is news, or just was not loaded
 * @returns {ServerEvent[]} in the order in which listeners should hear them
 */
export function newsOf(before, answer, { tellsCreated }) {
  const created = tellsCreated ? (answer.conversations || []).filter(({ id }) => !before.positions[id]) : [];
  return [
    ...created.map((conversation) => ({ event: `${PREFIX}conversation-created`, data: { conversation } })),
    ...(answer.conversations || []).flatMap((conversation) => updateOf(before.conversations[conversation.id], conversation)),
    ...Object.entries(answer.messages || {}).flatMap(([id, messages]) => messages.flatMap((message) => messageNews(before, id, message))),
    ...Object.entries(answer.pointers || {}).flatMap(([id, pointers]) => pointerNews(before.conversations[id], id, pointers)),
    ...(answer.removed || []).filter((id) => before.conversations[id]).map((conversationId) => ({ event: `${PREFIX}conversation-deleted`, data: { conversationId } })),
    ...(answer.unreadCount === before.unreadCount || typeof answer.unreadCount !== 'number' ? [] : [{ event: `${PREFIX}unread`, data: { unreadCount: answer.unreadCount } }]),
  ];
}

/** @param {Conversation | undefined} known @param {Conversation} told @returns {ServerEvent[]} */
function updateOf(known, told) {
  if (!known) return [];
  const [was, is] = /** @type {Record<string, unknown>[]} */ (/** @type {unknown} */ ([known, told]));
  const changed = COMPARED.filter((name) => JSON.stringify(was[name] === undefined ? null : was[name]) !== JSON.stringify(is[name] === undefined ? null : is[name]));
  if (changed.length === 0) return [];
  const updates = Object.fromEntries(changed.map((name) => [name, is[name]]));
  const { version, privateVersion } = told;
  return [{ event: `${PREFIX}conversation-updated`, data: { conversationId: told.id, updates, conversation: told, version, privateVersion } }];
}

/** @param {State} before @param {string} id @param {Message} message @returns {ServerEvent[]} */
function messageNews(before, id, message) {
  const known = before.conversations[id];
  if (!known) return [];
  const data = { conversationId: id, messageId: message.id, message, version: message.version };
  if (message.seq > known.lastSeq) return message.isDeleted ? [] : [{ event: `${PREFIX}message`, data: { conversationId: id, message, version: message.version } }];
  const window = before.windows[id];
  const row = window && window.rows.find((loaded) => loaded.id === message.id);
  if (!row || row.version >= message.version) return [];
  if (message.isDeleted) return row.isDeleted ? [] : [{ event: `${PREFIX}message-deleted`, data: { ...data, seq: message.seq, deletedAt: message.deletedAt || undefined } }];
  const isEdited = row.content !== message.content || row.isDeleted;
  const isReacted = JSON.stringify(pairs(row)) !== JSON.stringify(pairs(message));
  return [
    ...(isEdited ? [{ event: `${PREFIX}message-edited`, data: { ...data, content: message.content, editedAt: message.editedAt || undefined } }] : []),
    ...(isReacted ? [{ event: `${PREFIX}reaction`, data: { ...data, reactions: message.reactions, reactionSummary: message.reactionSummary } }] : []),
  ];
}

/** @param {Message} message */
function pairs({ reactions }) {
  return (reactions || []).map(({ emoji, userId }) => `${emoji} ${userId}`).sort();
}

/** @param {Conversation | undefined} known @param {string} conversationId @param {Record<string, import('./types.js').Pointer>} pointers @returns {ServerEvent[]} */
function pointerNews(known, conversationId, pointers) {
  if (!known) return [];
  return known.participants.flatMap(({ userId, lastReadSeq = 0, lastDeliveredSeq = 0 }) => {
    const told = pointers[userId];
    if (!told) return [];
    const read = (told.lastReadSeq || 0) > lastReadSeq ? [{ event: `${PREFIX}read`, data: { conversationId, userId, lastReadSeq: told.lastReadSeq, readAt: told.lastReadAt || undefined } }] : [];
    const delivered = (told.lastDeliveredSeq || 0) > lastDeliveredSeq ? [{ event: `${PREFIX}delivered`, data: { conversationId, userId, upToSeq: told.lastDeliveredSeq } }] : [];
    return [...delivered, ...read];
  });
}
