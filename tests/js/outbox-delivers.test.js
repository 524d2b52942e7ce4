import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ApiError } from '../../static/messenger/js/errors.js';
import { createOutbox } from '../../static/messenger/js/outbox.js';
import { memoryStorage, openStorage } from '../../static/messenger/js/outbox-storage.js';
import { reduce } from '../../static/messenger/js/state/reduce.js';
import { createStore } from '../../static/messenger/js/store.js';
import { fakeClock } from './support/clock.js';
import { bootedState, message } from './support/samples.js';

const refused = (status, more = {}) => new ApiError(more.message || 'No.', { status, ...more });

/** `rest` and `socket` answer one send after the other: a function gets the sent data, an error is thrown. */
function outboxOf({ rest = [], socket = null, isOnline = true, disk = memoryStorage() } = {}) {
  const clock = fakeClock();
  const store = createStore(reduce, bootedState());
  const sent = [];
  const acknowledged = [];
  let seq = 3;
  let nonce = 0;
  const take = (answers, data) => {
    const answer = answers.length ? answers.shift() : undefined;
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer(data);
    seq += 1;
    return { message: message('7', seq, { senderId: '1', content: data.content, clientNonce: data.clientNonce }) };
  };
  const api = {
    async sendMessage(conversationId, content, files, replyTo, { clientNonce, attachmentIds }) {
      sent.push(['rest', content, clientNonce]);
      return take(rest, { conversationId, content, replyTo, clientNonce, attachmentIds });
    },
    async uploadAttachment(file) {
      sent.push(['upload', file.name]);
      return { attachment: { id: `a-${file.name}` } };
    },
  };
  const link = {
    async request(event, data) {
      sent.push(['socket', data.content, data.clientNonce]);
      return take(socket, data);
    },
  };
  const outbox = createOutbox({
    clock,
    store,
    api,
    link: () => (socket ? link : null),
    isOnline: () => (typeof isOnline === 'function' ? isOnline() : isOnline),
    lock: (name, run) => run(),
    newNonce: () => `n-${(nonce += 1)}`,
    onAcknowledged: (told, clientNonce) => acknowledged.push([told.content, clientNonce]),
    onStored: () => {},
  });
  const opened = outbox.open(Promise.resolve(disk));
  const states = () => (store.getState().pending['7'] || []).map(({ content, state }) => [content, state]);
  return { clock, store, outbox, opened, sent, acknowledged, states, disk };
}

const say = (outbox, content, more = {}) => outbox.send({ conversationId: '7', content, ...more });
const contents = (store) => store.getState().windows['7'].rows.slice(3).map(({ content }) => content);

test('it is on disk before its row is drawn, and gone once acknowledged', async () => {
  const disk = memoryStorage();
  const seen = [];
  const { outbox, store, clock } = outboxOf({ disk });
  store.subscribe(async ({ pending }) => seen.push([Object.keys(pending).length, (await disk.all()).length]));

  say(outbox, 'Hello');
  await clock.settle();
  await clock.settle();

  assert.deepEqual(contents(store), ['Hello']);
  assert.deepEqual(seen[0][0], 1);
  assert.deepEqual(await disk.all(), []);
});

test('three in a row arrive in order, one after the other', async () => {
  const { outbox, store, clock, sent } = outboxOf({ socket: [] });

  ['one', 'two', 'three'].forEach((content) => say(outbox, content));
  await clock.settle();
  await clock.settle();

  assert.deepEqual(sent, [['socket', 'one', 'n-1'], ['socket', 'two', 'n-2'], ['socket', 'three', 'n-3']]);
  assert.deepEqual(contents(store), ['one', 'two', 'three']);
});

test('without an answer on the socket it goes again by REST, with the same nonce', async () => {
  const { outbox, store, clock, sent } = outboxOf({ socket: [new ApiError('late', { status: 0, code: 'no_answer' })] });

  say(outbox, 'Hello');
  await clock.settle();
  await clock.settle();

  assert.deepEqual(sent, [['socket', 'Hello', 'n-1'], ['rest', 'Hello', 'n-1']]);
  assert.deepEqual(contents(store), ['Hello']);
});

test('a refusal shows its sentence and lets the next one pass', async () => {
  const { outbox, store, clock, states } = outboxOf({ rest: [refused(422, { message: 'This looks like spam.' })] });

  say(outbox, 'bad');
  say(outbox, 'good');
  await clock.settle();
  await clock.settle();

  assert.deepEqual(states(), [['bad', 'failed']]);
  assert.equal(store.getState().pending['7'][0].error, 'This looks like spam.');
  assert.deepEqual(contents(store), ['good']);
});

test('a rate limit is waited out and told', async () => {
  const { outbox, store, clock, states, sent } = outboxOf({ rest: [refused(429, { retryAfter: 2, message: 'Too many.' })] });

  say(outbox, 'Hello');
  await clock.settle();
  assert.deepEqual(states(), [['Hello', 'waiting']]);
  outbox.kick();
  await clock.pass(1999);
  assert.equal(sent.length, 1);
  await clock.pass(1);

  assert.equal(sent.length, 2);
  assert.deepEqual(contents(store), ['Hello']);
});

test('5xx is tried again, failed after 5 tries while online', async () => {
  const { outbox, clock, states, sent } = outboxOf({ rest: [1, 2, 3, 4, 5].map(() => refused(500)) });

  say(outbox, 'Hello');
  await clock.pass(120000);

  assert.equal(sent.length, 5);
  assert.deepEqual(states(), [['Hello', 'failed']]);
});

test('without a network it never fails, tries less and less often, and goes when there is one', async () => {
  let isOnline = false;
  const whenOnline = (data) => {
    if (!isOnline) throw refused(0);
    return { message: message('7', 4, { senderId: '1', content: data.content, clientNonce: data.clientNonce }) };
  };
  const { outbox, store, clock, states, sent } = outboxOf({ isOnline: () => isOnline, rest: Array.from({ length: 90 }, () => whenOnline) });

  say(outbox, 'Hello');
  await clock.pass(60000);
  assert.equal(sent.length, 6);
  assert.deepEqual(states(), [['Hello', 'sending']]);
  isOnline = true;
  outbox.kick();
  await clock.settle();

  assert.deepEqual(states(), []);
  assert.deepEqual(contents(store), ['Hello']);
});

test('retry sends it once more, discard takes it away', async () => {
  const { outbox, store, clock, states } = outboxOf({ rest: [refused(403), refused(403)] });
  const first = say(outbox, 'one');
  const second = say(outbox, 'two');
  await clock.settle();
  await clock.settle();

  await outbox.retry(first);
  await outbox.discard(second);
  await clock.settle();

  assert.deepEqual(states(), []);
  assert.deepEqual(contents(store), ['one']);
  assert.equal(outbox.unsentCount(), 0);
});

test('what was unsent is sent after a reload, in order, with its nonce', async () => {
  const disk = memoryStorage();
  const before = outboxOf({ disk, isOnline: false, rest: [refused(0)] });
  ['one', 'two'].forEach((content) => say(before.outbox, content));
  await before.clock.settle();

  const after = outboxOf({ disk });
  await after.opened;
  await after.clock.settle();
  await after.clock.settle();

  assert.deepEqual(after.sent, [['rest', 'one', 'n-1'], ['rest', 'two', 'n-2']]);
  assert.deepEqual(await disk.all(), []);
});

test('an ended session keeps it', async () => {
  const { outbox, clock, states, sent } = outboxOf({ rest: [refused(401)] });

  say(outbox, 'Hello');
  await clock.pass(600000);
  assert.deepEqual([sent.length, states()], [1, [['Hello', 'sending']]]);
  outbox.kick();
  await clock.settle();

  assert.deepEqual(states(), []);
});

test('files go first, each once, and the message names them', async () => {
  const named = [];
  const again = ({ attachmentIds }) => {
    named.push(attachmentIds);
    throw refused(500);
  };
  const { outbox, clock, sent } = outboxOf({ rest: [again] });

  say(outbox, '', { files: [new File(['x'], 'a.png'), new File(['y'], 'b.png')], attachmentIds: ['z'] });
  await clock.pass(2000);

  assert.deepEqual(sent.map(([how, what]) => [how, what]), [['upload', 'a.png'], ['upload', 'b.png'], ['rest', ''], ['rest', '']]);
  assert.deepEqual(named, [['z', 'a-a.png', 'a-b.png']]);
});

test('its event alone is enough: an acknowledgement that never comes leaves one row', async () => {
  const { outbox, store, clock, states, disk } = outboxOf({ socket: [() => new Promise(() => {})] });
  const nonce = say(outbox, 'Hello');
  await clock.settle();

  const told = message('7', 4, { senderId: '1', content: 'Hello', clientNonce: nonce });
  store.dispatch({ type: 'event', event: { event: 'messenger:v4:message', data: { conversationId: '7', message: told, version: 4 } } });
  await outbox.settle(nonce);

  assert.deepEqual(states(), []);
  assert.deepEqual(contents(store), ['Hello']);
  assert.deepEqual(await disk.all(), []);
});

test('one tab sends, the other shows: what another tab has sent is not sent again', async () => {
  const disk = memoryStorage();
  const first = outboxOf({ disk, isOnline: false, rest: [refused(0)] });
  const nonce = say(first.outbox, 'Hello');
  await first.clock.settle();
  const second = outboxOf({ disk: memoryStorage() });
  await second.outbox.open(Promise.resolve(disk));
  await second.clock.settle();
  await second.clock.settle();

  await first.clock.pass(3100);

  assert.deepEqual(second.sent, [['rest', 'Hello', nonce]]);
  assert.equal(first.sent.length, 1);
});

test('without IndexedDB it works from memory; with it, it survives', async () => {
  const none = await openStorage('1', undefined);
  const { IDBFactory } = await import('fake-indexeddb');
  const factory = new IDBFactory();
  const record = { clientNonce: 'n-1', conversationId: '7', order: 2, content: 'b', replyTo: null, attachmentIds: [], files: [], state: 'sending', error: null, tries: 0, createdAt: '' };
  const disk = await openStorage('1', factory);
  await disk.put(record);
  await disk.put({ ...record, clientNonce: 'n-0', order: 1 });

  const again = await openStorage('1', factory);
  const other = await openStorage('2', factory);

  assert.deepEqual(await none.all(), []);
  assert.deepEqual((await again.all()).map(({ clientNonce }) => clientNonce), ['n-0', 'n-1']);
  assert.deepEqual(await other.all(), []);
});

test('a disk that never answers holds nothing up', async () => {
  const never = () => new Promise(() => {});
  const { outbox, clock, store } = outboxOf({ disk: { all: never, get: never, put: never, remove: never, clear: never } });

  say(outbox, 'One');
  say(outbox, 'Two');
  await clock.pass(2000);

  assert.deepEqual(contents(store), ['One', 'Two']);
});

test('what failed can be tried again though the disk never answers', async () => {
  const never = () => new Promise(() => {});
  const { outbox, clock, store, states } = outboxOf({ rest: [refused(422)], disk: { all: never, get: never, put: never, remove: never, clear: never } });
  say(outbox, 'Hello');
  await clock.pass(2000);
  assert.deepEqual(states(), [['Hello', 'failed']]);

  void outbox.retry('n-1');
  await clock.pass(2000);

  assert.deepEqual(contents(store), ['Hello']);
});
