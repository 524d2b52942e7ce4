/** The reference page's forms: each sends its operation to this host and shows the answer. */
import { readCsrfToken } from '../csrf.js';

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Control */

const LONGEST_SHOWN = 50_000;

for (const form of document.querySelectorAll('form[data-path]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(/** @type {HTMLFormElement} */ (form));
  });
}

/**
 * Send what the form says, and show what comes.
 *
 * @param {HTMLFormElement} form
 */
async function send(form) {
  const output = form.querySelector('output');
  const [title, text] = [output?.querySelector('strong'), output?.querySelector('pre')];
  if (!output || !title || !text) return;
  output.hidden = false;
  title.textContent = '…';
  text.textContent = '';
  try {
    const answer = await fetch(addressOf(form), await requestOf(form));
    text.textContent = await readable(answer);
    title.textContent = `${answer.status} ${answer.statusText}`;
  } catch (error) {
    title.textContent = error instanceof Error ? error.message : String(error);
  }
}

/**
 * The operation's address with its path and query filled in.
 *
 * @param {HTMLFormElement} form
 */
function addressOf(form) {
  const path = controls(form, 'path').reduce(
    (address, input) => address.replace(`{${input.name}}`, encodeURIComponent(input.value)),
    form.dataset['path'] ?? '',
  );
  const query = new URLSearchParams(
    controls(form, 'query').filter((input) => input.value !== '').map((input) => [input.name, input.value]),
  ).toString();
  return query ? `${path}?${query}` : path;
}

/**
 * Method, headers and body. With a token the session's cookie stays at home.
 *
 * @param {HTMLFormElement} form
 * @returns {Promise<RequestInit>}
 */
async function requestOf(form) {
  const headers = new Headers();
  for (const input of controls(form, 'header')) if (input.value !== '') headers.set(input.name, input.value);
  const token = /** @type {HTMLInputElement | null} */ (document.getElementById('api-token'))?.value.trim() ?? '';
  const method = form.dataset['method'] ?? 'GET';
  if (token) headers.set('Authorization', `Bearer ${token}`);
  else if (method !== 'GET') headers.set('X-CSRF-Token', await csrfToken());
  const body = bodyOf(form);
  if (typeof body === 'string') headers.set('Content-Type', 'application/json');
  return { method, headers, credentials: token ? 'omit' : 'same-origin', ...(body === null ? {} : { body }) };
}

/**
 * A form where files are chosen, else the JSON text.
 *
 * @param {HTMLFormElement} form
 * @returns {FormData | string | null}
 */
function bodyOf(form) {
  const written = controls(form, 'body')[0]?.value.trim() ?? '';
  const chosen = /** @type {HTMLInputElement | null} */ (form.querySelector('input[type="file"]'));
  if (!chosen?.files?.length) return written || null;
  const data = new FormData();
  for (const file of chosen.files) data.append(chosen.dataset['field'] ?? 'file', file);
  const fields = /** @type {Record<string, unknown>} */ (JSON.parse(written || '{}'));
  for (const [name, value] of Object.entries(fields)) data.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  return data;
}

/** The token of the page, fetched where there is none yet. */
async function csrfToken() {
  if (!readCsrfToken()) await fetch('/api/v4/csrf-token');
  return readCsrfToken();
}

/**
 * JSON with its lines apart, other text as it is; of files the size alone.
 *
 * @param {Response} answer
 */
async function readable(answer) {
  const type = answer.headers.get('Content-Type') ?? '';
  if (!/json|^text\//.test(type)) return `${type} ${(await answer.blob()).size} bytes`;
  const text = await answer.text();
  const shown = type.includes('json') && text ? JSON.stringify(JSON.parse(text), null, 2) : text;
  return shown.slice(0, LONGEST_SHOWN);
}

/**
 * The form's controls of one place.
 *
 * @param {HTMLFormElement} form
 * @param {string} place
 */
function controls(form, place) {
  return /** @type {Control[]} */ ([...form.querySelectorAll(`[data-place="${place}"]`)]);
}
