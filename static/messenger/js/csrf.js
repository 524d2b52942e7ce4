/** Where a page keeps its CSRF token. */

/**
 * The token, from the first place that has one: cookies `csrf` and `csrfToken`, the meta tag, two globals.
 *
 * @returns {string} '' where there is none
 */
export function readCsrfToken() {
  if (typeof document === 'undefined') return '';
  const page = /** @type {{__CSRF_TOKEN__?: unknown, csrfToken?: unknown}} */ (/** @type {unknown} */ (globalThis));
  const meta = document.querySelector('meta[name="csrf-token"]');
  const found = [
    cookieValue(document.cookie, 'csrf'),
    cookieValue(document.cookie, 'csrfToken'),
    meta ? meta.getAttribute('content') : '',
    page.__CSRF_TOKEN__,
    page.csrfToken,
  ].find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : '';
}

/**
 * The whole value, `=` included.
 *
 * @param {string} cookies as in `document.cookie`
 * @param {string} name
 */
export function cookieValue(cookies, name) {
  const start = `${name}=`;
  const pair = cookies
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(start));
  return pair ? pair.slice(start.length) : '';
}
