/**
 * Half-written messages: kept on this device at once, on the server when it rests, is left or hidden.
 *
 * A newer one from another device replaces an untouched one. If both changed, ours stays and the other is in
 * `state.draftOffers[id]` until it is taken or refused.
 */

/** @typedef {import('./types.js').Draft} Draft */
/** @typedef {{text: string, replyToId?: string | null, attachmentIds?: string[]}} DraftInput */

const REST_MS = 3000;
const EVERY_MS = 10000;
const LOCAL_MS = 500;

/**
 * @param {object} parts
 * @param {import('./clock.js').Clock} parts.clock
 * @param {import('./store.js').Store} parts.store
 * @param {(id: string, changes: Record<string, unknown>) => Promise<unknown>} parts.update
 * @param {Window & typeof globalThis} parts.page
 * @param {(conversationId: string) => void} parts.tell the other tabs
 */
export function createDrafts({ clock, store, update, page, tell }) {
  /** @type {Map<string, {draft: DraftInput, localTimer: number | null, timer: number | null, savedAt: number, isDirty: boolean}>} */
  const open = new Map();

  const keyStart = () => {
    const { user } = store.getState();
    return `messenger-draft:${user ? user.id : ''}:`;
  };
  /** @param {(storage: Storage) => void} use a full or forbidden storage is no reason to stop */
  const withStorage = (use) => {
    try {
      use(page.localStorage);
    } catch {
      return;
    }
  };

  /** @param {string} id */
  const keepHere = (id) => {
    const entry = open.get(id);
    if (!entry) return;
    entry.localTimer = null;
    withStorage((storage) => {
      if (entry.draft.text || (entry.draft.attachmentIds || []).length) storage.setItem(keyStart() + id, JSON.stringify(entry.draft));
      else storage.removeItem(keyStart() + id);
    });
    tell(id);
  };

  /** Save on the server now. @param {string} id */
  const flush = async (id) => {
    const entry = open.get(id);
    if (!entry) return;
    clock.cancel(entry.timer);
    entry.timer = null;
    if (entry.localTimer !== null) {
      clock.cancel(entry.localTimer);
      keepHere(id);
    }
    if (!entry.isDirty) return;
    entry.isDirty = false;
    entry.savedAt = clock.now();
    const conversation = store.getState().conversations[id];
    const baseRev = conversation && conversation.draft ? conversation.draft.rev : undefined;
    try {
      await update(id, { draft: { ...entry.draft, ...(baseRev === undefined ? {} : { baseRev }) } });
    } catch (thrown) {
      const error = /** @type {import('./errors.js').ApiError} */ (thrown);
      if (error.code === 'draft_conflict') offerOther(id, error.details);
      else entry.isDirty = error.isTransient;
    }
  };

  /** @param {string} id @param {Record<string, unknown>} details holds the other one */
  const offerOther = (id, details) => {
    const other = /** @type {Draft} */ (details.draft || details);
    store.dispatch({ type: 'ownChanged', id, updates: { draft: other } });
    store.dispatch({ type: 'draftOffered', id, draft: other });
  };

  return {
    /** @param {string} id @param {DraftInput} draft */
    save(id, draft) {
      const entry = open.get(id) || { draft, localTimer: null, timer: null, savedAt: Number.NEGATIVE_INFINITY, isDirty: false };
      open.set(id, entry);
      entry.draft = draft;
      entry.isDirty = true;
      if (entry.localTimer === null) entry.localTimer = clock.after(() => keepHere(id), LOCAL_MS);
      clock.cancel(entry.timer);
      const wait = Math.max(REST_MS, entry.savedAt + EVERY_MS - clock.now());
      entry.timer = clock.after(() => void flush(id), wait);
    },

    /** What to show in the composer. @param {string} id @returns {DraftInput | null} */
    of(id) {
      const entry = open.get(id);
      if (entry) return entry.draft;
      /** @type {DraftInput | null} */
      let local = null;
      withStorage((storage) => {
        local = JSON.parse(storage.getItem(keyStart() + id) || 'null');
      });
      const conversation = store.getState().conversations[id];
      return local || (conversation && conversation.draft) || null;
    },

    /** The draft became a message. @param {string} id */
    sent(id) {
      const entry = open.get(id);
      if (entry) {
        clock.cancel(entry.timer);
        clock.cancel(entry.localTimer);
      }
      open.delete(id);
      withStorage((storage) => storage.removeItem(keyStart() + id));
      const conversation = store.getState().conversations[id];
      if (conversation && conversation.draft) update(id, { draft: null }).catch(() => {});
    },

    /** Another tab wrote one. @param {string} id */
    heard(id) {
      const entry = open.get(id);
      if (entry && !entry.isDirty) open.delete(id);
    },
    flush,
    flushAll: () => Promise.all([...open.keys()].map(flush)),
    async clear() {
      for (const { timer, localTimer } of open.values()) {
        clock.cancel(timer);
        clock.cancel(localTimer);
      }
      open.clear();
      withStorage((storage) => {
        for (const key of Object.keys(storage)) if (key.startsWith('messenger-draft:')) storage.removeItem(key);
      });
    },
  };
}
