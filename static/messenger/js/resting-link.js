/**
 * A link for a page in use: out of sight, or two minutes without input, it rests, which leaves one POST /sync every
 * 30–33 s; with the next sign of life it is opened again.
 */
import { ApiError } from './errors.js';
import { listen } from './listen.js';
import { createPoller } from './poller.js';
import { SIGNS_OF_LIFE } from './presence.js';

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./connection.js').LinkHandlers} LinkHandlers */
/** @typedef {import('./socket.js').Link} Link */

const RESTS_AFTER_MS = 120000;
const CLOSED = { LOST: 1006, SESSION: 4001 };

/**
 * @param {object} parts
 * @param {Clock} parts.clock
 * @param {Window & typeof globalThis} parts.page
 * @param {(handlers: LinkHandlers) => Link} parts.open
 * @param {() => Promise<void>} parts.catchUp by plain requests, while it rests
 * @param {() => number} parts.pollMs
 * @param {LinkHandlers} parts.handlers `onOpen` again with each waking
 * @returns {Link}
 */
export function openRestingLink({ clock, page, open, catchUp, pollMs, handlers }) {
  const { document } = page;
  const ending = new AbortController();
  let lastInputAt = clock.now();
  let wasOpen = false;
  /** @type {number | null} */
  let timer = null;
  /** @type {Link | null} */
  let inner = null;

  /** @param {import('./socket.js').Ending} how */
  const end = (how) => {
    if (ending.signal.aborted) return;
    ending.abort();
    clock.cancel(timer);
    poller.stop();
    handlers.onClose({ ...how, wasOpen });
  };

  const poller = createPoller({
    clock,
    catchUp,
    pollMs,
    onAnswer() {},
    onFailure: ({ status, message }) => end({ code: status === 401 ? CLOSED.SESSION : CLOSED.LOST, reason: message, retryAfter: null, wasOpen }),
  });

  const isHidden = () => document.visibilityState === 'hidden';
  const idleMs = () => clock.now() - lastInputAt;

  const watch = () => {
    clock.cancel(timer);
    timer = clock.after(() => (idleMs() < RESTS_AFTER_MS ? watch() : rest()), RESTS_AFTER_MS - idleMs());
  };

  const rest = () => {
    if (!inner || !inner.isOpen()) return;
    const awake = inner;
    inner = null;
    clock.cancel(timer);
    awake.close();
    void poller.start();
  };

  const wake = () => {
    lastInputAt = clock.now();
    if (inner || isHidden() || ending.signal.aborted) return;
    clock.cancel(timer);
    poller.stop();
    begin();
  };

  const begin = () => {
    const mine = open({
      ...handlers,
      onOpen(hello) {
        wasOpen = true;
        handlers.onOpen(hello);
        if (isHidden()) rest();
        else watch();
      },
      onClose(how) {
        if (inner === mine) end(how);
      },
    });
    inner = mine;
  };

  for (const sign of SIGNS_OF_LIFE) listen(page, sign, wake, ending.signal, { passive: true, capture: true });
  listen(document, 'visibilitychange', () => (isHidden() ? rest() : wake()), ending.signal);
  begin();

  return {
    request: (event, data, withinMs) => (inner ? inner.request(event, data, withinMs) : Promise.reject(new ApiError('There is no connection.', { code: 'connection_lost' }))),
    say: (event, data) => inner !== null && inner.say(event, data),
    async check() {
      if (inner) await inner.check();
    },
    close() {
      end({ code: 1000, reason: 'closed here', retryAfter: null, wasOpen });
      if (inner) inner.close();
    },
    isOpen: () => inner !== null && inner.isOpen(),
    silentForMs: () => (inner ? inner.silentForMs() : 0),
  };
}
