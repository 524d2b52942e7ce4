import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { getEngine } from '../../static/messenger/js/engine.js';
import { messagesOf } from '../../static/messenger/js/selectors.js';
import { body, boot, conversation, message, messageEvent } from './support/samples.js';
import { connectedPage, enginePage, EMPTY_SYNC } from './support/page.js';

const open = [];
const connected = async (...given) => {
  const parts = await connectedPage(...given);
  open.push(parts.engine);
  return parts;
};
after(() => open.forEach((engine) => engine.destroy()));

const say = (raw, { event, data }) => raw.say(event, data);

test('it connects, asks once for what changed after its positions, and is there', async () => {
  const { engine, sockets, sync, asked } = await connected(boot);

  assert.deepEqual(sync.data, { epoch: 'e1', conversations: { 7: { version: 3, privateVersion: 1, pointerSum: 0 } } });
  assert.equal(engine.mode(), 'websocket');
  assert.equal(sockets.last().all('messenger:v4:sync').length, 1);
  assert.deepEqual(asked, []);
});

test('signed out: no connection, no request', async () => {
  const { engine, sockets, asked, store, clock } = enginePage();
  open.push(engine);

  assert.equal(await engine.start({ ...boot, user: null }), null);
  await clock.pass(600000);

  assert.deepEqual([sockets.made.length, asked, store.getState().isIdentified, engine.mode()], [0, [], true, 'signed-out']);
});

test('without boot data or a hint, one request asks who it is', async () => {
  const { engine, asked, sockets } = enginePage({ api: { getMe: async () => ({ user: { id: '1', displayName: 'Alice' } }) } });
  open.push(engine);

  const [first, second] = await Promise.all([engine.start(), engine.start()]);

  assert.equal(first, second);
  assert.deepEqual(asked, ['getMe']);
  assert.equal(sockets.made.length, 1);
});

test('the host page and the meta tag say who it is before anybody is asked', async () => {
  const host = enginePage({ host: { AuthStateManager: { isAuthenticated: () => true, getUser: () => ({ _id: 5, name: 'Eve' }) } } });
  const meta = enginePage({ meta: '6' });
  open.push(host.engine, meta.engine);

  assert.equal((await host.engine.start()).id, '5');
  assert.equal((await meta.engine.start()).id, '6');
  assert.deepEqual([host.asked, meta.asked], [[], []]);
});

test('sending: a row at once, then the acknowledged message; listeners hear it once, after the store changed', async () => {
  const { engine, sockets, store, page, clock } = await connected(boot);
  const heard = [];
  page.addEventListener('messenger:new-message', ({ detail }) => heard.push([detail.message.content, messagesOf(store.getState(), '7').length]));

  const nonce = engine.send({ conversationId: '7', content: 'Hello' });
  await clock.settle();
  assert.equal(messagesOf(store.getState(), '7').at(-1).state, 'sending');
  const frame = sockets.last().last('messenger:v4:send');
  const sent = message('7', 4, { senderId: '1', content: 'Hello', clientNonce: nonce });
  sockets.last().answer(frame.ref, { message: sent });
  await clock.settle();
  sockets.last().say('messenger:v4:message', { conversationId: '7', message: body(sent), version: 4 });

  assert.deepEqual(frame.data, { conversationId: '7', content: 'Hello', clientNonce: nonce });
  assert.deepEqual(messagesOf(store.getState(), '7').map(({ key, state }) => [key, state]).at(-1), [nonce, 'sent']);
  assert.deepEqual(heard, [['Hello', 4]]);
  assert.equal(store.getState().positions['7'].version, 4);
});

test('a message of somebody else is told, and told back as delivered', async () => {
  const { sockets, store, page } = await connected(boot);
  const heard = [];
  page.addEventListener('messenger:v4:message', ({ detail }) => heard.push(detail.source));

  say(sockets.last(), messageEvent('7', 4));

  assert.deepEqual(heard, ['live']);
  assert.equal(messagesOf(store.getState(), '7').length, 4);
  assert.deepEqual(sockets.last().last('messenger:v4:delivered').data, { conversationId: '7', upToSeq: 4 });
});

test('reading is told at most once a second, and never backwards', async () => {
  const { engine, sockets, store, clock } = await connected(boot);

  engine.markRead('7', 1);
  engine.markRead('7', 2);
  engine.markRead('7', 3);
  engine.markRead('7', 2);
  const reads = () => sockets.last().all('messenger:v4:read').map(({ data }) => data.upToSeq);
  assert.deepEqual(reads(), [1]);
  await clock.pass(1000);

  assert.deepEqual(reads(), [1, 3]);
  assert.equal(store.getState().conversations['7'].lastReadSeq, 3);
});

test('typing: at most once a second, off 3 s after the last key and with the message', async () => {
  const { engine, sockets, clock } = await connected(boot);
  const typed = () => sockets.last().all('messenger:v4:typing').map(({ data }) => data.isTyping);

  for (let key = 0; key < 8; key += 1) {
    engine.typingIn('7');
    await clock.pass(250);
  }
  assert.deepEqual(typed(), [true, true]);
  await clock.pass(3000);
  assert.deepEqual(typed(), [true, true, false]);
  engine.typingIn('7');
  engine.send({ conversationId: '7', content: 'x' });

  assert.deepEqual(typed(), [true, true, false, true, false]);
});

test("others' typing ends after 4 s without news", async () => {
  const { sockets, store, clock } = await connected(boot);

  say(sockets.last(), { event: 'messenger:v4:typing', data: { conversationId: '7', userId: '2', userName: 'Bob', isTyping: true } });
  await clock.pass(3999);
  assert.deepEqual(Object.keys(store.getState().typing), ['7']);
  await clock.pass(1);

  assert.deepEqual(store.getState().typing, {});
});

test('a reaction shows at once, and is taken back when refused', async () => {
  const { engine, sockets, store, clock } = await connected(boot);
  const row = () => store.getState().windows['7'].rows[2];

  const asked = engine.react(row(), '👍').catch((error) => error.code);
  await clock.settle();
  assert.deepEqual(row().reactionSummary, [{ emoji: '👍', count: 1, users: ['1'], reacted: true }]);
  sockets.last().refuse(sockets.last().last('messenger:v4:react').ref, { code: 'cannot_message', message: 'Blocked.' });

  assert.equal(await asked, 'cannot_message');
  assert.deepEqual(row().reactionSummary, []);
});

test('a new conversation that does not say what is ours is fetched whole, then told', async () => {
  const { sockets, store, page, clock } = await connected(boot);
  const heard = [];
  page.addEventListener('messenger:new-conversation', ({ detail }) => heard.push([detail.conversation.id, Boolean(store.getState().conversations['8'])]));
  const { privateVersion, isPinned, unreadCount, ...shared } = conversation('8', { version: 1 });

  say(sockets.last(), { event: 'messenger:v4:conversation-created', data: { conversation: shared } });
  await clock.settle();
  const sync = sockets.last().last('messenger:v4:sync');
  sockets.last().answer(sync.ref, { ...EMPTY_SYNC, conversations: [conversation('8', { version: 1 })], messages: { 8: [message('8', 1)] }, positions: { 8: { version: 1, privateVersion: 1, pointerSum: 0 } } });
  await clock.settle();

  assert.deepEqual(sync.data.only, ['8']);
  assert.deepEqual(heard, [['8', true]]);
});

test('another epoch in hello throws the copy away and loads again', async () => {
  const api = { getConversations: async () => ({ conversations: [conversation('9')], hasMore: false }), getConversation: async () => ({ conversation: conversation('7') }), getMessages: async () => ({ messages: [message('7', 1)], hasMore: false }) };
  const { sockets, store, clock } = await connected(boot, { api });
  sockets.last().drop();
  await clock.pass(1000);

  sockets.last().hello({ epoch: 'e2' });
  await clock.settle();

  assert.equal(store.getState().epoch, 'e2');
  assert.deepEqual(store.getState().windows['7'].rows.map(({ seq }) => seq), [1]);
  assert.deepEqual(Object.keys(store.getState().conversations).sort(), ['7', '9']);
});

test('an ended session keeps what is shown and sends nothing more', async () => {
  const { engine, sockets, store, clock } = await connected(boot);

  say(sockets.last(), { event: 'messenger:v4:session-ended', data: { reason: 'signed_out' } });
  sockets.last().drop(4001);
  await clock.pass(600000);

  assert.deepEqual([store.getState().sessionEnded, engine.mode(), sockets.made.length], ['signed_out', 'signed-out', 1]);
  assert.equal(messagesOf(store.getState(), '7').length, 3);
});

test('ten quiet minutes over the socket need no HTTP request', async () => {
  const { sockets, asked, clock } = await connected(boot);

  for (let beat = 0; beat < 20; beat += 1) {
    await clock.pass(30000);
    const frame = sockets.last().last('messenger:v4:presence');
    sockets.last().answer(frame.ref, { positions: {} });
  }

  assert.deepEqual(asked, []);
  assert.equal(sockets.made.length, 1);
});

test('away after five minutes without input, online with the next key', async () => {
  const { sockets, page, clock } = await connected(boot);
  const statuses = () => sockets.last().all('messenger:v4:presence').map(({ data }) => data.status);
  const answering = async (ms) => {
    for (let passed = 0; passed < ms; passed += 5000) {
      await clock.pass(5000);
      for (const { ref } of sockets.last().all('messenger:v4:presence')) sockets.last().answer(ref, { positions: {} });
    }
  };

  await answering(300000);
  assert.equal(statuses().at(-1), 'away');
  page.dispatchEvent(new Event('keydown'));

  assert.equal(statuses().at(-1), 'online');
});

test('one engine per window', () => {
  globalThis.window = Object.assign(new EventTarget(), { location: {}, document: new EventTarget() });

  const engine = getEngine();

  assert.equal(getEngine(), engine);
  engine.destroy();
  delete globalThis.window;
});
