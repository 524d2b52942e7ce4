import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectPolling } from '../../static/messenger/js/long-polling.js';

/** Socket.IO's client, held in the test's hand. */
function fakeIo() {
  const handlers = {};
  const io = { emitted: [], isOver: false, any: null, on: (event, run) => (handlers[event] = run), onAny: (run) => (io.any = run), emit: (...given) => io.emitted.push(given), disconnect: () => (io.isOver = true) };
  return Object.assign(io, { happens: (event, ...given) => handlers[event](...given) });
}

async function wireTo(io) {
  const told = [];
  const wire = connectPolling('http://test', async () => ({ io: () => io }));
  wire.onmessage = ({ data }) => told.push(JSON.parse(data));
  wire.onclose = ({ code }) => told.push(code);
  await new Promise(setImmediate);
  return { wire, told };
}

test('events come as frames, answers carry the ref of what was asked', async () => {
  const io = fakeIo();
  const { wire, told } = await wireTo(io);
  assert.equal(wire.readyState, 0);
  io.happens('connect');
  assert.equal(wire.readyState, 1);

  io.any('messenger:v4:hello', { userId: '1' });
  wire.send(JSON.stringify({ event: 'messenger:v4:presence', data: { status: 'online' }, ref: '7' }));
  io.emitted[0][2]({ ok: true, data: { positions: {} } });
  wire.send(JSON.stringify({ event: 'messenger:v4:typing', data: { isTyping: true } }));

  assert.deepEqual(told, [
    { event: 'messenger:v4:hello', data: { userId: '1' } },
    { ref: '7', ok: true, data: { positions: {} } },
  ]);
  assert.deepEqual(io.emitted[1], ['messenger:v4:typing', { isTyping: true }]);
});

test('each ending has the code that the native socket would have', async () => {
  const endings = [
    [(io) => io.happens('disconnect', 'io server disconnect'), 4001],
    [(io) => io.happens('connect_error', new Error('unauthorized')), 4001],
    [(io) => io.happens('connect_error', new Error('xhr poll error')), 1006],
    [(io) => io.happens('disconnect', 'transport close'), 1006],
    [(io) => [io.any('messenger:v4:going-away', { retryAfter: 2 }), io.happens('disconnect', 'transport close')], 4010],
  ];
  for (const [happens, code] of endings) {
    const io = fakeIo();
    const { wire, told } = await wireTo(io);

    happens(io);

    assert.equal(told.pop(), code);
    assert.equal(wire.readyState, 3);
    assert.equal(io.isOver, true);
  }
});

test('a script that cannot be had is a lost connection', async () => {
  const codes = [];
  const wire = connectPolling('http://test', async () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  wire.onclose = ({ code }) => codes.push(code);
  await new Promise(setImmediate);

  assert.deepEqual(codes, [1006]);
});

test('closed before the script came, it connects to nothing', async () => {
  const io = fakeIo();
  let asked = 0;
  const wire = connectPolling('http://test', async () => ({ io: () => ((asked += 1), io) }));

  wire.close();
  await new Promise(setImmediate);

  assert.equal(asked, 0);
});
