/** Catching up: ask for what changed after our positions, take it in, say what is news. */

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').SyncRequest} SyncRequest */
/** @typedef {import('./types.js').SyncAnswer} SyncAnswer */

const MOST_CONVERSATIONS = 500;

/**
 * What to ask for, in calls of at most 500 conversations. Where we know all of the caller's conversations, what we do not
 * list is new to us and comes along; where we know only some, we ask for those.
 *
 * @param {State} state
 * @param {{only?: readonly string[], knowsAll?: boolean}} [scope]
 * @returns {SyncRequest[]}
 */
export function syncRequests({ positions, epoch }, { only, knowsAll = false } = {}) {
  const ids = only ? [...only] : Object.keys(positions);
  const isWhole = !only && knowsAll && ids.length <= MOST_CONVERSATIONS;
  const calls = isWhole || ids.length === 0 ? [ids] : chunked(ids, MOST_CONVERSATIONS);
  return calls.map((part) => ({
    ...(epoch ? { epoch } : {}),
    conversations: Object.fromEntries(part.filter((id) => positions[id]).map((id) => [id, positions[id]])),
    ...(isWhole ? {} : { only: part }),
  }));
}

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {(request: SyncRequest) => Promise<SyncAnswer>} parts.ask over whichever door is open
 * @param {() => boolean} parts.knowsAll
 * @param {(before: State, answer: SyncAnswer) => void} parts.onApplied after the store has changed
 * @param {{mark: () => number, leftSince: (mark: number) => string[]}} parts.log of the events: which conversations went
 */
export function createSync({ store, ask, knowsAll, onApplied, log }) {
  let running = 0;

  /** @param {SyncRequest} request */
  const run = async (request) => {
    const begun = log.mark();
    /** @type {SyncRequest} */
    let next = request;
    for (;;) {
      const answer = without(await ask(next), log.leftSince(begun));
      const before = store.getState();
      const isOtherEpoch = Boolean(before.epoch && answer.epoch && answer.epoch !== before.epoch);
      store.dispatch({ type: 'synced', answer });
      onApplied(before, answer);
      if (!answer.hasMore || !answer.cursor) return isOtherEpoch;
      next = { ...request, ...(answer.epoch ? { epoch: answer.epoch } : {}), cursor: answer.cursor };
    }
  };

  /** @param {{only?: readonly string[]}} scope */
  const sync = async (scope) => {
    running += 1;
    try {
      for (const request of syncRequests(store.getState(), { ...scope, knowsAll: knowsAll() })) {
        const begun = log.mark();
        if (await run(request)) return;
        const left = log.leftSince(begun);
        if (left.length > 0) await run({ ...request, conversations: {}, only: left });
      }
    } finally {
      running -= 1;
    }
  };

  return {
    /** One sync of everything. */
    catchUp: () => sync({}),
    /** @param {readonly string[]} ids */
    heal: (ids) => sync({ only: ids }),
    isRunning: () => running > 0,
  };
}

/**
 * The answer without conversations that went while it was on its way: it may be from before, and would bring back what
 * is no longer the caller's. Whether they have come again, the next call tells.
 *
 * @param {SyncAnswer} answer
 * @param {readonly string[]} left
 * @returns {SyncAnswer}
 */
function without(answer, left) {
  if (left.length === 0) return answer;
  /** @template T @param {Record<string, T> | undefined} parts @returns {Record<string, T>} */
  const rest = (parts = {}) => Object.fromEntries(Object.entries(parts).filter(([id]) => !left.includes(id)));
  const conversations = (answer.conversations || []).filter(({ id }) => !left.includes(id));
  return { ...answer, conversations, messages: rest(answer.messages), pointers: rest(answer.pointers), positions: rest(answer.positions) };
}

/**
 * @template T
 * @param {readonly T[]} all
 * @param {number} size
 * @returns {T[][]}
 */
function chunked(all, size) {
  const parts = [];
  for (let start = 0; start < all.length; start += size) parts.push(all.slice(start, start + size));
  return parts;
}
