/** Who uses this page: the host's `AuthStateManager`, our boot data, a meta tag, else one request. */

/** @typedef {import('./types.js').User} User */
/** @typedef {import('./types.js').BootData} BootData */

/**
 * @param {object} parts
 * @param {BootData | null} parts.boot
 * @param {import('./api.js').MessengerAPI} parts.api
 * @param {Window & typeof globalThis} parts.page
 * @returns {Promise<User | null>} `null` is signed out
 */
export async function identify({ boot, api, page }) {
  const host = hostUser(page);
  if (host !== undefined) return host;
  if (boot) return boot.user;
  const meta = page.document.querySelector('meta[name="messenger-user-id"]');
  const id = meta && meta.getAttribute('content');
  if (id) return { id, displayName: '' };
  const { user } = await api.getMe();
  return user || null;
}

/** @param {Window & typeof globalThis} page @returns {User | null | undefined} undefined where the host has no say */
function hostUser(page) {
  const auth = /** @type {{AuthStateManager?: {isAuthenticated?: () => boolean, getUser?: () => any}}} */ (/** @type {unknown} */ (page)).AuthStateManager;
  if (!auth || typeof auth.isAuthenticated !== 'function' || typeof auth.getUser !== 'function') return undefined;
  if (!auth.isAuthenticated()) return null;
  const user = auth.getUser();
  const id = user && (user.id || user.userId || user._id);
  return id ? { ...user, id: String(id), displayName: user.displayName || user.name || '' } : undefined;
}
