import assert from 'node:assert/strict';
import { test } from 'node:test';

import { listed, messagesOf, typistsOf } from '../../static/messenger/js/selectors.js';
import { reduce } from '../../static/messenger/js/state/reduce.js';
import { createStore } from '../../static/messenger/js/store.js';
import { body, bootedState, conversation, message, messageEvent, seat, seqs } from './support/samples.js';

/** @param {string} name */
const apply = (state, name, data) => reduce(state, { type: 'event', event: { event: `messenger:v4:${name}`, data: { conversationId: '7', ...data } } });

test('an edit changes the row, its quotes and the preview', () => {
  const quoting = message('7', 4, { replyTo: { _id: '703', content: 'text 3', isDeleted: false } });
  const start = reduce(reduce(bootedState(), { type: 'event', event: messageEvent('7', 4, quoting) }), { type: 'ownChanged', id: '7', updates: {} });
  const edited = body(message('7', 3, { content: 'new', isEdited: true, version: 5 }));

  const state = apply(start, 'message-edited', { messageId: '703', content: 'new', message: edited, version: 5 });

  assert.equal(state.windows['7'].rows[2].content, 'new');
  assert.equal(state.windows['7'].rows[3].replyTo.content, 'new');
  assert.equal(state.conversations['7'].lastMessage.content, 'text 4');
});

test('nothing of a deleted message stays', () => {
  const start = reduce(bootedState(), { type: 'event', event: messageEvent('7', 4, { reactions: [{ emoji: '👍', userId: '1' }] }) });

  const state = apply(start, 'message-deleted', { messageId: '704', seq: 4, deletedAt: '2026-02-01T00:00:00.000Z', version: 5 });

  const row = state.windows['7'].rows[3];
  assert.deepEqual([row.content, row.reactions, row.isDeleted, row.deletedAt], ['', [], true, '2026-02-01T00:00:00.000Z']);
  assert.deepEqual([state.conversations['7'].lastMessage.content, state.conversations['7'].lastMessage.isDeleted], ['', true]);
});

test('a reaction event does not say which are ours: the store finds out', () => {
  const reactions = [{ emoji: '👍', userId: '1' }, { emoji: '🎉', userId: '2' }];
  const reactionSummary = [{ emoji: '👍', count: 1, users: ['1'] }, { emoji: '🎉', count: 1, users: ['2'] }];

  const state = apply(bootedState(), 'reaction', { messageId: '703', reactions, reactionSummary, version: 4 });

  assert.deepEqual(state.windows['7'].rows[2].reactionSummary.map(({ reacted }) => reacted), [true, false]);
});

test('a message of ours goes from sent to delivered to read, never back', () => {
  const own = messageEvent('7', 4, { senderId: '1' });
  const sent = reduce(bootedState(), { type: 'event', event: own });
  const delivered = apply(sent, 'delivered', { userId: '2', upToSeq: 4 });
  const read = apply(delivered, 'read', { userId: '2', lastReadSeq: 4, readAt: '2026-02-01T00:00:00.000Z' });
  const late = apply(read, 'delivered', { userId: '2', upToSeq: 3 });

  assert.deepEqual([sent, delivered, read, late].map((state) => state.windows['7'].rows[3].status), ['sent', 'delivered', 'read', 'read']);
  assert.deepEqual(read.windows['7'].rows[3].readBy, [{ userId: '2', readAt: '2026-02-01T00:00:00.000Z' }]);
});

test('pointers add up to pointerSum: reading delivers too', () => {
  const state = apply(bootedState(), 'read', { userId: '2', lastReadSeq: 3, readAt: '2026-02-01T00:00:00.000Z' });

  assert.equal(state.positions['7'].pointerSum, 6);
  assert.equal(state.conversations['7'].participants[1].lastDeliveredSeq, 3);
});

test('shared fields come without taking what is our own', () => {
  const start = reduce(bootedState(), { type: 'ownChanged', id: '7', updates: { isPinned: true, unreadCount: 2 } });
  const { isPinned, unreadCount, privateVersion, ...shared } = conversation('7', { title: 'Team', version: 4, participants: [seat('1'), seat('2'), seat('3')] });

  const state = apply(start, 'conversation-updated', { updates: { title: 'Team' }, conversation: shared, version: 4 });

  const known = state.conversations['7'];
  assert.deepEqual([known.title, known.isPinned, known.unreadCount, known.privateVersion, known.version], ['Team', true, 2, 1, 4]);
  assert.deepEqual(known.participants.map(({ userId, isPinned: pinned }) => [userId, pinned]), [['1', true], ['2', undefined], ['3', undefined]]);
});

test('a closed conversation takes no messages, until it is opened again', () => {
  const closed = apply(bootedState(), 'conversation-updated', { updates: { status: 'closed' }, version: 4 });
  const opened = apply(closed, 'conversation-updated', { updates: { status: 'active' }, version: 5 });

  assert.deepEqual(closed.conversations['7'].permissions, { canSend: false, reason: 'conversation_closed' });
  assert.deepEqual(opened.conversations['7'].permissions, { canSend: true });
});

test('typing is never our own and ends with the message', () => {
  const own = apply(bootedState(), 'typing', { userId: '1', userName: 'Alice', isTyping: true });
  const bob = apply(own, 'typing', { userId: '2', userName: 'Bob', isTyping: true });
  const done = reduce(bob, { type: 'event', event: messageEvent('7', 4) });

  assert.deepEqual([own, bob, done].map((state) => typistsOf(state, '7')), [[], [{ userId: '2', userName: 'Bob' }], []]);
});

test('a list or page that is behind what we hold is not taken in', () => {
  const start = reduce(bootedState(), { type: 'event', event: messageEvent('7', 4) });

  const state = reduce(start, { type: 'conversations', conversations: [conversation('7', { title: 'old', version: 3 })] });

  assert.equal(state, start);
});

test('a list that is ahead moves only what is our own: the events for the rest are on their way', () => {
  const state = reduce(bootedState(), { type: 'conversations', conversations: [conversation('7', { version: 9, privateVersion: 2, isPinned: true, title: 'later' })] });

  assert.deepEqual(state.positions['7'], { version: 3, privateVersion: 2, pointerSum: 0 });
  assert.deepEqual([state.conversations['7'].isPinned, state.conversations['7'].title], [true, null]);
});

test('leaving a group takes everything of it away', () => {
  const state = apply(bootedState(), 'conversation-deleted', {});

  assert.deepEqual([state.conversations, state.positions, state.windows, state.lists.all.ids], [{}, {}, {}, []]);
});

test('the list is pinned first, then newest; a tab shows its own', () => {
  const at = (seconds) => ({ id: '1', seq: 1, content: '', senderId: '2', createdAt: `2026-01-01T00:00:${seconds}.000Z`, type: 'text', isDeleted: false });
  const conversations = [
    conversation('1', { lastMessage: at('10') }),
    conversation('2', { lastMessage: at('30') }),
    conversation('3', { lastMessage: at('20'), isPinned: true }),
    conversation('4', { lastMessage: at('40'), isArchived: true, unreadCount: 2 }),
    conversation('5', { lastMessage: at('05'), unreadCount: 1 }),
  ];
  const state = bootedState({ conversations, conversationId: null, messages: undefined });

  const ids = (tab) => listed(state, tab).map(({ id }) => id);
  assert.deepEqual([ids('all'), ids('unread'), ids('pinned'), ids('archived')], [['3', '2', '1', '5'], ['5'], ['3'], ['4']]);
  assert.equal(listed(state, 'all'), listed(state, 'all'));
});

test('older and newer pages lengthen the stretch, once', () => {
  const start = bootedState({ messages: [message('7', 2)], hasMore: true, hasNewer: true });
  const older = reduce(start, { type: 'page', id: '7', rows: [message('7', 1), message('7', 2)], side: 'older', hasOlder: false });
  const newer = reduce(older, { type: 'page', id: '7', rows: [message('7', 3)], side: 'newer', hasNewer: false });

  assert.deepEqual(seqs(newer), [1, 2, 3]);
  assert.deepEqual([newer.windows['7'].hasOlder, newer.windows['7'].hasNewer], [false, false]);
});

test('listeners hear once per task, and one that throws stops none', async () => {
  const store = createStore(reduce, bootedState());
  const heard = [];
  const thrown = [];
  globalThis.reportError = (error) => thrown.push(error.message);
  store.subscribe(() => {
    throw new Error('mine');
  });
  store.subscribe((state) => heard.push(state.conversations['7'].version));

  store.dispatch({ type: 'event', event: messageEvent('7', 4) });
  store.dispatch({ type: 'event', event: messageEvent('7', 5) });
  await new Promise((resolve) => setTimeout(resolve, 5));

  assert.deepEqual(heard, [5]);
  assert.deepEqual(thrown, ['mine']);
});

test('a selection tells only of changes of its own', async () => {
  const store = createStore(reduce, bootedState());
  const counts = [];
  store.select((state) => messagesOf(state, '7'), (rows) => counts.push(rows.length));

  store.dispatch({ type: 'unread', unreadCount: 5 });
  store.flush();
  store.dispatch({ type: 'event', event: messageEvent('7', 4) });
  store.flush();

  assert.deepEqual(counts, [3, 4]);
});
