/**
 * v4 REST. The only module, beside the sockets, that talks to the network.
 */
import { browserClock } from './clock.js';
import { readCsrfToken } from './csrf.js';
import { ApiError, asApiError, errorOfResponse } from './errors.js';
import { newNonce } from './nonces.js';
import { onOwnHost } from './own-host.js';
import { sendWithProgress } from './uploads.js';

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./types.js').SyncRequest} SyncRequest */
/** @typedef {import('./types.js').SyncAnswer} SyncAnswer */
/** @typedef {Record<string, any>} Body */
/**
 * @typedef {object} RequestOptions
 * @property {string} [method]
 * @property {unknown} [body] an object is sent as JSON, `FormData` as it is
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {(share: number) => void} [onProgress] 0 up to 1, of the upload
 * @property {number} [timeoutMs]
 * @property {boolean} [keepalive]
 */
/** @typedef {{clientNonce?: string, onProgress?: (share: number) => void, signal?: AbortSignal, metadata?: Record<string, unknown>, attachmentIds?: string[], retries?: number}} SendOptions */

const SAFE_METHODS = ['GET', 'HEAD'];
const PAUSES_MS = [500, 1000];
const ANSWER_WITHIN_MS = 20000;

export class MessengerAPI {
  /** @param {{fetch?: typeof fetch, clock?: Clock}} [parts] for tests */
  constructor(parts = {}) {
    this.baseUrl = '/api/v4/messenger';
    this._fetch = parts.fetch || ((/** @type {RequestInfo | URL} */ input, /** @type {RequestInit} */ init) => globalThis.fetch(input, init));
    this._clock = parts.clock || browserClock();
  }

  getCsrfToken() {
    return readCsrfToken();
  }

  /**
   * @param {string} endpoint below `baseUrl`, or a whole path from `/api/`
   * @param {RequestOptions} [options]
   * @param {number} [retries] more tries on 5xx or no answer; GET 2, others 0 unless told
   * @returns {Promise<Body>} the parsed body
   * @throws {ApiError}
   */
  async request(endpoint, options = {}, retries) {
    const method = (options.method || 'GET').toUpperCase();
    const tries = retries === undefined ? (SAFE_METHODS.includes(method) ? PAUSES_MS.length : 0) : retries;
    const url = endpoint.startsWith('/api/') ? endpoint : `${this.baseUrl}${endpoint}`;
    let hasFreshToken = false;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this._once(url, method, options);
      } catch (thrown) {
        const error = asApiError(thrown);
        if (options.signal && options.signal.aborted) throw error;
        if (error.code === 'csrf_failed' && !hasFreshToken) {
          hasFreshToken = true;
          attempt -= 1;
          await this._once('/api/v4/csrf-token', 'GET', {});
          continue;
        }
        if (attempt >= tries || !(error.status === 0 || error.status >= 500)) throw error;
        await this._pause(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
      }
    }
  }

  /** Safe to repeat: one conversation, with one first message, for one `clientNonce`. @param {{type?: string, participantIds?: string[], recipientId?: string, context?: object | null, metadata?: object, message?: string, title?: string, clientNonce?: string}} input */
  createConversation(input) {
    return this.request('/conversations', { method: 'POST', body: { ...input, clientNonce: input.clientNonce || newNonce() } }, PAUSES_MS.length);
  }

  /** @param {{status?: string, unreadOnly?: boolean, unread?: boolean, pinned?: boolean, archived?: boolean, search?: string, cursor?: string | null, limit?: number}} [filters] @param {RequestOptions} [options] */
  getConversations(filters = {}, options = {}) {
    const { unreadOnly, ...rest } = filters;
    return this.request(`/conversations${query({ ...rest, unread: unreadOnly || rest.unread || undefined })}`, options);
  }

  /** @param {string} id */
  getConversation(id) {
    return this.request(`/conversations/${part(id)}`);
  }

  /** @param {string} id @param {Body} changes @param {RequestOptions} [options] */
  updateConversation(id, changes, options = {}) {
    return this.request(`/conversations/${part(id)}`, { ...options, method: 'PATCH', body: changes });
  }

  /** @param {string} id */
  deleteConversation(id) {
    return this.request(`/conversations/${part(id)}`, { method: 'DELETE' });
  }

  /** @param {string} id @param {string | {before?: string, after?: string, around?: string, cursor?: string, limit?: number} | null} [where] a string is `before` */
  getMessages(id, where = {}) {
    const page = typeof where === 'string' ? { before: where } : where || {};
    return this.request(`/conversations/${part(id)}/messages${query(page)}`);
  }

  /**
   * Send a text, safe to repeat: the server keeps one message for one `clientNonce`.
   *
   * @param {string} id
   * @param {string} content
   * @param {readonly File[]} [files]
   * @param {string | null} [replyToId]
   * @param {SendOptions} [options]
   */
  sendMessage(id, content, files = [], replyToId = null, options = {}) {
    const clientNonce = options.clientNonce || newNonce();
    const { metadata, attachmentIds, signal, onProgress } = options;
    const body = files.length
      ? formOf({ content, clientNonce, replyTo: replyToId, metadata: metadata && JSON.stringify(metadata) }, 'attachments', files)
      : withoutGaps({ content, clientNonce, replyTo: replyToId || undefined, attachmentIds, metadata });
    const headers = { 'Idempotency-Key': clientNonce };
    const retries = options.retries === undefined ? PAUSES_MS.length : options.retries;
    return this.request(`/conversations/${part(id)}/messages`, { method: 'POST', body, headers, signal, onProgress }, retries);
  }

  /** @param {string} messageId @param {string} content */
  editMessage(messageId, content) {
    return this.request(`/messages/${part(messageId)}`, { method: 'PATCH', body: { content } });
  }

  /** @param {string} messageId */
  deleteMessage(messageId) {
    return this.request(`/messages/${part(messageId)}`, { method: 'DELETE' });
  }

  /** @param {string} conversationId @param {string} messageId */
  restoreMessage(conversationId, messageId) {
    return this.request(`/conversations/${part(conversationId)}/messages/${part(messageId)}/restore`, { method: 'POST', body: {} });
  }

  /** @param {string} messageId @param {string} emoji @param {boolean} [on] set instead of toggle */
  toggleReaction(messageId, emoji, on) {
    return this.request(`/messages/${part(messageId)}/reactions`, { method: 'POST', body: withoutGaps({ emoji, on }) });
  }

  /** @param {string} id @param {number} [upToSeq] all where absent */
  markAsRead(id, upToSeq) {
    return this.request(`/conversations/${part(id)}/read`, { method: 'POST', body: withoutGaps({ upToSeq }) });
  }

  /** @param {string} id */
  markAsUnread(id) {
    return this.updateConversation(id, { markUnread: true });
  }

  /** @param {string} id @param {boolean} [isTyping] */
  sendTyping(id, isTyping = true) {
    return this.request(`/conversations/${part(id)}/typing`, { method: 'POST', body: { isTyping } });
  }

  /** @param {string} q @param {string} [conversationId] @param {RequestOptions} [options] */
  searchMessages(q, conversationId, options = {}) {
    return this.request(`/search${query({ q, conversationId })}`, options);
  }

  /** @param {string} q @param {{role?: string, limit?: number}} [filters] @param {RequestOptions} [options] */
  getContacts(q, filters = {}, options = {}) {
    return this.request(`/contacts${query({ q, ...filters })}`, options);
  }

  /** @param {string} q @param {{role?: string, limit?: number}} [filters] @param {RequestOptions} [options] */
  searchContacts(q, filters = {}, options = {}) {
    return this.getContacts(q, filters, options);
  }

  getUnreadCount() {
    return this.request('/unread');
  }

  /** @param {SyncRequest} request @returns {Promise<SyncAnswer>} */
  sync(request) {
    return /** @type {Promise<any>} */ (this.request('/sync', { method: 'POST', body: request }));
  }

  /** @param {File} file @param {{onProgress?: (share: number) => void, signal?: AbortSignal}} [options] */
  uploadAttachment(file, { onProgress, signal } = {}) {
    return this.request('/attachments', { method: 'POST', body: formOf({}, 'file', [file]), onProgress, signal });
  }

  /** @param {string} messageId @param {string} reason @param {string} [details] */
  reportMessage(messageId, reason, details) {
    return this.request(`/messages/${part(messageId)}/report`, { method: 'POST', body: withoutGaps({ reason, details }) });
  }

  /** @param {string} userId @param {string} [reason] */
  block(userId, reason) {
    return this.request('/blocks', { method: 'POST', body: withoutGaps({ userId, reason }) });
  }

  /** @param {string} userId */
  unblock(userId) {
    return this.request(`/blocks/${part(userId)}`, { method: 'DELETE' });
  }

  getMe() {
    return this.request('/api/v4/auth/me');
  }

  logOut() {
    return this.request('/api/v4/auth/logout', { method: 'POST', body: {} });
  }

  /** @param {string} url @param {string} method @param {RequestOptions} options @returns {Promise<Body>} */
  async _once(url, method, options) {
    const isForm = typeof FormData !== 'undefined' && options.body instanceof FormData;
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json', ...options.headers };
    if (options.body !== undefined && !isForm) headers['Content-Type'] = 'application/json';
    if (!SAFE_METHODS.includes(method)) headers['X-CSRF-Token'] = this.getCsrfToken();
    const body = /** @type {BodyInit | undefined} */ (options.body === undefined || isForm ? options.body : JSON.stringify(options.body));
    if (isForm && options.onProgress && typeof XMLHttpRequest !== 'undefined') {
      const sent = await sendWithProgress(onOwnHost(url), method, headers, /** @type {FormData} */ (body), options.onProgress, options.signal);
      return this._read(sent.status, sent.text, sent.retryAfter);
    }
    const { signal, done } = this._deadline(options, isForm);
    try {
      const init = { method, headers, body, signal, credentials: /** @type {const} */ ('same-origin'), keepalive: options.keepalive };
      const response = await this._fetch(onOwnHost(url), init);
      return this._read(response.status, await response.text(), response.headers.get('Retry-After'));
    } finally {
      done();
    }
  }

  /** @param {number} status @param {string} text @param {string | null} retryAfter @returns {Body} */
  _read(status, text, retryAfter) {
    const body = parsed(text);
    if (status < 200 || status >= 300) throw errorOfResponse(status, body, retryAfter, this._clock.now());
    if (status === 204) return {};
    if (typeof body !== 'object' || body === null) throw new ApiError('The server answered with something that is not JSON.', { status: 502, code: 'bad_answer' });
    return /** @type {Body} */ (body);
  }

  /** @param {RequestOptions} options @param {boolean} isForm */
  _deadline(options, isForm) {
    const controller = new AbortController();
    const abort = () => controller.abort();
    const timer = isForm ? null : this._clock.after(abort, options.timeoutMs || ANSWER_WITHIN_MS);
    if (options.signal && options.signal.aborted) abort();
    if (options.signal) options.signal.addEventListener('abort', abort);
    const done = () => {
      this._clock.cancel(timer);
      if (options.signal) options.signal.removeEventListener('abort', abort);
    };
    return { signal: controller.signal, done };
  }

  /** @param {number} ms @returns {Promise<void>} */
  _pause(ms) {
    return new Promise((resolve) => {
      this._clock.after(resolve, ms);
    });
  }
}

/** @param {string} text @returns {unknown} null where it is no JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} id */
function part(id) {
  return encodeURIComponent(id);
}

/** @param {Record<string, string | number | boolean | null | undefined>} values absent ones are left out */
function query(values) {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== '') pairs.set(name, String(value));
  }
  const text = pairs.toString();
  return text ? `?${text}` : '';
}

/** @param {Body} values */
function withoutGaps(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** @param {Record<string, string | null | undefined>} fields @param {string} name @param {readonly File[]} files */
function formOf(fields, name, files) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) if (typeof value === 'string') form.append(field, value);
  for (const file of files) form.append(name, file, file.name);
  return form;
}
