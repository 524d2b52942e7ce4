import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createInbound } from '../../static/messenger/js/inbound.js';
import { reduce } from '../../static/messenger/js/state/reduce.js';
import { createStore } from '../../static/messenger/js/store.js';
import { fakeClock } from './support/clock.js';
import { bootedState, conversation, messageEvent, seqs } from './support/samples.js';

function inboundOf({ heal = async () => {} } = {}) {
  const clock = fakeClock();
  const store = createStore(reduce, bootedState());
  const healed = [];
  const announced = [];
  const inbound = createInbound({
    clock,
    store,
    heal: async (ids) => {
      healed.push(ids);
      await heal(store, ids);
    },
    isSyncing: () => false,
    announce: (event, { isRepeat }) => announced.push([event.data.version, isRepeat]),
  });
  return { clock, store, inbound, healed, announced };
}

test('the next number is applied at once', () => {
  const { store, inbound, announced } = inboundOf();

  inbound.receive(messageEvent('7', 4));

  assert.deepEqual(seqs(store.getState()), [1, 2, 3, 4]);
  assert.equal(store.getState().positions['7'].version, 4);
  assert.deepEqual(announced, [[4, false]]);
});

test('a repeat changes nothing', () => {
  const { store, inbound } = inboundOf();
  inbound.receive(messageEvent('7', 4));
  const before = store.getState();

  inbound.receive(messageEvent('7', 4, { content: 'something else' }));

  assert.equal(store.getState(), before);
});

test('crossed events wait for each other and arrive in order', async () => {
  const { store, inbound, healed, announced, clock } = inboundOf();

  inbound.receive(messageEvent('7', 6));
  inbound.receive(messageEvent('7', 5));
  assert.deepEqual(seqs(store.getState()), [1, 2, 3]);
  inbound.receive(messageEvent('7', 4));
  await clock.pass(5000);

  assert.deepEqual(seqs(store.getState()), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(announced, [[4, false], [5, false], [6, false]]);
  assert.deepEqual(healed, []);
  assert.equal(clock.count(), 0);
});

test('a gap is synced after 500 ms, that conversation alone', async () => {
  const heal = (store) => store.dispatch({ type: 'event', event: messageEvent('7', 4) });
  const { store, inbound, healed, clock } = inboundOf({ heal });

  inbound.receive(messageEvent('7', 5));
  await clock.pass(499);
  assert.deepEqual(healed, []);
  await clock.pass(1);

  assert.deepEqual(healed, [['7']]);
  assert.deepEqual(seqs(store.getState()), [1, 2, 3, 4, 5]);
});

test('a gap that stays is asked for again, less and less often', async () => {
  const { inbound, healed, clock } = inboundOf();

  inbound.receive(messageEvent('7', 9));
  await clock.pass(500 + 1000 + 2000);

  assert.deepEqual(healed, [['7'], ['7'], ['7']]);
});

test('an unknown conversation is fetched', async () => {
  const heal = (store) => store.dispatch({ type: 'conversations', conversations: [conversation('8', { version: 1 })] });
  const { store, inbound, healed, clock } = inboundOf({ heal });

  inbound.receive(messageEvent('8', 1));
  await clock.pass(100);

  assert.deepEqual(healed, [['8']]);
  assert.equal(store.getState().conversations['8'].version, 1);
});

test('own changes are counted apart from shared ones', () => {
  const { store, inbound } = inboundOf();

  inbound.receive({ event: 'messenger:v4:conversation-updated', data: { conversationId: '7', updates: { isPinned: true }, privateVersion: 2 } });

  assert.equal(store.getState().conversations['7'].isPinned, true);
  assert.deepEqual(store.getState().positions['7'], { version: 3, privateVersion: 2, pointerSum: 0 });
});

test('a heartbeat that is ahead leads to one sync, unless the event comes meanwhile', async () => {
  const { inbound, healed, clock } = inboundOf();

  const first = inbound.compare({ 7: { version: 4, privateVersion: 1, pointerSum: 0 } });
  inbound.receive(messageEvent('7', 4));
  await clock.pass(500);
  await first;
  assert.deepEqual(healed, []);
  const second = inbound.compare({ 7: { version: 4, privateVersion: 1, pointerSum: 9 } });
  await clock.pass(500);
  await second;

  assert.deepEqual(healed, [['7']]);
});

test('a page read before an event does not undo it', () => {
  const { store, inbound } = inboundOf();
  const mark = inbound.mark();

  inbound.receive({ event: 'messenger:v4:message-deleted', data: { conversationId: '7', messageId: '702', seq: 2, deletedAt: '2026-01-01T00:01:00.000Z', version: 4 } });
  store.dispatch({ type: 'page', id: '7', rows: bootedState().windows['7'].rows, side: 'replace', hasOlder: false, hasNewer: false });
  inbound.replay(mark, '7');

  assert.equal(store.getState().windows['7'].rows[1].isDeleted, true);
});
