/**
 * Half-written messages: kept on this device within half a second until the server has them, which gets them when the
 * text rests, is left or hidden.
 *
 * A newer one from another device replaces an untouched one. If both changed, ours stays and the other is in
 * `state.draftOffers[id]`.
 */

/** @typedef {import('./types.js').Draft} Draft */
/** @typedef {{text: string, replyToId?: string | null, attachmentIds?: string[]}} DraftInput */
/**
 * One that the server does not have yet. `baseRev` is the revision it builds on.
 *
 * @typedef {{draft: DraftInput, baseRev: number, localTimer: number | null, timer: number | null, change: number}} Unsaved
 */

const REST_MS = 3000;
const EVERY_MS = 10000;
const LOCAL_MS = 500;
const KEY = 'messenger-draft:';

/**
 * @param {object} parts
 * @param {import('./clock.js').Clock} parts.clock
 * @param {import('./store.js').Store} parts.store
 * @param {(id: string, changes: Record<string, unknown>) => Promise<unknown>} parts.update
 * @param {Window & typeof globalThis} parts.page
 * @param {(conversationId: string) => void} parts.tell the other tabs
 */
export function createDrafts({ clock, store, update, page, tell }) {
  /** @type {Map<string, Unsaved>} */
  const unsaved = new Map();
  /** @type {Map<string, number>} */
  const savedAt = new Map();
  /** @type {Map<string, Promise<void>>} what the server is being told, by conversation: one thing after the other */
  const telling = new Map();

  const keyOf = (/** @type {string} */ id) => {
    const { user } = store.getState();
    return `${KEY}${user ? user.id : ''}:${id}`;
  };
  /** @param {string} id @returns {Draft | null} */
  const serversOf = (id) => {
    const conversation = store.getState().conversations[id];
    return (conversation && conversation.draft) || null;
  };

  /** @template T @param {(storage: Storage) => T} use a full or forbidden storage is no reason to stop @returns {T | null} */
  const withStorage = (use) => {
    try {
      return use(page.localStorage);
    } catch {
      return null;
    }
  };

  /** @param {string} id */
  const keepHere = (id) => {
    const entry = unsaved.get(id);
    if (!entry) return;
    entry.localTimer = null;
    withStorage((storage) => storage.setItem(keyOf(id), JSON.stringify({ draft: entry.draft, baseRev: entry.baseRev })));
    tell(id);
  };

  /** @param {string} id */
  const forget = (id) => {
    const entry = unsaved.get(id);
    if (entry) {
      clock.cancel(entry.timer);
      clock.cancel(entry.localTimer);
    }
    unsaved.delete(id);
    withStorage((storage) => storage.removeItem(keyOf(id)));
  };

  /** What an earlier page left here. @param {string} id @returns {{draft: DraftInput, baseRev: number} | null} */
  const leftOver = (id) => withStorage((storage) => JSON.parse(storage.getItem(keyOf(id)) || 'null'));

  /** @param {string} id @param {() => Promise<void>} tell never rejects */
  const inTurn = (id, tell) => {
    const before = telling.get(id);
    const mine = before ? before.then(tell) : tell();
    telling.set(id, mine);
    return mine.finally(() => telling.get(id) === mine && telling.delete(id));
  };

  /** Save on the server now. @param {string} id @returns {Promise<void>} */
  const flush = async (id) => {
    const entry = unsaved.get(id);
    if (!entry) return;
    clock.cancel(entry.timer);
    entry.timer = null;
    if (entry.localTimer !== null) {
      clock.cancel(entry.localTimer);
      keepHere(id);
    }
    if (!store.getState().sessionEnded) await inTurn(id, () => saveThere(id, entry));
  };

  /** @param {string} id @param {Unsaved} entry nothing happens where it was sent meanwhile @returns {Promise<void>} */
  const saveThere = async (id, entry) => {
    if (unsaved.get(id) !== entry) return;
    const { change } = entry;
    savedAt.set(id, clock.now());
    try {
      await update(id, { draft: { ...entry.draft, baseRev: entry.baseRev } });
      rebase(id);
      if (unsaved.get(id) === entry && entry.change === change) forget(id);
    } catch (thrown) {
      const { code, details } = /** @type {import('./errors.js').ApiError} */ (thrown);
      if (code === 'draft_conflict' && unsaved.get(id) === entry) await bothChanged(id, entry, details.draft);
    }
  };

  /** @param {string} id */
  const clearThere = async (id) => {
    try {
      await update(id, { draft: null });
      rebase(id);
    } catch {
      // the next draft of this conversation builds on it, and replaces it
    }
  };

  /** What is written now builds on what the server has now. @param {string} id */
  const rebase = (id) => {
    const entry = unsaved.get(id);
    if (entry) entry.baseRev = revOf(serversOf(id));
  };

  /** @param {string} id @param {Unsaved} entry @param {unknown} told the other one, nothing where it was sent or cleared */
  const bothChanged = async (id, entry, told) => {
    const other = /** @type {Draft | null} */ (told || null);
    store.dispatch({ type: 'ownChanged', id, updates: { draft: other } });
    entry.baseRev = revOf(other);
    if (other) store.dispatch({ type: 'draftOffered', id, draft: other });
    else await saveThere(id, entry);
  };

  /** What to show in the composer. @param {string} id @returns {DraftInput | null} */
  const of = (id) => {
    const entry = unsaved.get(id);
    if (entry) return entry.draft;
    const left = leftOver(id);
    if (!left) return serversOf(id);
    unsaved.set(id, { ...left, localTimer: null, timer: null, change: 1 });
    return left.draft;
  };

  const flushAll = () => Promise.all([...unsaved.keys()].map(flush));

  /** @returns {string[]} the conversations of which this device keeps a draft */
  const keptHere = () => {
    const start = keyOf('');
    const keys = withStorage((storage) => Object.keys(storage).filter((key) => key.startsWith(start))) || [];
    return keys.map((key) => key.slice(start.length));
  };

  return {
    /** @param {string} id @param {DraftInput} draft */
    save(id, draft) {
      const entry = unsaved.get(id) || { draft, baseRev: revOf(serversOf(id)), localTimer: null, timer: null, change: 0 };
      unsaved.set(id, entry);
      entry.draft = draft;
      entry.change += 1;
      if (entry.localTimer === null) entry.localTimer = clock.after(() => keepHere(id), LOCAL_MS);
      clock.cancel(entry.timer);
      const last = savedAt.get(id);
      const wait = last === undefined ? REST_MS : Math.max(REST_MS, last + EVERY_MS - clock.now());
      entry.timer = clock.after(() => void flush(id), wait);
    },

    of,

    /** The other device's is taken, or not wanted. @param {string} id @param {boolean} isTaken */
    answerOffer(id, isTaken) {
      const offer = store.getState().draftOffers[id];
      if (isTaken && offer) forget(id);
      store.dispatch({ type: 'draftOffered', id, draft: null });
      if (!isTaken) void flush(id);
    },

    /** The draft became a message. What is being saved at the moment is cleared after it. @param {string} id */
    sent(id) {
      forget(id);
      store.dispatch({ type: 'draftOffered', id, draft: null });
      if (serversOf(id) || telling.has(id)) void inTurn(id, () => clearThere(id));
    },

    /** Another tab writes one; ours, if there is one, stays. @param {string} id */
    heard(id) {
      const left = unsaved.has(id) ? null : leftOver(id);
      if (left) store.dispatch({ type: 'ownChanged', id, updates: { draft: { ...left.draft, rev: left.baseRev } } });
    },

    flush,
    flushAll,

    /** Give the server all there is on this device, also what earlier pages left. */
    async saveAll() {
      keptHere().forEach(of);
      await flushAll();
    },

    /** This user's, from this device. */
    async clear() {
      for (const id of new Set([...unsaved.keys(), ...keptHere()])) forget(id);
    },
  };
}

/** @param {Draft | null} draft */
function revOf(draft) {
  return (draft && draft.rev) || 0;
}
