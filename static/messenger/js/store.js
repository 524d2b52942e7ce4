/**
 * The one store: holds the state, changes it by reducers only, tells who listens.
 *
 * Listeners are told once per task, in a microtask, however many changes there were; `flush` tells them now.
 */

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./state/reduce.js').Action} Action */
/** @typedef {(state: State, previous: State) => void} Listener */
/** @typedef {ReturnType<typeof createStore>} Store */

/**
 * @param {(state: State, action: Action) => State} reduce pure
 * @param {State} initial
 */
export function createStore(reduce, initial) {
  let state = initial;
  let told = initial;
  let isTelling = false;
  /** @type {Set<Listener>} */
  const listeners = new Set();

  const flush = () => {
    isTelling = false;
    if (state === told) return;
    const previous = told;
    told = state;
    for (const listener of [...listeners]) if (listeners.has(listener)) tell(listener, told, previous);
  };

  /** @param {Listener} listener @param {{signal?: AbortSignal}} [options] @returns {() => void} unsubscribes */
  const subscribe = (listener, { signal } = {}) => {
    const stop = () => {
      listeners.delete(listener);
      if (signal) signal.removeEventListener('abort', stop);
    };
    if (signal && signal.aborted) return stop;
    listeners.add(listener);
    if (signal) signal.addEventListener('abort', stop);
    return stop;
  };

  return {
    /** Never change what you get. */
    getState: () => state,

    /** @param {Action} action */
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      if (isTelling) return;
      isTelling = true;
      queueMicrotask(flush);
    },

    subscribe,
    flush,

    /**
     * Call `listener` at once and then whenever what `selector` gives is another value.
     *
     * @template T
     * @param {(state: State) => T} selector
     * @param {(value: T, previous: T | undefined) => void} listener
     * @param {{signal?: AbortSignal}} [options]
     * @returns {() => void} unsubscribes
     */
    select(selector, listener, options = {}) {
      let value = selector(state);
      listener(value, undefined);
      return subscribe((next) => {
        const previous = value;
        value = selector(next);
        if (value !== previous) listener(value, previous);
      }, options);
    },
  };
}

/**
 * One listener that throws stops no other; the error still reaches the console and `window.onerror`.
 *
 * @param {Listener} listener
 * @param {State} state
 * @param {State} previous
 */
function tell(listener, state, previous) {
  try {
    listener(state, previous);
  } catch (error) {
    if (typeof reportError === 'function') reportError(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }
}
