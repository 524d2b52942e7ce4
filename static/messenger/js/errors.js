/** The one error that network code throws. */

/** @type {Record<string, number>} */
const STATUS_OF_CODE = {
  unauthenticated: 401,
  invalid_credentials: 401,
  session_ended: 401,
  invalid_token: 401,
  missing_token: 401,
  not_found: 404,
  validation_error: 400,
  unknown_participant: 400,
  unknown_event: 400,
  identity_mismatch: 400,
  reason_required: 400,
  nonce_reused: 409,
  draft_conflict: 409,
  last_owner: 409,
  file_too_large: 413,
  unsupported_file_type: 415,
  message_rejected: 422,
  rate_limited: 429,
  unavailable: 503,
  internal_error: 500,
  server_error: 500,
};

export class ApiError extends Error {
  /**
   * @param {string} message a sentence a user may read
   * @param {{status?: number, code?: string, details?: Record<string, unknown>, retryAfter?: number | null}} [facts] `status` 0: no answer at all
   */
  constructor(message, facts = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = facts.status || 0;
    this.code = facts.code || (this.status ? 'error' : 'no_answer');
    this.details = facts.details || {};
    /** @type {number | null} seconds to wait, where the server said so */
    this.retryAfter = facts.retryAfter === undefined ? null : facts.retryAfter;
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get isTransient() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @param {number} status
 * @param {unknown} body parsed JSON, or null where it was none
 * @param {string | null} retryAfterHeader
 * @param {number} now milliseconds since 1970
 */
export function errorOfResponse(status, body, retryAfterHeader, now) {
  const { message, error, code, details } = /** @type {Record<string, any>} */ (isRecord(body) ? body : {});
  const sentence = [message, error].find((text) => typeof text === 'string' && text) || `The server answered ${status}.`;
  const facts = isRecord(details) ? details : {};
  return new ApiError(sentence, { status, code, details: facts, retryAfter: secondsToWait(status, retryAfterHeader, facts, now) });
}

/**
 * @param {{code?: string, message?: string, details?: Record<string, unknown>, retryAfter?: number}} error as in `{"ok": false, "error": …}`
 * @param {number} now milliseconds since 1970
 */
export function errorOfAnswer(error, now) {
  const code = error.code || 'error';
  const status = STATUS_OF_CODE[code] || 403;
  const details = error.details || {};
  const header = error.retryAfter === undefined ? null : String(error.retryAfter);
  return new ApiError(error.message || 'The server refused.', { status, code, details, retryAfter: secondsToWait(status, header, details, now) });
}

/**
 * @param {unknown} error anything thrown; what a browser says of a lost network is no sentence for people
 * @returns {ApiError}
 */
export function asApiError(error) {
  if (error instanceof ApiError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ApiError('The server could not be reached.', { status: 0, details: { reason } });
}

/**
 * @param {number} status
 * @param {string | null} header seconds or an HTTP date
 * @param {Record<string, unknown>} details
 * @param {number} now
 */
function secondsToWait(status, header, details, now) {
  if (header) {
    const seconds = Number(header);
    if (Number.isFinite(seconds)) return Math.max(0, seconds);
    const moment = Date.parse(header);
    if (!Number.isNaN(moment)) return Math.max(0, (moment - now) / 1000);
  }
  if (typeof details.retryAfter === 'number') return Math.max(0, details.retryAfter);
  if (status !== 429) return null;
  const reset = typeof details.resetAt === 'string' ? Date.parse(details.resetAt) : Number.NaN;
  return Number.isNaN(reset) ? null : Math.max(0, (reset - now) / 1000);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
