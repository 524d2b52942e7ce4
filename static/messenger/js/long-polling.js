/**
 * Socket.IO long polling with a WebSocket's face, so that `socket.js` speaks through it as through the native one. Its
 * script is fetched when it is first needed.
 */

/** @typedef {Pick<WebSocket, 'readyState' | 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose' | 'onerror'>} Wire what `socket.js` needs of a WebSocket */
/** @typedef {{on(event: string, run: (...given: any[]) => void): void, onAny(run: (event: string, data?: any) => void): void, emit(event: string, ...given: unknown[]): void, disconnect(): void}} IoSocket */
/** @typedef {{io: (url: string, options: object) => IoSocket}} IoModule */

const SCRIPT = '/socket.io/socket.io.esm.min.js';
const OPTIONS = { path: '/socket.io/', transports: ['polling'], upgrade: false, reconnection: false, forceNew: true };
const CLOSED = { LOST: 1006, SESSION: 4001, GOING_AWAY: 4010 };
const [CONNECTING, OPEN, ENDED] = [0, 1, 3];

/** @type {Promise<IoModule> | null} */
let script = null;
let failures = 0;

/** @returns {Promise<IoModule>} a failure is not kept, here or by the browser */
function fetchScript() {
  if (!script) {
    script = import(failures > 0 ? `${SCRIPT}?again=${failures}` : SCRIPT).catch((error) => {
      script = null;
      failures += 1;
      throw error;
    });
  }
  return script;
}

/**
 * @param {string} origin
 * @param {() => Promise<IoModule>} [load]
 * @returns {Wire}
 */
export function connectPolling(origin, load = fetchScript) {
  /** @type {IoSocket | null} */
  let io = null;
  let endsAs = CLOSED.LOST;

  /** @param {number} code @param {string} reason */
  const ended = (code, reason) => {
    if (wire.readyState === ENDED) return;
    wire.readyState = ENDED;
    if (io) io.disconnect();
    if (wire.onclose) wire.onclose({ code, reason });
  };

  /** @param {object} frame */
  const heard = (frame) => wire.onmessage && wire.onmessage({ data: JSON.stringify(frame) });

  const wire = {
    readyState: CONNECTING,
    /** @type {any} */
    onopen: null,
    /** @type {any} */
    onmessage: null,
    /** @type {any} */
    onclose: null,
    /** @type {any} */
    onerror: null,

    /** @param {string} text a frame, as on the native socket */
    send(text) {
      const { event, data, ref } = JSON.parse(text);
      if (!io) return;
      if (ref === undefined) io.emit(event, data);
      else io.emit(event, data, (/** @type {object} */ answer) => heard({ ref, ...answer }));
    },
    close() {
      ended(1000, 'closed here');
    },
  };

  load().then(
    (loaded) => {
      if (wire.readyState === ENDED) return;
      io = loaded.io(origin, OPTIONS);
      io.on('connect', () => {
        wire.readyState = OPEN;
      });
      io.onAny((event, data) => {
        if (event === 'messenger:v4:going-away') endsAs = CLOSED.GOING_AWAY;
        heard({ event, data });
      });
      io.on('connect_error', ({ message }) => ended(message === 'unauthorized' ? CLOSED.SESSION : CLOSED.LOST, message));
      io.on('disconnect', (reason) => ended(reason === 'io server disconnect' ? CLOSED.SESSION : endsAs, reason));
    },
    (error) => ended(CLOSED.LOST, String(error)),
  );
  return /** @type {Wire} */ (/** @type {unknown} */ (wire));
}
