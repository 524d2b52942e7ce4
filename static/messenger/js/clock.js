/**
 * The time and chance the engine uses, so that tests can bring their own, and so that no timer is left uncounted.
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds since 1970
 * @property {() => number} random 0 up to 1
 * @property {(run: () => void, ms: number) => number} after
 * @property {(timer: number | null | undefined) => void} cancel `null` and timers that ran are fine
 * @property {() => number} count timers that wait
 */

/** @returns {Clock} */
export function browserClock() {
  /** @type {Set<number>} */
  const waiting = new Set();
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    after(run, ms) {
      const timer = /** @type {number} */ (
        /** @type {unknown} */ (
          setTimeout(() => {
            waiting.delete(timer);
            run();
          }, ms)
        )
      );
      waiting.add(timer);
      return timer;
    },
    cancel(timer) {
      if (timer === null || timer === undefined) return;
      waiting.delete(timer);
      clearTimeout(timer);
    },
    count: () => waiting.size,
  };
}

/**
 * `ms`, up to `share` of it less or more, so that clients do not come back all at once.
 *
 * @param {Clock} clock
 * @param {number} ms
 * @param {number} share
 */
export function jittered(clock, ms, share) {
  return Math.round(ms * (1 - share + 2 * share * clock.random()));
}
