/**
 * Messages on their way out. Each is stored before its row is drawn and stays until it is acknowledged; one
 * `clientNonce` for ever, so that sending it again is safe. In order per conversation, one at a time.
 */
import { jittered } from './clock.js';
import { asApiError } from './errors.js';
import { deliver, uploadFiles } from './outbox-delivery.js';
import { memoryStorage } from './outbox-storage.js';

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./outbox-storage.js').OutboxStorage} OutboxStorage */
/** @typedef {import('./outbox-storage.js').OutboxRecord} OutboxRecord */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Pending} Pending */
/**
 * @typedef {object} Outgoing
 * @property {string} conversationId
 * @property {string} content
 * @property {Message | null} [replyTo]
 * @property {readonly File[]} [files]
 * @property {string[]} [attachmentIds]
 * @property {Record<string, unknown>} [metadata]
 */

const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const STORED_WITHIN_MS = 300;
const TOLD_WITHIN_MS = 2000;

/**
 * @param {object} parts
 * @param {Clock} parts.clock
 * @param {Store} parts.store
 * @param {import('./api.js').MessengerAPI} parts.api
 * @param {() => import('./socket.js').Link | null} parts.link
 * @param {() => boolean} parts.isOnline whether a failure is the server's, not the network's
 * @param {(name: string, run: () => Promise<string>) => Promise<string>} parts.lock one tab at a time
 * @param {() => string} parts.newNonce
 * @param {(message: Message, clientNonce: string) => void} parts.onAcknowledged the store has it already
 * @param {(clientNonce: string) => void} parts.onStored other tabs may show it
 */
export function createOutbox({ clock, store, api, link, isOnline, lock, newNonce, onAcknowledged, onStored }) {
  /** @type {Promise<OutboxStorage>} */
  let storage = Promise.resolve(memoryStorage());
  /** @type {Map<string, OutboxRecord>} what could not be stored */
  const unstored = new Map();
  /** @type {Set<string>} conversations being worked on */
  const busy = new Set();
  /** @type {Map<string, number>} by conversation */
  const timers = new Map();
  /** @type {Map<string, number>} tries in a row that were not answered, by conversation */
  const misses = new Map();
  let lastOrder = 0;

  /** @param {string} clientNonce what is not on disk yet is in memory, and newer; some disks never answer */
  const read = async (clientNonce) => unstored.get(clientNonce) || storage.then((disk) => disk.get(clientNonce)).catch(() => undefined);

  /** A slow disk does not hold anything up for long. @param {Promise<unknown>} asked @returns {Promise<void>} never rejects */
  const inTime = async (asked) => {
    /** @type {number | null} */
    let timer = null;
    const late = new Promise((resolve) => {
      timer = clock.after(() => resolve(undefined), STORED_WITHIN_MS);
    });
    await Promise.race([asked.catch(() => {}), late]);
    clock.cancel(timer);
  };

  /** @param {OutboxRecord} record */
  const write = async (record) => {
    unstored.set(record.clientNonce, record);
    const stored = storage
      .then((disk) => disk.put(record))
      .then(() => {
        if (unstored.get(record.clientNonce) === record) unstored.delete(record.clientNonce);
      });
    await inTime(stored);
  };

  /** @param {string} clientNonce */
  const erase = async (clientNonce) => {
    unstored.delete(clientNonce);
    await inTime(storage.then((disk) => disk.remove(clientNonce)));
  };

  /** @param {OutboxRecord} record */
  const draw = (record) => store.dispatch({ type: 'pending', pending: pendingOf(record) });

  /** @param {string} id @returns {Pending | undefined} the next one to go */
  const headOf = (id) => (store.getState().pending[id] || []).find((row) => row.state !== 'failed');

  /** @param {string} id @param {string} clientNonce */
  const isPending = (id, clientNonce) => (store.getState().pending[id] || []).some((row) => row.clientNonce === clientNonce);

  /** Send what waits in a conversation, one after the other. @param {string} id */
  const work = async (id) => {
    if (busy.has(id) || timers.has(id)) return;
    busy.add(id);
    try {
      for (let head = headOf(id); head; head = headOf(id)) {
        const { clientNonce } = head;
        const outcome = await lock(`messenger-outbox-${id}`, () => attempt(id, clientNonce));
        if (outcome === 'paused') return;
      }
    } finally {
      busy.delete(id);
    }
  };

  /** @param {string} id @param {string} clientNonce @returns {Promise<'done' | 'paused'>} */
  const attempt = async (id, clientNonce) => {
    const record = await read(clientNonce);
    if (!record) return settledElsewhere(id, clientNonce);
    if (record.state === 'failed') {
      store.dispatch({ type: 'pendingChanged', clientNonce, changes: { state: 'failed', error: record.error } });
      return 'done';
    }
    let current = record;
    /** @param {OutboxRecord} uploaded */
    const save = (uploaded) => {
      current = uploaded;
      return write(uploaded);
    };
    try {
      const ready = await uploadFiles({ api, record, save, onProgress: (files) => store.dispatch({ type: 'pendingChanged', clientNonce, changes: { files } }) });
      const message = await deliver({ api, link: link(), record: ready });
      store.dispatch({ type: 'acknowledged', message: { ...message, conversationId: id }, clientNonce });
      misses.delete(id);
      onAcknowledged(message, clientNonce);
      await erase(clientNonce);
      return 'done';
    } catch (thrown) {
      return isPending(id, clientNonce) ? failed(current, asApiError(thrown)) : 'done';
    }
  };

  /** Another tab sent it, or dropped it; its event is on the way, or none will come. @param {string} id @param {string} clientNonce @returns {'paused'} */
  const settledElsewhere = (id, clientNonce) => {
    clock.after(() => {
      store.dispatch({ type: 'pendingSettled', conversationId: id, clientNonce });
      void work(id);
    }, TOLD_WITHIN_MS);
    return 'paused';
  };

  /** @param {OutboxRecord} record @param {import('./errors.js').ApiError} error @returns {Promise<'done' | 'paused'>} */
  const failed = async (record, error) => {
    const { clientNonce, conversationId } = record;
    if (error.status === 401) return 'paused';
    if (error.status === 429) {
      const ms = error.retryAfter === null ? pauseAfter(record.tries) : Math.ceil(error.retryAfter * 1000);
      store.dispatch({ type: 'pendingChanged', clientNonce, changes: { state: 'waiting', error: error.message, retryAt: clock.now() + ms } });
      return later(conversationId, ms);
    }
    const tries = record.tries + (error.status > 0 || isOnline() ? 1 : 0);
    if (error.isTransient && tries < MOST_TRIES) {
      const missed = (misses.get(conversationId) || 0) + 1;
      misses.set(conversationId, missed);
      await write({ ...record, tries });
      store.dispatch({ type: 'pendingChanged', clientNonce, changes: { tries } });
      return later(conversationId, jittered(clock, pauseAfter(missed), 0.2));
    }
    await write({ ...record, tries, state: 'failed', error: error.message });
    store.dispatch({ type: 'pendingChanged', clientNonce, changes: { tries, state: 'failed', error: error.message } });
    return 'done';
  };

  /** @param {string} id @param {number} ms @returns {'paused'} */
  const later = (id, ms) => {
    const timer = clock.after(() => {
      timers.delete(id);
      for (const { clientNonce, state } of store.getState().pending[id] || []) {
        if (state === 'waiting') store.dispatch({ type: 'pendingChanged', clientNonce, changes: { state: 'sending', error: null, retryAt: null } });
      }
      void work(id);
    }, ms);
    timers.set(id, timer);
    return 'paused';
  };

  /** Try again what does not wait for a rate limit. */
  const kick = () => {
    for (const [id, rows] of Object.entries(store.getState().pending)) {
      if (!rows.some((row) => row.state === 'waiting')) {
        clock.cancel(timers.get(id));
        timers.delete(id);
      }
      void work(id);
    }
  };

  return {
    /** Take up what was left unsent. @param {Promise<OutboxStorage>} opened */
    async open(opened) {
      storage = opened;
      const records = await opened.then((disk) => disk.all()).catch(() => /** @type {OutboxRecord[]} */ ([]));
      for (const record of records) draw(record);
      kick();
    },

    /** @param {Outgoing} outgoing @returns {string} its `clientNonce`; the row is drawn once it is stored */
    send(outgoing) {
      lastOrder = Math.max(lastOrder + 1, clock.now());
      const record = recordOf(outgoing, newNonce(), lastOrder);
      void write(record).then(() => {
        draw(record);
        onStored(record.clientNonce);
        void work(record.conversationId);
      });
      return record.clientNonce;
    },

    /** Another tab has one more. @param {string} clientNonce */
    async adopt(clientNonce) {
      const record = await read(clientNonce);
      if (record) draw(record);
    },

    /** @param {string} clientNonce */
    async retry(clientNonce) {
      const record = await read(clientNonce);
      if (!record) return;
      const files = record.files.map((file) => ({ ...file, attachmentId: null }));
      await write({ ...record, files, state: 'sending', error: null, tries: 0 });
      store.dispatch({ type: 'pendingChanged', clientNonce, changes: { state: 'sending', error: null, tries: 0 } });
      void work(record.conversationId);
    },

    /** @param {string} clientNonce */
    async discard(clientNonce) {
      const id = conversationOf(store, clientNonce);
      await erase(clientNonce);
      if (id) store.dispatch({ type: 'pendingSettled', conversationId: id, clientNonce });
    },

    /** Its event came: the server has it. @param {string} clientNonce */
    settle: erase,
    kick,
    unsentCount: () => Object.values(store.getState().pending).reduce((sum, rows) => sum + rows.length, 0),
    async clear() {
      unstored.clear();
      for (const timer of timers.values()) clock.cancel(timer);
      timers.clear();
      await inTime(storage.then((disk) => disk.clear()));
    },
  };
}

/** @param {number} tries */
function pauseAfter(tries) {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, tries - 1), LONGEST_PAUSE_MS);
}

/** @param {Store} store @param {string} clientNonce */
function conversationOf(store, clientNonce) {
  const { pending } = store.getState();
  return Object.keys(pending).find((id) => pending[id].some((row) => row.clientNonce === clientNonce));
}

/** @param {Outgoing} outgoing @param {string} clientNonce @param {number} order @returns {OutboxRecord} */
function recordOf({ conversationId, content, replyTo = null, files = [], attachmentIds = [], metadata }, clientNonce, order) {
  const quote = replyTo && { _id: replyTo.id, messageId: replyTo.id, seq: replyTo.seq, senderId: replyTo.senderId, senderName: replyTo.senderName, content: Array.from(replyTo.content).slice(0, 100).join(''), isDeleted: replyTo.isDeleted };
  return {
    clientNonce,
    conversationId,
    order,
    content,
    replyTo: quote,
    attachmentIds,
    files: files.map((file) => ({ name: file.name, type: file.type, size: file.size, blob: file, attachmentId: null })),
    ...(metadata ? { metadata } : {}),
    state: 'sending',
    error: null,
    tries: 0,
    createdAt: new Date(order).toISOString(),
  };
}

/** @param {OutboxRecord} record @returns {Pending} */
function pendingOf({ clientNonce, conversationId, content, replyTo, attachmentIds, files, metadata, state, error, tries, createdAt }) {
  const shown = files.map(({ name, type, size, attachmentId }) => ({ name, type, size, progress: attachmentId ? 1 : 0 }));
  return { clientNonce, conversationId, content, replyTo, attachmentIds, files: shown, metadata, state, error, tries, retryAt: null, createdAt };
}
