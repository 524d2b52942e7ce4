/** Fetching what is to be shown: lists, pages of messages, a conversation to open. */
import { asApiError } from './errors.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./types.js').Conversation} Conversation */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {{messageId?: string, seq?: number}} Place */

/** @type {Record<string, Record<string, boolean>>} */
const FILTERS = { all: {}, unread: { unread: true }, pinned: { pinned: true }, archived: { archived: true } };
const EMPTY_WINDOW = { rows: [], hasOlder: true, hasNewer: true };

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {import('./api.js').MessengerAPI} parts.api
 * @param {{mark: () => number, replay: (mark: number, id: string) => void}} parts.inbound
 */
export function createLoading({ store, api, inbound }) {
  /** @type {Map<string, Promise<void>>} */
  const underWay = new Map();

  /** The same fetch twice at once is one. @param {string} key @param {() => Promise<void>} run */
  const once = (key, run) => {
    const known = underWay.get(key);
    if (known) return known;
    const running = run().finally(() => underWay.delete(key));
    underWay.set(key, running);
    return running;
  };

  /** @param {string} id @param {'replace' | 'older' | 'newer'} side @param {{before?: string, after?: string, around?: string}} where */
  const fetchPage = async (id, side, where) => {
    const mark = inbound.mark();
    if (!store.getState().windows[id]) store.dispatch({ type: 'page', id, side: 'replace', ...EMPTY_WINDOW });
    store.dispatch({ type: 'window', id, changes: { loading: true, error: null } });
    try {
      const page = await api.getMessages(id, where);
      const ends = { hasOlder: Boolean(page.hasMore), hasNewer: Boolean(page.hasNewer) };
      store.dispatch({ type: 'page', id, rows: page.messages, side, ...ends });
      inbound.replay(mark, id);
    } catch (thrown) {
      const error = asApiError(thrown);
      // where there is no such message, what is loaded is as good as before
      const isMissing = where.around !== undefined && !error.isTransient;
      store.dispatch({ type: 'window', id, changes: { loading: false, error: isMissing ? null : error.message } });
      throw error;
    }
  };

  /** @param {string} id */
  const loadLatest = (id) => once(`latest ${id}`, () => fetchPage(id, 'replace', {}));

  /** @param {string} id @param {Place} place */
  const loadAround = (id, { messageId, seq }) => {
    const around = messageId || `seq:${seq}`;
    return once(`around ${id} ${around}`, () => fetchPage(id, 'replace', { around }));
  };

  /** @param {string} id */
  const loadOlder = async (id) => {
    const window = store.getState().windows[id];
    if (!window || !window.hasOlder || window.rows.length === 0) return;
    await once(`older ${id}`, () => fetchPage(id, 'older', { before: `seq:${window.rows[0].seq}` }));
  };

  /** @param {string} id */
  const loadNewer = async (id) => {
    const window = store.getState().windows[id];
    if (!window || !window.hasNewer || window.rows.length === 0) return;
    await once(`newer ${id}`, () => fetchPage(id, 'newer', { after: `seq:${window.rows[window.rows.length - 1].seq}` }));
  };

  /** @param {string} id @returns {Promise<Conversation>} */
  const loadConversation = async (id) => {
    const known = store.getState().conversations[id];
    if (known) return known;
    const { conversation } = await api.getConversation(id);
    store.dispatch({ type: 'conversations', conversations: [conversation] });
    return store.getState().conversations[conversation.id];
  };

  return {
    loadConversation,
    loadOlder,
    loadNewer,
    loadLatest,
    loadAround,

    /** Have messages of a conversation in the store, those around `place` where one is named. @param {string} id @param {Place} place */
    async loadFor(id, place) {
      const window = store.getState().windows[id];
      const isNamed = Boolean(place.messageId || place.seq);
      const isThere = window && window.rows.some((row) => row.id === place.messageId || row.seq === place.seq);
      if (isNamed && !isThere) await loadAround(id, place);
      else if (!window || (!isNamed && window.hasNewer) || (window.rows.length === 0 && (window.hasOlder || window.error))) await loadLatest(id);
    },

    /** First or next page of a tab. @param {string} [tab] @param {{more?: boolean}} [options] */
    loadConversations(tab = 'all', { more = false } = {}) {
      return once(`list ${tab}`, async () => {
        const list = store.getState().lists[tab];
        if (more && list && list.loaded && !list.hasMore) return;
        store.dispatch({ type: 'list', tab, changes: { loading: true, error: null } });
        try {
          const cursor = more && list ? list.nextCursor : null;
          const page = await api.getConversations({ ...FILTERS[tab], cursor });
          const fetched = /** @type {Conversation[]} */ (page.conversations);
          store.dispatch({ type: 'conversations', conversations: fetched });
          const before = cursor && list ? list.ids : [];
          const ids = [...new Set([...before, ...fetched.map(({ id }) => id)])];
          const total = typeof page.total === 'number' ? page.total : null;
          store.dispatch({ type: 'list', tab, changes: { ids, nextCursor: page.nextCursor || null, hasMore: Boolean(page.hasMore), total, loaded: true, loading: false } });
        } catch (thrown) {
          const error = asApiError(thrown);
          store.dispatch({ type: 'list', tab, changes: { loading: false, error: error.message } });
          throw error;
        }
      });
    },
  };
}
