/**
 * Where unsent messages and drafts stay through reload and crash: IndexedDB, a database per user; memory where there is none.
 */

/** @typedef {import('./types.js').Quote} Quote */
/**
 * @typedef {object} OutboxRecord
 * @property {string} clientNonce
 * @property {string} conversationId
 * @property {number} order
 * @property {string} content
 * @property {Quote | null} replyTo
 * @property {string[]} attachmentIds uploaded before
 * @property {{name: string, type: string, size: number, blob: Blob, attachmentId: string | null}[]} files `attachmentId` once uploaded
 * @property {Record<string, unknown>} [metadata]
 * @property {'sending' | 'failed'} state
 * @property {string | null} error
 * @property {number} tries
 * @property {string} createdAt
 */
/**
 * @typedef {object} OutboxStorage
 * @property {() => Promise<OutboxRecord[]>} all in the order of sending
 * @property {(clientNonce: string) => Promise<OutboxRecord | undefined>} get
 * @property {(record: OutboxRecord) => Promise<void>} put
 * @property {(clientNonce: string) => Promise<void>} remove
 * @property {() => Promise<void>} clear this user's local data
 */

const STORE = 'outbox';

/** @returns {OutboxStorage} */
export function memoryStorage() {
  /** @type {Map<string, OutboxRecord>} */
  const records = new Map();
  return {
    all: async () => inOrder([...records.values()]),
    get: async (clientNonce) => records.get(clientNonce),
    put: async (record) => {
      records.set(record.clientNonce, record);
    },
    remove: async (clientNonce) => {
      records.delete(clientNonce);
    },
    clear: async () => records.clear(),
  };
}

/**
 * @param {string} userId
 * @param {IDBFactory | undefined} [factory]
 * @returns {Promise<OutboxStorage>} memory where IndexedDB cannot be opened (private windows, full disks)
 */
export async function openStorage(userId, factory = globalThis.indexedDB) {
  if (!factory) return memoryStorage();
  try {
    return databaseStorage(await openDatabase(factory, `messenger-${userId}`));
  } catch {
    return memoryStorage();
  }
}

/** @param {IDBFactory} factory @param {string} name @returns {Promise<IDBDatabase>} */
function openDatabase(factory, name) {
  return new Promise((resolve, reject) => {
    const opening = factory.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'clientNonce' });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error('blocked'));
  });
}

/** @param {IDBDatabase} database @returns {OutboxStorage} */
function databaseStorage(database) {
  database.onversionchange = () => database.close();
  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
   * @returns {Promise<T>} once it is on disk
   */
  const run = (mode, ask) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error || request.error);
    });
  return {
    all: async () => inOrder(await run('readonly', (store) => store.getAll())),
    get: (clientNonce) => run('readonly', (store) => store.get(clientNonce)),
    put: async (record) => {
      await run('readwrite', (store) => store.put(record));
    },
    remove: async (clientNonce) => {
      await run('readwrite', (store) => store.delete(clientNonce));
    },
    clear: async () => {
      await run('readwrite', (store) => store.clear());
    },
  };
}

/** @param {OutboxRecord[]} records */
function inOrder(records) {
  return records.sort((a, b) => a.order - b.order);
}
