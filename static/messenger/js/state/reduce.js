/** The root reducer: one action, one change. Pure. */
import { changeConversation, dropConversation, offerConversations, without, withOwn } from './conversations.js';
import { applyEvent, applyToRows } from './events.js';
import { booted, emptyList, initialState } from './initial.js';
import { addPage, changeMessage, putMessage } from './messages.js';
import { acknowledged, changePending, putPending, settlePending } from './pending.js';
import { setPresence, setTyping } from './people.js';
import { applySync, epochIs } from './synced.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Message} Message */
/** @typedef {import('../types.js').Conversation} Conversation */
/** @typedef {import('../types.js').Pending} Pending */

/**
 * @typedef {(
 *   | {type: 'booted', boot: import('../types.js').BootData}
 *   | {type: 'identified', user: import('../types.js').User | null}
 *   | {type: 'event', event: import('../types.js').ServerEvent}
 *   | {type: 'replayed', event: import('../types.js').ServerEvent}
 *   | {type: 'synced', answer: import('../types.js').SyncAnswer}
 *   | {type: 'epoch', epoch: string}
 *   | {type: 'conversations', conversations: readonly Conversation[]}
 *   | {type: 'list', tab: string, changes: Partial<import('../types.js').ListState>}
 *   | {type: 'window', id: string, changes: Partial<import('../types.js').MessageWindow>}
 *   | {type: 'page', id: string, rows: readonly Message[], side: 'replace' | 'older' | 'newer', hasOlder?: boolean, hasNewer?: boolean}
 *   | {type: 'pending', pending: Pending}
 *   | {type: 'pendingChanged', clientNonce: string, changes: Partial<Pending>}
 *   | {type: 'pendingSettled', conversationId: string, clientNonce: string}
 *   | {type: 'acknowledged', message: Message, clientNonce: string}
 *   | {type: 'messageTold', message: Message}
 *   | {type: 'messageGuessed', conversationId: string, messageId: string, change: (message: Message) => Message}
 *   | {type: 'ownChanged', id: string, updates: Record<string, unknown>}
 *   | {type: 'dropped', id: string}
 *   | {type: 'typing', conversationId: string, userId: string, userName?: string, isTyping: boolean, now: number}
 *   | {type: 'presence', userId: string, status: import('../types.js').PresenceStatus, lastSeen: string | null}
 *   | {type: 'unread', unreadCount: number}
 *   | {type: 'active', id: string | null}
 *   | {type: 'connection', changes: Partial<import('../types.js').ConnectionState>}
 *   | {type: 'sessionEnded', reason: string | null}
 *   | {type: 'preferences', preferences: Record<string, unknown>}
 *   | {type: 'draftOffered', id: string, draft: import('../types.js').Draft | null}
 *   | {type: 'signedOut'}
 * )} Action
 */

/** @param {State} state @param {Action} action @returns {State} */
export function reduce(state, action) {
  switch (action.type) {
    case 'booted':
      return booted(state, action.boot);
    case 'identified':
      return { ...state, user: action.user, isIdentified: true };
    case 'event':
      return applyEvent(state, action.event);
    case 'replayed':
      return applyToRows(state, action.event);
    case 'synced':
      return applySync(state, action.answer);
    case 'epoch':
      return epochIs(state, action.epoch);
    case 'signedOut':
      return { ...initialState(state.connection.since), isIdentified: true, connection: state.connection };
    default:
      return reduceParts(state, action);
  }
}

/** @param {State} state @param {Action} action @returns {State} */
function reduceParts(state, action) {
  switch (action.type) {
    case 'conversations':
      return offerConversations(state, action.conversations);
    case 'ownChanged':
      return changeConversation(state, action.id, (known) => withOwn(known, action.updates, state.user ? state.user.id : ''));
    case 'dropped':
      return dropConversation(state, action.id);
    case 'list':
      return { ...state, lists: { ...state.lists, [action.tab]: { ...(state.lists[action.tab] || emptyList()), ...action.changes } } };
    case 'pending':
      return putPending(state, action.pending);
    case 'pendingChanged':
      return changePending(state, action.clientNonce, action.changes);
    case 'pendingSettled':
      return settlePending(state, action.conversationId, action.clientNonce);
    case 'acknowledged':
      return acknowledged(state, action.message, action.clientNonce);
    case 'messageTold':
      return putMessage(state, action.message);
    case 'messageGuessed':
      return changeMessage(state, action.conversationId, action.messageId, action.change);
    case 'page':
      return addPage(state, action.id, action);
    case 'window':
      return windowChanged(state, action.id, action.changes);
    default:
      return reduceRest(state, action);
  }
}

/** @param {State} state @param {Action} action @returns {State} */
function reduceRest(state, action) {
  switch (action.type) {
    case 'typing':
      return setTyping(state, action);
    case 'presence':
      return setPresence(state, action);
    case 'unread':
      return action.unreadCount === state.unreadCount ? state : { ...state, unreadCount: action.unreadCount };
    case 'active':
      return action.id === state.activeId ? state : { ...state, activeId: action.id };
    case 'connection':
      return { ...state, connection: { ...state.connection, ...action.changes } };
    case 'sessionEnded':
      return { ...state, sessionEnded: action.reason };
    case 'draftOffered':
      return { ...state, draftOffers: action.draft ? { ...state.draftOffers, [action.id]: action.draft } : without(state.draftOffers, action.id) };
    case 'preferences':
      return { ...state, preferences: { ...state.preferences, ...action.preferences } };
    default:
      return state;
  }
}

/** @param {State} state @param {string} id @param {Partial<import('../types.js').MessageWindow>} changes @returns {State} */
function windowChanged(state, id, changes) {
  const window = state.windows[id];
  return window ? { ...state, windows: { ...state.windows, [id]: { ...window, ...changes } } } : state;
}
