import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createConnection } from '../../static/messenger/js/connection.js';
import { ApiError } from '../../static/messenger/js/errors.js';
import { openSocket, socketCount } from '../../static/messenger/js/socket.js';
import { fakeClock } from './support/clock.js';
import { fakeSockets } from './support/socket.js';

function page({ catchUp = async () => {}, random = 0.5 } = {}) {
  const clock = fakeClock({ random });
  const sockets = fakeSockets();
  const modes = [];
  const news = [];
  const ended = [];
  const heartbeats = [];
  let syncs = 0;
  const connection = createConnection({
    clock,
    openNative: (handlers) => openSocket({ url: 'ws://test/ws/messenger/', clock, connect: sockets.connect, presence: () => 'online', ...handlers }),
    catchUp: () => {
      syncs += 1;
      return catchUp();
    },
    onHello: () => {},
    onEvent: () => {},
    onHeartbeat: (answer) => heartbeats.push(answer),
    onChange: ({ mode }) => mode && modes.push(mode),
    onNews: (name) => news.push(name),
    onSessionEnded: (reason) => ended.push(reason),
    pollMs: () => 30000,
  });
  return { clock, sockets, modes, news, ended, heartbeats, connection, syncs: () => syncs };
}

async function connected(options) {
  const parts = page(options);
  parts.connection.start();
  parts.sockets.last().hello();
  await parts.clock.settle();
  return parts;
}

const noNetwork = async () => {
  throw new ApiError('no network', { status: 0 });
};

test('hello, one sync, then websocket', async () => {
  const { modes, news, syncs, connection } = await connected();

  assert.deepEqual(modes, ['catching-up', 'websocket']);
  assert.deepEqual(news, ['connected']);
  assert.equal(syncs(), 1);
  connection.stop();
});

test('a heartbeat every 30 s; without an answer in 10 s the link is dead', async () => {
  const { clock, sockets, heartbeats, modes, connection } = await connected();

  await clock.pass(30000);
  const first = sockets.last().last('messenger:v4:presence');
  assert.deepEqual(first.data, { status: 'online' });
  sockets.last().answer(first.ref, { positions: {} });
  await clock.pass(30000);
  assert.equal(sockets.last().all('messenger:v4:presence').length, 2);
  await clock.pass(9999);
  assert.equal(modes.at(-1), 'websocket');
  await clock.pass(1);

  assert.deepEqual(heartbeats, [{ positions: {} }]);
  assert.equal(modes.at(-1), 'connecting');
  connection.stop();
});

test('reconnecting waits 1 s, doubling to 30 s, each ± 50 %', async () => {
  for (const [random, share] of [[0, 0.5], [0.5, 1], [1, 1.5]]) {
    let isDown = false;
    const { clock, sockets, connection } = await connected({ random, catchUp: () => (isDown ? noNetwork() : Promise.resolve()) });
    const waits = [];
    isDown = true;
    sockets.last().drop();
    await clock.settle();
    for (let index = 0; index < 7; index += 1) {
      const wait = clock.waits()[0];
      waits.push(wait / share);
      await clock.pass(wait);
      sockets.last().drop();
      await clock.settle();
    }
    connection.stop();

    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  }
});

test('each reconnect makes one sync and starts from 1 s again', async () => {
  const { clock, sockets, syncs, connection } = await connected();

  for (let round = 0; round < 20; round += 1) {
    sockets.last().drop();
    await clock.pass(1000);
    sockets.last().hello();
    await clock.settle();
  }

  assert.equal(sockets.made.length, 21);
  assert.equal(syncs(), 21);
  assert.equal(connection.mode(), 'websocket');
  connection.stop();
  assert.equal(clock.count(), 0);
});

const CLOSES = [
  { code: 4008, random: 0, wait: 30000 },
  { code: 4009, random: 0, wait: 0 },
  { code: 4010, random: 0, wait: 2000, retryAfter: 4 },
  { code: 4010, random: 1, wait: 6000, retryAfter: 4 },
  { code: 1009, random: 0, wait: 500 },
];
for (const { code, random, wait, retryAfter } of CLOSES) {
  test(`close code ${code}${retryAfter ? ` at ${random}` : ''} comes back after ${wait} ms`, async () => {
    const { clock, sockets, connection } = await connected({ random });

    if (retryAfter) sockets.last().say('messenger:v4:going-away', { retryAfter });
    sockets.last().drop(code);

    assert.deepEqual(clock.waits(), [wait]);
    connection.stop();
  });
}

test('4001 ends it: no reconnect, the session is over', async () => {
  const { clock, sockets, ended, modes, connection } = await connected();

  sockets.last().say('messenger:v4:session-ended', { reason: 'password_changed' });
  sockets.last().drop(4001);
  await clock.pass(600000);

  assert.deepEqual(ended, ['password_changed']);
  assert.equal(modes.at(-1), 'signed-out');
  assert.equal(sockets.made.length, 1);
  assert.equal(connection.link(), null);
});

test('two native failures within 10 s lead to requests every 30 to 33 s, the socket tried each minute', async () => {
  const { clock, sockets, modes, syncs, connection } = page();
  connection.start();
  sockets.last().drop();
  await clock.pass(1000);
  sockets.last().drop();
  await clock.settle();
  assert.deepEqual(modes, ['rest']);
  assert.equal(syncs(), 1);

  await clock.pass(31500);
  assert.equal(syncs(), 2);
  await clock.pass(28500);
  assert.equal(sockets.made.length, 3);
  sockets.last().drop();
  await clock.pass(60000);
  assert.equal(sockets.made.length, 4);
  assert.equal(connection.mode(), 'rest');
  sockets.last().hello();
  await clock.settle();

  assert.deepEqual(modes, ['rest', 'catching-up', 'websocket']);
  const after = syncs();
  await clock.pass(25000);
  assert.equal(syncs(), after);
  connection.stop();
});

test('where requests fail too, it is offline and goes on trying both', async () => {
  let isDown = true;
  const { clock, sockets, modes, news, connection } = page({ catchUp: () => (isDown ? noNetwork() : Promise.resolve()) });
  connection.start();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    sockets.last().drop();
    await clock.settle();
    await clock.pass(clock.waits()[0]);
  }
  assert.equal(modes.at(-1), 'offline');
  assert.deepEqual(news, ['connection-failed']);

  isDown = false;
  sockets.last().hello();
  await clock.settle();

  assert.deepEqual(modes, ['offline', 'catching-up', 'websocket']);
  connection.stop();
});

test('blocked sockets but a working server: offline turns to rest', async () => {
  let isDown = true;
  const { clock, sockets, modes, connection } = page({ catchUp: () => (isDown ? noNetwork() : Promise.resolve()) });
  connection.start();
  sockets.last().drop();
  await clock.pass(1000);
  sockets.last().drop();
  await clock.settle();
  isDown = false;

  await clock.pass(2000);
  sockets.last().drop();
  await clock.settle();

  assert.deepEqual(modes, ['offline', 'rest']);
  connection.stop();
});

test('no hello within 10 s is a failed attempt', async () => {
  const { clock, sockets, connection } = page();
  connection.start();

  await clock.pass(10000);
  await clock.pass(1000);

  assert.equal(sockets.made.length, 2);
  connection.stop();
});

test('"Try now" tries at once, and once', async () => {
  const { clock, sockets, connection } = await connected();
  sockets.last().drop();

  connection.tryNow();
  connection.tryNow();

  assert.equal(sockets.made.length, 2);
  sockets.last().hello();
  await clock.settle();
  connection.tryNow();
  assert.equal(sockets.made.length, 2);
  connection.stop();
});

test('a page that was frozen asks whether its link is alive', async () => {
  const { clock, sockets, connection } = await connected();
  await clock.pass(29999);
  const quiet = sockets.last().sent.length;
  connection.tryNow();
  assert.equal(sockets.last().sent.length, quiet);

  const { clock: later, sockets: frozen, connection: thawed } = await connected();
  const realNow = later.now;
  later.now = () => realNow() + 600000;
  thawed.tryNow();

  assert.equal(frozen.last().all('messenger:v4:presence').length, 1);
  connection.stop();
  thawed.stop();
});

test('losing the network is offline at once; its return tries at once', async () => {
  const { clock, sockets, modes, news, connection } = await connected();

  connection.lostNetwork();
  assert.equal(modes.at(-1), 'offline');
  connection.tryNow();
  sockets.last().hello();
  await clock.settle();

  assert.equal(modes.at(-1), 'websocket');
  assert.deepEqual(news, ['connected', 'disconnected', 'connected']);
  connection.stop();
});

test('requests are answered by their ref; what is open when the link dies fails', async () => {
  const { sockets, connection } = await connected();
  const link = connection.link();
  const first = link.request('messenger:v4:send', { content: 'a' });
  const second = link.request('messenger:v4:send', { content: 'b' });
  const third = link.request('messenger:v4:send', { content: 'c' });
  const refs = sockets.last().all('messenger:v4:send').map(({ ref }) => ref);

  sockets.last().answer(refs[1], { message: { id: '2' } });
  sockets.last().refuse(refs[0], { code: 'rate_limited', message: 'Too many messages.', details: { retryAfter: 3 } });
  const caught = await first.catch((error) => error);
  sockets.last().drop();

  assert.deepEqual(await second, { message: { id: '2' } });
  assert.deepEqual([caught.message, caught.status, caught.code, caught.retryAfter], ['Too many messages.', 429, 'rate_limited', 3]);
  assert.equal((await third.catch((error) => error)).code, 'connection_lost');
  connection.stop();
});

test('no socket is left behind', async () => {
  assert.equal(socketCount(), 0);
});
