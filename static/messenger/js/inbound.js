/**
 * Events by number: the next one is applied, a repeat dropped, one too far waits 500 ms for those before it; then that
 * conversation is synced.
 */
import { judge, numberOf } from './state/events.js';

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./types.js').ServerEvent} ServerEvent */
/** @typedef {import('./types.js').Position} Position */

const GAP_WAIT_MS = 500;
const UNKNOWN_WAIT_MS = 20;
const LOG_LENGTH = 200;
const LONGEST_WAIT_MS = 30000;
const LEFT = 'messenger:v4:conversation-deleted';

/**
 * @param {object} parts
 * @param {Clock} parts.clock
 * @param {Store} parts.store
 * @param {(ids: string[]) => Promise<void>} parts.heal sync of these conversations alone
 * @param {() => boolean} parts.isSyncing a sync is on its way; what is missing may come with it
 * @param {(event: ServerEvent, options: {isRepeat: boolean}) => void} parts.announce after the store has changed; a repeat may still be news to listeners
 */
export function createInbound({ clock, store, heal, isSyncing, announce }) {
  /** @type {Map<string, {events: ServerEvent[], timer: number | null, waitMs: number}>} */
  const held = new Map();
  /** @type {ServerEvent[]} what changed rows lately, for pages that were on their way meanwhile */
  let log = [];
  let logged = 0;

  /** @param {ServerEvent} event */
  const remember = (event) => {
    log = [...log.slice(-LOG_LENGTH + 1), event];
    logged += 1;
  };

  /** @param {ServerEvent} event */
  const apply = (event) => {
    store.dispatch({ type: 'event', event });
    remember(event);
    announce(event, { isRepeat: false });
  };

  /** @param {ServerEvent} event */
  const receive = (event) => {
    if (isPartial(event)) return void fetchWhole(event);
    const verdict = judge(store.getState(), event);
    if (verdict === 'next' || verdict === 'free') {
      apply(event);
      if (verdict === 'next') drain(event.data.conversationId || '');
    } else if (verdict === 'repeat') announce(event, { isRepeat: true });
    else hold(event, verdict === 'gap' ? GAP_WAIT_MS : UNKNOWN_WAIT_MS);
  };

  /** A new conversation told without what is the receiver's own. @param {ServerEvent} event */
  const fetchWhole = async (event) => {
    const { id } = /** @type {import('./types.js').Conversation} */ (event.data.conversation);
    if (!store.getState().conversations[id]) await heal([id]).catch(() => {});
    announce(event, { isRepeat: false });
  };

  /** @param {ServerEvent} event @param {number} waitMs */
  const hold = (event, waitMs) => {
    const id = event.data.conversationId || '';
    const waiting = held.get(id) || { events: [], timer: null, waitMs };
    held.set(id, waiting);
    waiting.events.push(event);
    if (waiting.timer === null) waiting.timer = clock.after(() => void giveUp(id), waiting.waitMs);
  };

  /** What waited and is next by now. @param {string} id */
  const drain = (id) => {
    const waiting = held.get(id);
    if (!waiting) return;
    const inOrder = [...waiting.events].sort((a, b) => order(a) - order(b));
    waiting.events = [];
    for (const event of inOrder) {
      const verdict = judge(store.getState(), event);
      if (verdict === 'next') apply(event);
      else if (verdict === 'repeat') announce(event, { isRepeat: true });
      else waiting.events.push(event);
    }
    if (waiting.events.length > 0) return;
    clock.cancel(waiting.timer);
    held.delete(id);
  };

  /** What is missing did not come by itself. @param {string} id */
  const giveUp = async (id) => {
    const waiting = held.get(id);
    if (!waiting) return;
    waiting.timer = null;
    if (!isSyncing()) {
      await heal([id]).catch(() => {});
      drain(id);
    }
    const still = held.get(id);
    if (!still || still.timer !== null) return;
    still.waitMs = Math.min(Math.max(still.waitMs * 2, GAP_WAIT_MS), LONGEST_WAIT_MS);
    still.timer = clock.after(() => void giveUp(id), still.waitMs);
  };

  return {
    receive,
    /** After a sync was applied. */
    drainAll() {
      for (const id of [...held.keys()]) drain(id);
    },
    /** Forget what waits: its conversation's history is another one now. */
    clear() {
      for (const { timer } of held.values()) clock.cancel(timer);
      held.clear();
    },
    remember,
    /** A moment in the log. */
    mark: () => logged,
    /** Which conversations went since `mark`, so that an answer that was on its way may not know. @param {number} mark @returns {string[]} */
    leftSince(mark) {
      const since = logged > mark ? log.slice(mark - logged) : [];
      return [...new Set(since.filter(({ event }) => event === LEFT).map(({ data }) => data.conversationId || ''))];
    },
    /** Do to the rows again what happened since `mark`: a page read before it may have been put over it. @param {number} mark @param {string} id */
    replay(mark, id) {
      const since = log.slice(Math.max(0, log.length - (logged - mark)));
      for (const event of since) if (event.data.conversationId === id) store.dispatch({ type: 'replayed', event });
    },
    /** A heartbeat's positions: those that are ahead of ours, half a second later still. @param {Record<string, Position>} positions */
    async compare(positions) {
      const ahead = Object.keys(positions).filter((id) => isAhead(id, positions[id]));
      if (ahead.length === 0) return;
      await new Promise((resolve) => {
        clock.after(() => resolve(undefined), GAP_WAIT_MS);
      });
      const still = ahead.filter((id) => isAhead(id, positions[id]));
      if (still.length > 0 && !isSyncing()) await heal(still).catch(() => {});
    },
  };

  /** @param {string} id @param {Position} told */
  function isAhead(id, told) {
    const { positions, conversations } = store.getState();
    const ours = positions[id];
    if (!ours || !told) return true;
    if (told.version > ours.version || told.privateVersion > ours.privateVersion) return true;
    const known = conversations[id];
    const isCounted = known !== undefined && (known.participantCount || 0) <= known.participants.length;
    return isCounted && told.version === ours.version && told.pointerSum > ours.pointerSum;
  }
}

/** @param {ServerEvent} event */
function isPartial({ event, data }) {
  return event === 'messenger:v4:conversation-created' && data.conversation !== undefined && typeof data.conversation.privateVersion !== 'number';
}

/** Shared changes by their number, own ones by theirs. @param {ServerEvent} event */
function order({ data }) {
  const number = numberOf(data);
  return number ? number.value : 0;
}
