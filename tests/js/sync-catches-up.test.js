import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createInbound } from '../../static/messenger/js/inbound.js';
import { newsOf } from '../../static/messenger/js/news.js';
import { reduce } from '../../static/messenger/js/state/reduce.js';
import { createStore } from '../../static/messenger/js/store.js';
import { createSync, syncRequests } from '../../static/messenger/js/sync.js';
import { bootedState, conversation, message, messageEvent, pending, seat, seqs } from './support/samples.js';

const answerOf = (more = {}) => ({ epoch: 'e1', conversations: [], messages: {}, pointers: {}, positions: {}, removed: [], unreadCount: 0, cursor: null, hasMore: false, ...more });
const nothingHappened = { mark: () => 0, leftSince: () => [] };
const synced = (state, more) => reduce(state, { type: 'synced', answer: answerOf(more) });

test('it asks with its positions; for all where it knows all, else for what it knows', () => {
  const state = bootedState();
  const conversations = { 7: { version: 3, privateVersion: 1, pointerSum: 0 } };

  assert.deepEqual(syncRequests(state, { knowsAll: true }), [{ epoch: 'e1', conversations }]);
  assert.deepEqual(syncRequests(state, { knowsAll: false }), [{ epoch: 'e1', conversations, only: ['7'] }]);
  assert.deepEqual(syncRequests(state, { only: ['9'], knowsAll: true }), [{ epoch: 'e1', conversations: {}, only: ['9'] }]);
});

test('more than 500 conversations are asked for in parts', () => {
  const positions = Object.fromEntries(Array.from({ length: 1001 }, (_, id) => [id + 1, { version: 1, privateVersion: 1, pointerSum: 0 }]));

  const requests = syncRequests({ ...bootedState(), positions }, { knowsAll: true });

  assert.deepEqual(requests.map(({ only }) => only.length), [500, 500, 1]);
});

test('changed messages, pointers and positions are taken in', () => {
  const state = synced(bootedState(), {
    conversations: [conversation('7', { version: 6, privateVersion: 2, pointerSum: 6, lastSeq: 4, title: 'New', participants: [seat('1'), seat('2', { lastReadSeq: 3, lastDeliveredSeq: 3 })] })],
    messages: { 7: [message('7', 4, { version: 4 }), message('7', 2, { version: 6, content: 'edited', isEdited: true })] },
    pointers: { 7: { 2: { lastReadSeq: 3, lastReadAt: null, lastDeliveredSeq: 3 } } },
    positions: { 7: { version: 6, privateVersion: 2, pointerSum: 6 } },
    unreadCount: 4,
  });

  assert.deepEqual(seqs(state), [1, 2, 3, 4]);
  assert.equal(state.windows['7'].rows[1].content, 'edited');
  assert.deepEqual(state.positions['7'], { version: 6, privateVersion: 2, pointerSum: 6 });
  assert.deepEqual([state.conversations['7'].title, state.conversations['7'].version, state.unreadCount], ['New', 6, 4]);
});

test('a conversation that is new comes with its newest messages, whatever their versions', () => {
  const messages = [message('8', 71, { version: 71 }), message('8', 70, { version: 90 })];

  const state = synced(bootedState(), { conversations: [conversation('8', { version: 90, lastSeq: 71 })], messages: { 8: messages }, positions: { 8: { version: 90, privateVersion: 1, pointerSum: 0 } } });

  assert.deepEqual(seqs(state, '8'), [70, 71]);
  assert.deepEqual([state.windows['8'].hasOlder, state.windows['8'].hasNewer], [true, false]);
});

test('what is removed goes, and so does what lies before historyFromSeq', () => {
  const removed = synced(bootedState(), { removed: ['7'] });
  const hidden = synced(bootedState(), { conversations: [conversation('7', { version: 4, historyFromSeq: 3 })], positions: { 7: { version: 4, privateVersion: 1, pointerSum: 0 } } });

  assert.deepEqual([removed.conversations, removed.windows], [{}, {}]);
  assert.deepEqual(seqs(hidden), [3]);
});

const newcomer = () => bootedState({ conversations: [conversation('7', { version: 13, historyFromSeq: 11 })], messages: [11, 12, 13].map((seq) => message('7', seq)), positions: { 7: { version: 13, privateVersion: 1, pointerSum: 0 } } });
const shared = { version: 16, privateVersion: 3, historyFromSeq: 1 };

test('what was before the history comes anew when the history begins earlier', () => {
  const messages = Array.from({ length: 16 }, (_, index) => message('7', index + 1)).slice(2);

  const state = synced(newcomer(), { conversations: [conversation('7', shared)], messages: { 7: messages }, positions: { 7: { version: 16, privateVersion: 3, pointerSum: 0 } } });

  assert.deepEqual(seqs(state), messages.map(({ seq }) => seq));
  assert.deepEqual([state.windows['7'].hasOlder, state.conversations['7'].historyFromSeq, state.positions['7'].privateVersion], [true, 1, 3]);
});

test('an earlier beginning that no sync has told yet is left to it', () => {
  const state = reduce(newcomer(), { type: 'conversations', conversations: [conversation('7', shared)] });

  assert.deepEqual([state.conversations['7'].historyFromSeq, state.positions['7'].privateVersion], [11, 1]);
});

test('another epoch throws the copy away, but not what is unsent', () => {
  const start = reduce(bootedState(), { type: 'pending', pending: pending('n-1') });

  const state = synced(start, { epoch: 'e2', conversations: [conversation('9')], positions: { 9: { version: 3, privateVersion: 1, pointerSum: 0 } } });

  assert.deepEqual([Object.keys(state.conversations), state.windows, state.epoch], [['9'], {}, 'e2']);
  assert.deepEqual(state.pending['7'].map(({ clientNonce }) => clientNonce), ['n-1']);
});

test('an answer that events have overtaken does not turn back', () => {
  const ahead = reduce(bootedState(), { type: 'event', event: { event: 'messenger:v4:conversation-updated', data: { conversationId: '7', updates: { title: 'Newest' }, version: 4 } } });

  const state = synced(ahead, { conversations: [conversation('7', { title: 'Old' })], positions: { 7: { version: 3, privateVersion: 1, pointerSum: 0 } } });

  assert.deepEqual([state.conversations['7'].title, state.positions['7'].version], ['Newest', 4]);
});

test('it goes on with the cursor while there is more', async () => {
  const store = createStore(reduce, bootedState());
  const asked = [];
  const answers = [answerOf({ hasMore: true, cursor: '7.4', messages: { 7: [message('7', 4)] }, positions: { 7: { version: 4, privateVersion: 1, pointerSum: 0 } } }), answerOf({ messages: { 7: [message('7', 5)] }, positions: { 7: { version: 5, privateVersion: 1, pointerSum: 0 } } })];
  const sync = createSync({ store, knowsAll: () => true, onApplied: () => {}, log: nothingHappened, ask: async (request) => (asked.push(request.cursor), answers.shift()) });

  await sync.catchUp();

  assert.deepEqual(asked, [undefined, '7.4']);
  assert.deepEqual(seqs(store.getState()), [1, 2, 3, 4, 5]);
  assert.equal(sync.isRunning(), false);
});

test('what one was put out of while the answer was on its way does not come back', async () => {
  const store = createStore(reduce, bootedState());
  const inbound = createInbound({ clock: { after: () => 0, cancel: () => {} }, store, heal: async () => {}, isSyncing: () => true, announce: () => {} });
  const whole = { conversations: [conversation('7', { version: 4 })], messages: { 7: [message('7', 4)] }, positions: { 7: { version: 4, privateVersion: 1, pointerSum: 0 } } };
  const answers = [answerOf(whole), answerOf({ removed: ['7'] })];
  const asked = [];
  const ask = async (request) => {
    asked.push([request.only, Object.keys(store.getState().conversations)]);
    if (asked.length === 1) inbound.receive({ event: 'messenger:v4:conversation-deleted', data: { conversationId: '7' } });
    return answers.shift();
  };

  await createSync({ store, knowsAll: () => true, onApplied: () => {}, log: inbound, ask }).catchUp();

  assert.deepEqual(asked, [[undefined, ['7']], [['7'], []]]);
  assert.deepEqual([store.getState().conversations, store.getState().windows, store.getState().positions], [{}, {}, {}]);
});

test('what a sync brought is told as the events that would have told it', () => {
  const before = bootedState();
  const answer = answerOf({
    conversations: [conversation('7', { version: 7, isMuted: true }), conversation('8')],
    messages: {
      7: [message('7', 4), message('7', 1, { version: 5, isDeleted: true, content: '', deletedAt: 'd' }), message('7', 2, { version: 6, content: 'new', isEdited: true }), message('7', 3, { version: 7, reactions: [{ emoji: '👍', userId: '2' }] })],
      8: [message('8', 1)],
    },
    pointers: { 7: { 2: { lastReadSeq: 3, lastDeliveredSeq: 3 } } },
    unreadCount: 1,
  });

  const news = newsOf(before, answer, { tellsCreated: true });

  assert.deepEqual(
    news.map(({ event, data }) => [event.slice(13), data.messageId || (data.message && data.message.id) || null]),
    [['conversation-created', null], ['conversation-updated', null], ['message', '704'], ['message-deleted', '701'], ['message-edited', '702'], ['reaction', '703'], ['delivered', null], ['read', null], ['unread', null]],
  );
});

test('a gap between two pages of one answer closes with the second', () => {
  const first = synced(bootedState(), { messages: { 7: [message('7', 5)] }, positions: { 7: { version: 5, privateVersion: 1, pointerSum: 0 } } });
  const second = synced(first, { messages: { 7: [message('7', 4, { version: 6 })] }, positions: { 7: { version: 6, privateVersion: 1, pointerSum: 0 } } });

  assert.deepEqual(seqs(reduce(second, { type: 'event', event: messageEvent('7', 6, { version: 7 }) })), [1, 2, 3, 4, 5, 6]);
});
