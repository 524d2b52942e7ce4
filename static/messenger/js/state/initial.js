/** The state of a page that knows nothing yet, and of one that was given its first view. */
import { putConversations } from './conversations.js';
import { windowOf } from './messages.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').BootData} BootData */

export const TABS = ['all', 'unread', 'pinned', 'archived'];

/** @returns {import('../types.js').ListState} */
export function emptyList() {
  return { ids: [], nextCursor: null, hasMore: true, total: null, loaded: false, loading: false, error: null };
}

/** @param {number} [now] milliseconds since 1970 @returns {State} */
export function initialState(now = 0) {
  return {
    user: null,
    isIdentified: false,
    preferences: {},
    limits: {
      maxLength: 10000,
      maxFiles: 10,
      maxFileBytes: 10485760,
      maxTotalBytes: 26214400,
      editWindowSeconds: 900,
      typingEveryMs: 1000,
      typingStopMs: 3000,
      pollMs: 30000,
    },
    epoch: null,
    conversations: {},
    positions: {},
    lists: Object.fromEntries(TABS.map((tab) => [tab, emptyList()])),
    windows: {},
    pending: {},
    typing: {},
    presence: {},
    unreadCount: 0,
    draftOffers: {},
    activeId: null,
    connection: { mode: 'connecting', since: now, tries: 0, everConnected: false },
    sessionEnded: null,
  };
}

/** @param {State} state @param {BootData} boot @returns {State} */
export function booted(state, boot) {
  const known = {
    ...state,
    user: boot.user,
    isIdentified: true,
    preferences: boot.preferences || state.preferences,
    limits: { ...state.limits, ...boot.limits },
    epoch: boot.epoch === undefined ? state.epoch : boot.epoch,
    unreadCount: boot.unreadCount === undefined ? state.unreadCount : boot.unreadCount,
    positions: { ...boot.positions, ...state.positions },
  };
  if (!boot.conversations) return known;
  const open = boot.conversationId || null;
  const listed = withFirstList(putConversations(known, boot.conversations), boot);
  if (!open || !boot.messages || !listed.conversations[open]) return { ...listed, activeId: open };
  const page = { rows: boot.messages, hasOlder: Boolean(boot.hasMore), hasNewer: Boolean(boot.hasNewer) };
  return { ...listed, activeId: open, windows: { ...listed.windows, [open]: windowOf(listed, open, page) } };
}

/** @param {State} state @param {BootData} boot @returns {State} */
function withFirstList(state, boot) {
  const ids = (boot.conversations || []).filter((conversation) => !conversation.isArchived).map(({ id }) => id);
  const nextCursor = boot.conversationsCursor || null;
  const hasMore = boot.conversationsHasMore === undefined ? nextCursor !== null : boot.conversationsHasMore;
  return { ...state, lists: { ...state.lists, all: { ...emptyList(), ids, nextCursor, hasMore, loaded: true } } };
}
