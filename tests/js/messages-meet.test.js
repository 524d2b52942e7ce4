import assert from 'node:assert/strict';
import { test } from 'node:test';

import { messagesOf } from '../../static/messenger/js/selectors.js';
import { reduce } from '../../static/messenger/js/state/reduce.js';
import { body, bootedState, message, pending } from './support/samples.js';

const NONCE = 'n-1';
const sent = message('7', 4, { senderId: '1', senderName: 'Alice', content: 'Hello', clientNonce: NONCE });
const steps = {
  row: { type: 'pending', pending: pending(NONCE) },
  ack: { type: 'acknowledged', message: sent, clientNonce: NONCE },
  event: { type: 'event', event: { event: 'messenger:v4:message', data: { conversationId: '7', message: body(sent), version: 4 } } },
  sync: {
    type: 'synced',
    answer: { epoch: 'e1', conversations: [], messages: { 7: [sent] }, pointers: {}, positions: { 7: { version: 4, privateVersion: 1, pointerSum: 0 } }, removed: [], unreadCount: 0 },
  },
};
const ORDERS = [
  ['row', 'ack', 'event'],
  ['row', 'event', 'ack'],
  ['ack', 'row', 'event'],
  ['ack', 'event', 'row'],
  ['event', 'row', 'ack'],
  ['event', 'ack', 'row'],
  ['row', 'sync', 'ack'],
  ['row', 'ack', 'sync'],
  ['sync', 'row', 'event'],
  ['row', 'event', 'ack', 'ack', 'sync'],
];

for (const order of ORDERS) {
  test(`one row and one key, whatever comes first: ${order.join(', ')}`, () => {
    const state = order.reduce((now, step) => reduce(now, steps[step]), bootedState());

    const rows = messagesOf(state, '7');
    assert.deepEqual(rows.map(({ key }) => key), ['701', '702', '703', NONCE]);
    assert.equal(rows[3].pending, null);
    assert.equal(rows[3].state, 'sent');
    assert.deepEqual(state.pending, {});
    assert.equal(state.conversations['7'].lastMessage?.content ?? 'Hello', 'Hello');
  });
}

test('the row keeps its key while it is acknowledged', () => {
  const drawn = reduce(bootedState(), steps.row);
  const acknowledged = reduce(drawn, steps.ack);

  assert.equal(messagesOf(drawn, '7')[3].key, NONCE);
  assert.equal(messagesOf(acknowledged, '7')[3].key, NONCE);
});

test('an acknowledgement does not stand in for the event', () => {
  const state = reduce(reduce(bootedState(), steps.row), steps.ack);

  assert.equal(state.positions['7'].version, 3);
  assert.equal(reduce(state, steps.event).positions['7'].version, 4);
});

test('a row of a conversation that shows older messages is not put behind a hole', () => {
  const away = reduce(bootedState(), { type: 'page', id: '7', rows: [message('7', 1)], side: 'replace', hasOlder: false, hasNewer: true });

  const state = reduce(away, steps.event);

  assert.deepEqual(messagesOf(state, '7').map(({ key }) => key), ['701']);
  assert.equal(state.conversations['7'].lastSeq, 4);
});
