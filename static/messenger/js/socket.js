/**
 * One socket, native or with a WebSocket's face, from opening to its end: frames, answers by `ref`, heartbeat. Reconnecting
 * is `connection.js`'s.
 */
import { ApiError, errorOfAnswer } from './errors.js';

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./types.js').EventData} EventData */
/** @typedef {import('./types.js').ServerEvent} ServerEvent */
/** @typedef {{code: number, reason: string, retryAfter: number | null, wasOpen: boolean}} Ending */
/** @typedef {ReturnType<typeof openSocket>} Link */

const HELLO_WITHIN_MS = 10000;
const ANSWER_WITHIN_MS = 10000;
const HEARTBEAT_EVERY_MS = 30000;
/** Our own code for a link that does not answer. */
export const DEAD_LINK = 4900;
/** @type {number} */
let open = 0;

/** How many sockets of ours are open or opening. */
export function socketCount() {
  return open;
}

/**
 * @param {object} parts
 * @param {string} parts.url
 * @param {Clock} parts.clock
 * @param {(url: string) => import('./long-polling.js').Wire} parts.connect
 * @param {(hello: EventData) => void} parts.onOpen the server has said hello: the link can be used
 * @param {(event: ServerEvent) => void} parts.onEvent every event but hello
 * @param {(answer: any) => void} parts.onHeartbeat the answer to one
 * @param {(ending: Ending) => void} parts.onClose once
 * @param {() => 'online' | 'away'} parts.presence what a heartbeat says
 */
export function openSocket({ url, clock, connect, onOpen, onEvent, onHeartbeat, onClose, presence }) {
  /** @type {Map<string, {resolve: (data: any) => void, reject: (error: ApiError) => void, timer: number}>} */
  const waiting = new Map();
  const raw = connect(url);
  let ref = 0;
  let wasOpen = false;
  let isEnded = false;
  let lastHeardAt = clock.now();
  /** @type {number | null} */
  let retryAfter = null;
  let sayingReason = '';
  /** @type {number | null} */
  let heartbeat = null;
  open += 1;

  /** @param {number} code @param {string} reason */
  const end = (code, reason) => {
    if (isEnded) return;
    isEnded = true;
    open -= 1;
    clock.cancel(helloTimer);
    clock.cancel(heartbeat);
    for (const { reject, timer } of waiting.values()) {
      clock.cancel(timer);
      reject(new ApiError('The connection was lost.', { status: 0, code: 'connection_lost' }));
    }
    waiting.clear();
    raw.onopen = raw.onmessage = raw.onerror = raw.onclose = null;
    if (raw.readyState < 2) raw.close();
    onClose({ code, reason: reason || sayingReason, retryAfter, wasOpen });
  };
  const helloTimer = clock.after(() => end(DEAD_LINK, 'no hello'), HELLO_WITHIN_MS);

  /** @param {string} event @param {object} data @param {string} [withRef] */
  const write = (event, data, withRef) => {
    if (isEnded || raw.readyState !== 1) return false;
    raw.send(JSON.stringify(withRef === undefined ? { event, data } : { event, data, ref: withRef }));
    return true;
  };

  /** @param {string} event @param {object} data @param {number} [withinMs] @returns {Promise<any>} the answer's data */
  const request = (event, data, withinMs = ANSWER_WITHIN_MS) =>
    new Promise((resolve, reject) => {
      ref += 1;
      const key = String(ref);
      const timer = clock.after(() => {
        waiting.delete(key);
        reject(new ApiError('The server did not answer in time.', { status: 0, code: 'no_answer' }));
      }, withinMs);
      waiting.set(key, { resolve, reject, timer });
      if (write(event, data, key)) return;
      clock.cancel(timer);
      waiting.delete(key);
      reject(new ApiError('There is no connection.', { status: 0, code: 'connection_lost' }));
    });

  const beat = async () => {
    clock.cancel(heartbeat);
    heartbeat = clock.after(beat, HEARTBEAT_EVERY_MS);
    try {
      onHeartbeat(await request('messenger:v4:presence', { status: presence() }));
    } catch (error) {
      const { status, code } = /** @type {ApiError} */ (error);
      if (status === 0 && code === 'no_answer') end(DEAD_LINK, 'no heartbeat');
    }
  };

  /** @param {{ref: string, ok: boolean, data?: unknown, error?: object}} answer */
  const settle = (answer) => {
    const asked = waiting.get(answer.ref);
    if (!asked) return;
    waiting.delete(answer.ref);
    clock.cancel(asked.timer);
    if (answer.ok) asked.resolve(answer.data);
    else asked.reject(errorOfAnswer(answer.error || {}, clock.now()));
  };

  /** @param {ServerEvent} event */
  const hear = ({ event, data }) => {
    if (event === 'messenger:v4:hello') {
      wasOpen = true;
      clock.cancel(helloTimer);
      heartbeat = clock.after(beat, HEARTBEAT_EVERY_MS);
      onOpen(data);
      return;
    }
    if (event === 'messenger:v4:going-away') retryAfter = typeof data.retryAfter === 'number' ? data.retryAfter : null;
    if (event === 'messenger:v4:session-ended') sayingReason = data.reason || '';
    onEvent({ event, data });
  };

  raw.onmessage = (/** @type {MessageEvent} */ { data }) => {
    lastHeardAt = clock.now();
    const frame = readFrame(data);
    if (!frame) return;
    if (typeof frame.ref === 'string') settle(frame);
    else if (typeof frame.event === 'string') hear({ event: frame.event, data: frame.data || {} });
  };
  raw.onclose = (/** @type {CloseEvent} */ { code, reason }) => end(code, reason);
  raw.onerror = () => {};

  return {
    request,
    /** Without an answer. @param {string} event @param {object} data */
    say: (event, data) => write(event, data),
    /** A heartbeat now: a dead link is found within 10 s. */
    check: beat,
    /** @param {number} [code] */
    close: (code = 1000) => end(code, 'closed here'),
    isOpen: () => wasOpen && !isEnded && raw.readyState === 1,
    silentForMs: () => clock.now() - lastHeardAt,
  };
}

/** @param {unknown} text @returns {any} null for anything that is no frame */
function readFrame(text) {
  if (typeof text !== 'string') return null;
  try {
    const frame = JSON.parse(text);
    return typeof frame === 'object' && frame !== null ? frame : null;
  } catch {
    return null;
  }
}
