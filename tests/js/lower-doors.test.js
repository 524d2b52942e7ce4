import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createConnection } from '../../static/messenger/js/connection.js';
import { openSocket } from '../../static/messenger/js/socket.js';
import { fakeClock } from './support/clock.js';
import { fakeSockets } from './support/socket.js';

/** A page whose native sockets and long polling are in the test's hand: `native` and `polling`. */
function page({ catchUp = async () => {} } = {}) {
  const clock = fakeClock();
  const native = fakeSockets();
  const polling = fakeSockets();
  const modes = [];
  const open = (sockets) => (handlers) => openSocket({ url: 'ws://test/', clock, connect: sockets.connect, presence: () => 'online', ...handlers });
  let syncs = 0;
  const connection = createConnection({
    clock,
    openNative: open(native),
    openPolling: open(polling),
    catchUp: () => {
      syncs += 1;
      return catchUp();
    },
    onHello: () => {},
    onEvent: () => {},
    onHeartbeat: () => {},
    onChange: ({ mode }) => mode && modes.push(mode),
    onNews: () => {},
    onSessionEnded: () => {},
    pollMs: () => 30000,
  });
  return { clock, native, polling, modes, connection, syncs: () => syncs };
}

async function pageOnPolling() {
  const parts = page();
  parts.connection.start();
  parts.native.last().drop();
  await parts.clock.pass(1000);
  parts.native.last().drop();
  parts.polling.last().hello();
  await parts.clock.settle();
  return parts;
}

test('two native failures within 10 s lead to the next door', async () => {
  const { modes, syncs, connection } = await pageOnPolling();

  assert.deepEqual(modes, ['catching-up', 'polling']);
  assert.equal(syncs(), 1);
  connection.stop();
});

test('after three failures there it is plain requests', async () => {
  const { clock, native, polling, modes, connection } = page();
  connection.start();
  native.last().drop();
  await clock.pass(1000);
  native.last().drop();
  for (let attempt = 0; attempt < 3; attempt += 1) polling.last().drop();
  await clock.settle();

  assert.equal(polling.made.length, 3);
  assert.deepEqual(modes, ['rest']);
  connection.stop();
});

test('the native socket is tried beside it each minute, and takes over with its hello', async () => {
  const { clock, native, polling, modes, connection } = await pageOnPolling();
  const answerBeats = () => polling.last().all('messenger:v4:presence').forEach(({ ref }) => polling.last().answer(ref, {}));
  await clock.pass(30000);
  answerBeats();
  await clock.pass(29999);
  assert.equal(native.made.length, 2);
  await clock.pass(1);
  answerBeats();
  assert.equal(native.made.length, 3);

  native.last().drop();
  assert.equal(connection.mode(), 'polling');
  await clock.pass(30000);
  answerBeats();
  await clock.pass(30000);
  answerBeats();
  native.last().hello();
  await clock.settle();

  assert.deepEqual(modes, ['catching-up', 'polling', 'catching-up', 'websocket']);
  assert.equal(polling.last().readyState, 3);
  connection.stop();
  assert.equal(clock.count(), 0);
});

test('events of a socket that has not taken over are not heard twice', async () => {
  const { clock, native, connection } = await pageOnPolling();
  connection.tryNow();
  const probe = native.last();

  connection.stop();
  probe.hello();
  await clock.settle();

  assert.equal(connection.link(), null);
  assert.equal(probe.readyState, 3);
});

test('sockets that hang are as good as refused', async () => {
  const { clock, polling, modes, connection } = page();
  connection.start();

  await clock.pass(10000 + 1000 + 10000);
  polling.last().hello();
  await clock.settle();

  assert.deepEqual(modes, ['catching-up', 'polling']);
  connection.stop();
});

test('once nothing answers, long polling is tried once each time', async () => {
  let isGone = true;
  const { clock, native, polling, modes, connection } = page({
    catchUp: async () => {
      if (isGone) throw new Error('gone');
    },
  });
  connection.start();
  native.last().drop();
  await clock.pass(1000);
  native.last().drop();
  for (let attempt = 0; attempt < 3; attempt += 1) polling.last().drop();
  await clock.settle();
  assert.deepEqual(modes, ['offline']);

  await clock.pass(2000);
  native.last().drop();
  polling.last().drop();
  await clock.settle();
  assert.equal(polling.made.length, 4);
  assert.equal(connection.mode(), 'offline');
  isGone = false;
  await clock.pass(4000);
  native.last().drop();
  polling.last().hello();
  await clock.settle();

  assert.equal(connection.mode(), 'polling');
  connection.stop();
});
