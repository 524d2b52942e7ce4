/** One POST /sync every 30–33 s, for as long as nothing better is open. */
import { asApiError } from './errors.js';

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./errors.js').ApiError} ApiError */

const SPREAD_MS = 3000;

/**
 * @param {object} parts
 * @param {Clock} parts.clock
 * @param {() => Promise<void>} parts.catchUp
 * @param {() => number} parts.pollMs
 * @param {() => void} parts.onAnswer after each that worked
 * @param {(error: ApiError) => void} parts.onFailure the poller has stopped
 */
export function createPoller({ clock, catchUp, pollMs, onAnswer, onFailure }) {
  let run = 0;
  let isOn = false;
  /** @type {number | null} */
  let timer = null;

  const stop = () => {
    run += 1;
    isOn = false;
    clock.cancel(timer);
    timer = null;
  };

  /** @param {number} mine */
  const poll = async (mine) => {
    timer = null;
    try {
      await catchUp();
      if (mine !== run) return;
      timer = clock.after(() => poll(mine), pollMs() + Math.round(SPREAD_MS * clock.random()));
      onAnswer();
    } catch (thrown) {
      if (mine !== run) return;
      const error = asApiError(thrown);
      if (error.status === 429) {
        timer = clock.after(() => poll(mine), (error.retryAfter === null ? pollMs() / 1000 : error.retryAfter) * 1000);
        return;
      }
      stop();
      onFailure(error);
    }
  };

  return {
    stop,
    /** Poll now, and from then on. */
    start() {
      stop();
      isOn = true;
      return poll(run);
    },
    isOn: () => isOn,
  };
}
