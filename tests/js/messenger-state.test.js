import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.window = globalThis;
await import('../../static/messenger/js/faces/MessengerState.js');

const stateOf = () => new globalThis.MessengerState();

test('one id or one nonce is one row, in order', () => {
  const state = stateOf();
  const heard = [];
  state.on('messageAdded', ({ message }) => heard.push(['added', message.id]));
  state.on('messageUpdated', ({ message }) => heard.push(['updated', message.id]));

  state.addMessage('7', { id: '', clientNonce: 'n' });
  state.addMessage('7', { id: '2', seq: 2 });
  state.addMessage('7', { id: '3', seq: 3, clientNonce: 'n' });
  state.addMessage('7', { id: '2', seq: 2, content: 'again' });
  state.prependMessages('7', [{ id: '1', seq: 1 }, { id: '2', seq: 2 }]);

  assert.deepEqual(state.getMessages(7).map(({ id }) => id), ['1', '2', '3']);
  assert.deepEqual(heard, [['added', ''], ['added', '2'], ['updated', '3'], ['updated', '2']]);
});

test('filters narrow the list', () => {
  const state = stateOf();
  state.setConversations([{ id: '1', title: 'Boats', unreadCount: 1 }, { id: '2', title: 'Bread', isPinned: true }, { id: '3', isArchived: true }]);
  const shown = () => state.getFilteredConversations().map(({ id }) => id);

  assert.deepEqual(shown(), ['1', '2']);
  state.setFilter('tab', 'unread');
  assert.deepEqual(shown(), ['1']);
  state.setFilter('tab', 'archived');
  assert.deepEqual(shown(), ['3']);
  state.setFilter('tab', 'all');
  state.setFilter('search', 'bre');
  assert.deepEqual(shown(), ['2']);
});

test('a deleted message stays as a place without content', () => {
  const state = stateOf();
  state.setMessages('7', [{ id: '1', seq: 1, content: 'x' }]);

  state.deleteMessage('7', '1');

  assert.deepEqual([state.getMessages('7')[0].content, state.getMessages('7')[0].isDeleted], ['', true]);
});

test('clear forgets what it holds, not who listens; off ends listening', () => {
  const state = stateOf();
  const heard = [];
  const off = state.on('unreadCountChanged', (count) => heard.push(count));
  state.setUnreadCount(3);

  state.clear();
  off();
  state.setUnreadCount(9);

  assert.deepEqual(heard, [3, 0]);
  assert.deepEqual([state.conversations, state.currentUser, state.messages.size], [[], null, 0]);
});
