import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { MessengerAPI } from '../../static/messenger/js/api.js';
import { cookieValue, readCsrfToken } from '../../static/messenger/js/csrf.js';
import { fakeClock } from './support/clock.js';

afterEach(() => {
  delete globalThis.document;
  delete globalThis.__CSRF_TOKEN__;
  delete globalThis.csrfToken;
});

const json = (status, body, headers = {}) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
const refusal = (status, code, more = {}) => json(status, { success: false, error: 'A sentence.', message: 'A sentence.', code, details: {}, ...more });

function apiOf(answers) {
  const clock = fakeClock();
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { api: new MessengerAPI({ fetch, clock }), asked, clock };
}

const outcome = (promise) => promise.then((value) => value, (error) => error);

test('an error carries the sentence, status, code, details and how long to wait', async () => {
  const { api } = apiOf([json(429, { success: false, error: 'Too many.', code: 'rate_limited', details: { limit: 30 } }, { 'Retry-After': '7' })]);

  const error = await outcome(api.sendTyping('7'));

  assert.deepEqual([error.message, error.status, error.code, error.details, error.retryAfter], ['Too many.', 429, 'rate_limited', { limit: 30 }, 7]);
});

test('a GET is asked twice more on 5xx or no answer, after 0.5 s and 1 s', async () => {
  const { api, asked, clock } = apiOf([refusal(503, 'unavailable'), new TypeError('network'), json(200, { success: true, unreadCount: 3 })]);
  const answer = outcome(api.getUnreadCount());

  await clock.pass(499);
  assert.equal(asked.length, 1);
  await clock.pass(1);
  assert.equal(asked.length, 2);
  await clock.pass(1000);

  assert.deepEqual(await answer, { success: true, unreadCount: 3 });
});

test('a GET gives up after the third', async () => {
  const { api, asked, clock } = apiOf([1, 2, 3, 4].map(() => refusal(500, 'internal_error')));
  const answer = outcome(api.getConversation('7'));

  await clock.pass(60000);

  assert.equal((await answer).status, 500);
  assert.equal(asked.length, 3);
});

test('what is refused is not asked again', async () => {
  const { api, asked, clock } = apiOf([refusal(404, 'not_found')]);
  const answer = outcome(api.getConversation('7'));

  await clock.pass(60000);

  assert.equal((await answer).code, 'not_found');
  assert.equal(asked.length, 1);
});

test('a change is asked once, a send again with its one nonce', async () => {
  const changing = apiOf([refusal(500, 'internal_error')]);
  const changed = outcome(changing.api.updateConversation('7', { isPinned: true }));
  const sending = apiOf([refusal(500, 'internal_error'), json(201, { success: true, message: {} })]);
  const sent = outcome(sending.api.sendMessage('7', 'Hello'));
  await changing.clock.pass(60000);
  await sending.clock.pass(60000);

  assert.equal((await changed).status, 500);
  assert.equal(changing.asked.length, 1);
  assert.deepEqual(await sent, { success: true, message: {} });
  const nonces = sending.asked.map(({ body }) => JSON.parse(body).clientNonce);
  assert.equal(new Set(nonces).size, 1);
  assert.equal(sending.asked[0].headers['Idempotency-Key'], nonces[0]);
});

test('csrf_failed fetches a new token and repeats once', async () => {
  globalThis.document = { cookie: 'csrf=old', querySelector: () => null };
  const { api, asked } = apiOf([refusal(403, 'csrf_failed'), json(200, { csrfToken: 'new', token: 'new' }), json(200, { success: true })]);

  await api.markAsRead('7', 3);

  assert.deepEqual(asked.map(({ url, method }) => [method, url]), [['POST', '/api/v4/messenger/conversations/7/read'], ['GET', '/api/v4/csrf-token'], ['POST', '/api/v4/messenger/conversations/7/read']]);
  assert.equal(asked[0].headers['X-CSRF-Token'], 'old');
});

test('a second csrf_failed is an error', async () => {
  const { api, asked } = apiOf([refusal(403, 'csrf_failed'), json(200, { token: 'n' }), refusal(403, 'csrf_failed')]);

  assert.equal((await outcome(api.markAsRead('7'))).code, 'csrf_failed');
  assert.equal(asked.length, 3);
});

test('the token is the whole value, from the first place that has one', () => {
  const page = (cookie, meta) => ({ cookie, querySelector: () => (meta ? { getAttribute: () => meta } : null) });
  assert.equal(cookieValue('a=1; csrf=ab=cd==; csrfToken=x', 'csrf'), 'ab=cd==');

  globalThis.document = page('csrfToken=two', 'three');
  globalThis.__CSRF_TOKEN__ = 'four';
  globalThis.csrfToken = 'five';
  assert.equal(readCsrfToken(), 'two');
  globalThis.document = page('', 'three');
  assert.equal(readCsrfToken(), 'three');
  globalThis.document = page('', '');
  assert.equal(readCsrfToken(), 'four');
  delete globalThis.__CSRF_TOKEN__;
  assert.equal(readCsrfToken(), 'five');
  delete globalThis.csrfToken;
  assert.equal(readCsrfToken(), '');
});

test('an answer that is no JSON is an error, not a surprise', async () => {
  const { api } = apiOf([new Response('<html>', { status: 200 })]);

  assert.equal((await outcome(api.sendTyping('7'))).code, 'bad_answer');
});

test('lists and ids go into the address safely', async () => {
  const { api, asked } = apiOf([json(200, { conversations: [] }), json(200, { messages: [] })]);

  await api.getConversations({ unreadOnly: true, search: 'a&b', cursor: null });
  await api.getMessages('../7', 'seq:9');

  assert.deepEqual(asked.map(({ url }) => url), ['/api/v4/messenger/conversations?search=a%26b&unread=true', '/api/v4/messenger/conversations/..%2F7/messages?before=seq%3A9']);
});

test('no answer in 20 s is an error', async () => {
  const clock = fakeClock();
  const fetch = (url, { signal }) => new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const answer = outcome(new MessengerAPI({ fetch, clock }).markAsRead('7'));

  await clock.pass(20000);

  assert.equal((await answer).status, 0);
  assert.equal(clock.count(), 0);
});
