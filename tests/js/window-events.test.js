import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createWindowEvents } from '../../static/messenger/js/windowevents.js';
import { body, bootedState, message, messageEvent } from './support/samples.js';

globalThis.CustomEvent = globalThis.CustomEvent || class extends Event {
  constructor(name, { detail } = {}) {
    super(name);
    this.detail = detail;
  }
};

function page(names) {
  const target = new EventTarget();
  const heard = [];
  for (const name of names) target.addEventListener(name, ({ detail }) => heard.push([name, detail]));
  return { heard, target, events: createWindowEvents({ target, getState: () => bootedState() }) };
}

test('a message is told under both names, with one detail', () => {
  const { heard, events } = page(['messenger:v4:message', 'messenger:new-message']);

  events.announce(messageEvent('7', 4), 'live');

  assert.deepEqual(heard.map(([name]) => name), ['messenger:v4:message', 'messenger:new-message']);
  assert.equal(heard[0][1], heard[1][1]);
  const { conversationId, version, source } = heard[0][1];
  assert.deepEqual([conversationId, version, source], ['7', 4, 'live']);
});

test('once, however it comes: live, again, by sync, as a repeat', () => {
  const { heard, events } = page(['messenger:new-message']);

  assert.equal(events.announce(messageEvent('7', 4), 'live'), true);
  assert.equal(events.announce(messageEvent('7', 4), 'sync'), false);
  assert.equal(events.announce(messageEvent('7', 4), 'live', { isRepeat: true }), false);

  assert.equal(heard.length, 1);
});

test('an edit told live and by sync is one edit; the next edit is another', () => {
  const { heard, events } = page(['messenger:message-edited']);
  const edit = (editedAt) => ({ event: 'messenger:v4:message-edited', data: { conversationId: '7', messageId: '703', editedAt, message: body(message('7', 3, { editedAt })) } });

  events.announce(edit('a'), 'live');
  events.announce(edit('a'), 'sync');
  events.announce(edit('b'), 'live');

  assert.equal(heard.length, 2);
});

test('own typing and empty fillers are not told', () => {
  const { heard, events } = page(['messenger:typing', 'messenger:conversation-updated']);

  events.announce({ event: 'messenger:v4:typing', data: { conversationId: '7', userId: '1', isTyping: true } }, 'live');
  events.announce({ event: 'messenger:v4:conversation-updated', data: { conversationId: '7', version: 4, updates: {} } }, 'live');

  assert.deepEqual(heard, []);
});

test('a changed conversation comes whole, the unread count under both names', () => {
  const { heard, events } = page(['messenger:conversation-updated', 'messenger:unread-count', 'unreadCountUpdated']);

  events.announce({ event: 'messenger:v4:conversation-updated', data: { conversationId: '7', privateVersion: 2, updates: { isPinned: true } } }, 'live');
  events.announce({ event: 'messenger:v4:unread', data: { unreadCount: 4, conversationId: '7', conversationUnreadCount: 1 } }, 'live');

  assert.equal(heard[0][1].conversation.id, '7');
  assert.deepEqual(heard.slice(1).map(([name, { count, unreadCount }]) => [name, count, unreadCount]), [['messenger:unread-count', 4, 4], ['unreadCountUpdated', 4, 4]]);
});
