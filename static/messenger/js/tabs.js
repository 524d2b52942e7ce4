/** Agreement among the tabs of one browser: messages, one at a time, once for all. */

const CHANNEL = 'messenger';
const CLAIMED = 'messenger-claimed';
const CLAIM_HOLDS_MS = 60000;

/** @typedef {{type: 'outbox', clientNonce: string} | {type: 'signed-out'} | {type: 'draft', conversationId: string} | {type: 'theme', theme: string}} TabMessage */

/** @param {{onMessage: (message: TabMessage) => void}} parts */
export function createTabs({ onMessage }) {
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(CHANNEL) : null;
  if (channel) channel.onmessage = ({ data }) => onMessage(data);

  /**
   * Run while no other tab runs under this name. Without Web Locks it just runs: what needs it is safe to repeat.
   *
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} run
   * @returns {Promise<T>}
   */
  const lock = (name, run) => {
    const locks = globalThis.navigator && navigator.locks;
    return locks ? /** @type {Promise<T>} */ (locks.request(name, run)) : run();
  };

  return {
    /** To the other tabs. @param {TabMessage} message */
    post(message) {
      if (channel) channel.postMessage(message);
    },
    lock,
    /** Whether this tab is the first to claim `key`: one sound, one desktop notification. @param {string} key @returns {Promise<boolean>} */
    claim: (key) => lock(CLAIMED, async () => claimInStorage(key, Date.now())),
    close() {
      if (channel) channel.close();
    },
  };
}

/** @param {string} key @param {number} now */
function claimInStorage(key, now) {
  try {
    const claimed = /** @type {Record<string, number>} */ (JSON.parse(localStorage.getItem(CLAIMED) || '{}'));
    if (now - (claimed[key] || 0) < CLAIM_HOLDS_MS) return false;
    const fresh = Object.entries(claimed).filter(([, at]) => now - at < CLAIM_HOLDS_MS);
    localStorage.setItem(CLAIMED, JSON.stringify(Object.fromEntries([...fresh, [key, now]])));
    return true;
  } catch {
    return true;
  }
}
