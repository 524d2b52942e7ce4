/** alice (1) talks with bob (2) and carol (3). */
import { initialState } from '../../../static/messenger/js/state/initial.js';
import { reduce } from '../../../static/messenger/js/state/reduce.js';

export const alice = { id: '1', displayName: 'Alice' };

export function seat(userId, more = {}) {
  return { userId, displayName: `Person ${userId}`, avatar: null, role: 'customer', memberRole: 'member', status: 'offline', lastReadSeq: 0, lastReadAt: null, lastDeliveredSeq: 0, ...more };
}

export function conversation(id, more = {}) {
  const version = more.version === undefined ? 3 : more.version;
  return {
    id,
    _id: id,
    type: 'direct',
    title: null,
    avatar: null,
    participants: [seat('1'), seat('2')],
    participantCount: 2,
    context: null,
    lastMessage: null,
    lastSeq: version,
    version,
    privateVersion: 1,
    pointerSum: 0,
    historyFromSeq: 1,
    status: 'active',
    flow: null,
    isPinned: false,
    isMuted: false,
    mutedUntil: null,
    isArchived: false,
    unreadCount: 0,
    lastReadSeq: 0,
    markedUnread: false,
    draft: null,
    permissions: { canSend: true },
    messageCount: version,
    metadata: {},
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

export function message(conversationId, seq, more = {}) {
  const id = `${conversationId}0${seq}`;
  return {
    id,
    _id: id,
    conversationId,
    seq,
    version: seq,
    senderId: '2',
    senderName: 'Bob',
    content: `text ${seq}`,
    type: 'text',
    attachments: [],
    replyTo: null,
    reactions: [],
    reactionSummary: [],
    mentions: [],
    status: 'sent',
    readBy: [],
    isEdited: false,
    editedAt: null,
    isDeleted: false,
    deletedAt: null,
    linkPreview: null,
    metadata: {},
    createdAt: `2026-01-01T00:00:${String(seq).padStart(2, '0')}.000Z`,
    updatedAt: `2026-01-01T00:00:${String(seq).padStart(2, '0')}.000Z`,
    ...more,
  };
}

/** What events carry: nothing that is the viewer's own. */
export function body(whole) {
  const { status, readBy, ...rest } = whole;
  return rest;
}

export function messageEvent(conversationId, seq, more = {}) {
  const told = body(message(conversationId, seq, more));
  return { event: 'messenger:v4:message', data: { conversationId, message: told, version: told.version } };
}

export const boot = {
  user: alice,
  preferences: {},
  epoch: 'e1',
  unreadCount: 0,
  conversations: [conversation('7')],
  conversationId: '7',
  messages: [1, 2, 3].map((seq) => message('7', seq)),
  hasMore: false,
  positions: { 7: { version: 3, privateVersion: 1, pointerSum: 0 } },
};

/** alice's page with conversation 7 open, messages 1 to 3. */
export function bootedState(more = {}) {
  return reduce(initialState(), { type: 'booted', boot: { ...boot, ...more } });
}

export const seqs = (state, id = '7') => state.windows[id].rows.map(({ seq }) => seq);

export function pending(clientNonce, more = {}) {
  return { clientNonce, conversationId: '7', content: 'Hello', replyTo: null, attachmentIds: [], files: [], state: 'sending', error: null, tries: 0, retryAt: null, createdAt: '2026-01-02T00:00:00.000Z', ...more };
}
