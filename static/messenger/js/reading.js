/** Telling the server what arrived and what was read: each at most once a second and conversation, never back. */

/** @typedef {import('./clock.js').Clock} Clock */

const EVERY_MS = 1000;

/**
 * Passes the highest number on: at once, then at most once in `EVERY_MS`.
 *
 * @param {Clock} clock
 * @param {(id: string, upTo: number) => void} say
 */
export function createPointer(clock, say) {
  /** @type {Map<string, {upTo: number, said: number, timer: number | null}>} */
  const pointers = new Map();

  /** @param {string} id */
  const tell = (id) => {
    const pointer = pointers.get(id);
    if (!pointer) return;
    pointer.timer = null;
    if (pointer.upTo <= pointer.said) return;
    pointer.said = pointer.upTo;
    pointer.timer = clock.after(() => tell(id), EVERY_MS);
    say(id, pointer.upTo);
  };

  return {
    /** @param {string} id @param {number} upTo */
    move(id, upTo) {
      const pointer = pointers.get(id) || { upTo: 0, said: 0, timer: null };
      pointers.set(id, pointer);
      pointer.upTo = Math.max(pointer.upTo, upTo);
      if (pointer.timer === null) tell(id);
    },
    /** It did not get through: the next move says it again. @param {string} id */
    takeBack(id) {
      const pointer = pointers.get(id);
      if (pointer) pointer.said = 0;
    },
    /** Say again what did not get through. */
    retryAll() {
      for (const [id, { timer, upTo, said }] of pointers) if (timer === null && upTo > said) tell(id);
    },
    /** @param {string} id marked unread: it may be read again */
    forget(id) {
      const pointer = pointers.get(id);
      if (pointer) clock.cancel(pointer.timer);
      pointers.delete(id);
    },
    clear() {
      for (const { timer } of pointers.values()) clock.cancel(timer);
      pointers.clear();
    },
  };
}
