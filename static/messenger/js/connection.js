/**
 * The page's one connection: which door is open, when to try again, when to catch up.
 *
 * `websocket` first; where that fails twice within 10 s (hanging not counted), long polling; where that fails three
 * times, `rest`: one POST /sync every 30–33 s; where that fails too, `offline`. In every lower mode the native socket is
 * tried again, in `rest` and `polling` every 60 s ± 20 %, in `offline` as in reconnecting: 1 s doubling to 30 s ± 50 %.
 */
import { jittered } from './clock.js';
import { asApiError } from './errors.js';
import { createPoller } from './poller.js';

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./types.js').Mode} Mode */
/** @typedef {import('./types.js').EventData} EventData */
/** @typedef {import('./types.js').ServerEvent} ServerEvent */
/** @typedef {import('./socket.js').Link} Link */
/** @typedef {import('./socket.js').Ending} Ending */
/** @typedef {{onOpen: (hello: EventData) => void, onEvent: (event: ServerEvent) => void, onHeartbeat: (answer: any) => void, onClose: (ending: Ending) => void}} LinkHandlers */

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const TWICE_WITHIN_MS = 10000;
const NATIVE_AGAIN_MS = 60000;
const FAILED_TRIES = 5;
const SILENCE_MS = 40000;
const POLLING_TRIES = 3;
const CLOSE = { SESSION: 4001, TOO_MUCH: 4008, TOO_SLOW: 4009, GOING_AWAY: 4010 };

/**
 * @param {object} parts
 * @param {Clock} parts.clock
 * @param {(handlers: LinkHandlers) => Link} parts.openNative
 * @param {(handlers: LinkHandlers) => Link} [parts.openPolling] the door below it
 * @param {() => Promise<void>} parts.catchUp one sync, over whichever door is open
 * @param {(hello: EventData) => void} parts.onHello before catching up
 * @param {(event: ServerEvent) => void} parts.onEvent
 * @param {(answer: any) => void} parts.onHeartbeat
 * @param {(changes: {mode?: Mode, since?: number, tries?: number, everConnected?: boolean}) => void} parts.onChange
 * @param {(name: 'connected' | 'disconnected' | 'connection-failed', detail: object) => void} parts.onNews
 * @param {(reason: string) => void} parts.onSessionEnded
 * @param {() => number} parts.pollMs
 */
export function createConnection(parts) {
  const { clock, openNative, openPolling, catchUp, onChange, onNews } = parts;
  /** @type {Mode} */
  let mode = 'connecting';
  /** @type {Link | null} */
  let link = null;
  /** @type {number | null} */
  let retryTimer = null;
  /** @type {number | null} */
  let againTimer = null;
  let beganAt = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  let isTwice = false;
  let tries = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let isStarted = false;
  let isTrying = false;
  let wasConnected = false;
  /** Counts beginnings and endings, so that what belongs to an earlier one is recognised. */
  let turn = 0;

  /** @param {Mode} next */
  const enter = (next) => {
    if (next === mode) return;
    mode = next;
    onChange({ mode, since: clock.now() });
  };

  const stopTimers = () => {
    clock.cancel(retryTimer);
    clock.cancel(againTimer);
    retryTimer = againTimer = null;
    poller.stop();
  };

  const poller = createPoller({
    clock,
    catchUp,
    pollMs: parts.pollMs,
    onAnswer() {
      if (mode !== 'rest') retryIn(jittered(clock, NATIVE_AGAIN_MS, 0.2));
      pauseMs = FIRST_PAUSE_MS;
      enter('rest');
    },
    onFailure(error) {
      if (error.status === 401) return sessionEnded(error.message);
      enter('offline');
      if (!isTrying) retryLater();
    },
  });

  /** @param {number} ms */
  const retryIn = (ms) => {
    clock.cancel(retryTimer);
    retryTimer = clock.after(tryNative, ms);
  };

  /** @param {import('./errors.js').ApiError} [error] that may say how long */
  const nextPause = (error) => {
    const ms = error && error.retryAfter !== null ? error.retryAfter * 1000 : pauseMs;
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    return jittered(clock, ms, 0.5);
  };

  const retryLater = () => retryIn(nextPause());

  /** @param {number} mine @param {Mode} reached */
  const connected = async (mine, reached) => {
    enter('catching-up');
    try {
      await catchUp();
    } catch (thrown) {
      if (mine !== turn) return;
      const error = asApiError(thrown);
      if (error.status === 401) sessionEnded(error.message);
      else if (error.code !== 'connection_lost') againTimer = clock.after(() => connected(mine, reached), nextPause(error));
      return;
    }
    if (mine !== turn) return;
    pauseMs = FIRST_PAUSE_MS;
    failedAt = Number.NEGATIVE_INFINITY;
    enter(reached);
  };

  /** @param {number} mine @param {Mode} reached @returns {LinkHandlers} */
  const handlersOf = (mine, reached) => ({
    onOpen(hello) {
      if (mine !== turn) return;
      isTrying = false;
      wasConnected = true;
      tries = 0;
      stopTimers();
      onChange({ tries: 0, everConnected: true });
      parts.onHello(hello);
      if (mode !== reached) onNews('connected', { mode: reached });
      void connected(mine, reached);
    },
    onEvent: parts.onEvent,
    onHeartbeat: parts.onHeartbeat,
    onClose(ending) {
      if (mine !== turn) return;
      turn += 1;
      link = null;
      isTrying = false;
      ended(ending);
    },
  });

  /** @param {Ending} ending */
  const ended = (ending) => {
    if (ending.wasOpen && wasConnected) {
      wasConnected = false;
      onNews('disconnected', { code: ending.code, reason: ending.reason });
    }
    if (ending.code === CLOSE.SESSION) return sessionEnded(ending.reason);
    if (!ending.wasOpen) failed();
    if (mode === 'websocket' || mode === 'polling' || mode === 'catching-up') enter('connecting');
    if (ending.code === CLOSE.TOO_MUCH) return retryIn(LONGEST_PAUSE_MS);
    if (ending.code === CLOSE.TOO_SLOW) return retryIn(0);
    if (ending.code === CLOSE.GOING_AWAY) return retryIn(jittered(clock, (ending.retryAfter || 1) * 1000, 0.5));
    if (ending.wasOpen) return retryLater();
    return afterFailure();
  };

  const failed = () => {
    tries += 1;
    isTwice = beganAt - failedAt <= TWICE_WITHIN_MS;
    failedAt = clock.now();
    onChange({ tries });
    if (tries === FAILED_TRIES) onNews('connection-failed', { tries });
  };

  const afterFailure = () => {
    if (mode === 'rest') return retryIn(jittered(clock, NATIVE_AGAIN_MS, 0.2));
    if (mode === 'offline') tryPolling(1);
    else if (isTwice) tryPolling(POLLING_TRIES);
    else retryLater();
  };

  /** Long polling, this often; then plain requests. @param {number} times */
  const tryPolling = (times) => {
    if (times === 0 || !openPolling) return void poller.start();
    turn += 1;
    const mine = turn;
    const handlers = handlersOf(mine, 'polling');
    link = openPolling({
      ...handlers,
      onOpen(hello) {
        handlers.onOpen(hello);
        retryIn(jittered(clock, NATIVE_AGAIN_MS, 0.2));
      },
      onClose(ending) {
        if (mine !== turn) return;
        if (ending.wasOpen || ending.code === CLOSE.SESSION) return handlers.onClose(ending);
        link = null;
        tryPolling(times - 1);
      },
    });
  };

  function tryNative() {
    if (!isStarted || isTrying || (link && mode === 'websocket')) return;
    clock.cancel(retryTimer);
    retryTimer = null;
    if (link) return probeNative();
    turn += 1;
    isTrying = true;
    beganAt = clock.now();
    const mine = turn;
    link = openNative(handlersOf(mine, 'websocket'));
  }

  /** While another door is open the native one is tried beside it, and takes over once it has said hello. */
  function probeNative() {
    const before = turn;
    isTrying = true;
    const taken = { turn: -1 };
    /** @type {Link} */
    const probe = openNative({
      onOpen(hello) {
        isTrying = false;
        if (before !== turn) return probe.close();
        turn += 1;
        taken.turn = turn;
        if (link) link.close();
        link = probe;
        handlersOf(turn, 'websocket').onOpen(hello);
      },
      onEvent: (event) => taken.turn === turn && parts.onEvent(event),
      onHeartbeat: parts.onHeartbeat,
      onClose(ending) {
        isTrying = false;
        if (taken.turn >= 0) return handlersOf(taken.turn, 'websocket').onClose(ending);
        if (ending.code === CLOSE.SESSION) return sessionEnded(ending.reason);
        if (before === turn) retryIn(jittered(clock, NATIVE_AGAIN_MS, 0.2));
      },
    });
  }

  /** @param {string} reason */
  function sessionEnded(reason) {
    stop();
    enter('signed-out');
    parts.onSessionEnded(reason);
  }

  function letGo() {
    turn += 1;
    isTrying = false;
    stopTimers();
    const old = link;
    link = null;
    if (old) old.close();
  }

  function stop() {
    isStarted = false;
    letGo();
  }

  return {
    start() {
      if (isStarted) return;
      isStarted = true;
      failedAt = Number.NEGATIVE_INFINITY;
      pauseMs = FIRST_PAUSE_MS;
      enter('connecting');
      tryNative();
    },
    stop,
    /** The page can be used again, or somebody pressed "Try now". */
    tryNow() {
      if (!isStarted) return;
      pauseMs = FIRST_PAUSE_MS;
      if (link && link.isOpen() && mode !== 'polling') {
        if (link.silentForMs() > SILENCE_MS) void link.check();
        return;
      }
      tryNative();
    },
    /** The system says there is no network. It may be wrong, so trying goes on. */
    lostNetwork() {
      if (!isStarted) return;
      letGo();
      if (wasConnected) onNews('disconnected', { code: 0, reason: 'offline' });
      wasConnected = false;
      enter('offline');
      retryLater();
    },
    /** The open link, for whoever wants to send. */
    link: () => (link && link.isOpen() ? link : null),
    mode: () => mode,
  };
}
