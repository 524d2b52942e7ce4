import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ApiError } from '../../static/messenger/js/errors.js';
import { EMPTY_SYNC, enginePage } from './support/page.js';
import { boot } from './support/samples.js';

const QUIET = { unreadCount: 0 };

/** A page whose native sockets fail: connected by long polling, caught up. */
async function pageOnPolling() {
  const parts = enginePage({ api: { sync: async () => EMPTY_SYNC } });
  const { engine, clock, sockets, polls } = parts;
  void engine.start({ ...boot, positions: {} });
  await clock.settle();
  sockets.last().drop();
  await clock.pass(1000);
  sockets.last().drop();
  await clock.settle();
  await greet(parts);
  assert.equal(engine.mode(), 'polling');
  return { ...parts, syncs: () => parts.asked.filter((name) => name === 'sync').length, polls };
}

async function greet({ clock, polls }) {
  polls.last().hello(QUIET);
  await clock.settle();
  polls.last().answer(polls.last().last('messenger:v4:sync').ref, EMPTY_SYNC);
  await clock.settle();
}

/** Time goes by; heartbeats are answered, native attempts fail. */
async function idle({ clock, sockets, polls }, ms) {
  for (let passed = 0; passed < ms; passed += 5000) {
    await clock.pass(5000);
    const poll = polls.last();
    if (poll.readyState === 1) poll.all('messenger:v4:presence').forEach(({ ref }) => poll.answer(ref, {}));
    if (sockets.last().readyState === 0) sockets.last().drop();
    await clock.settle();
  }
}

test('two minutes without input, and one sync each half minute is all there is', async () => {
  const page = await pageOnPolling();
  await idle(page, 115000);
  assert.equal(page.polls.last().readyState, 1);
  assert.equal(page.syncs(), 0);

  await idle(page, 10000);
  assert.equal(page.polls.last().readyState, 3);
  assert.equal(page.syncs(), 1);
  await idle(page, 600000);

  assert.equal(page.engine.mode(), 'polling');
  assert.equal(page.polls.made.length, 1);
  assert.ok(page.syncs() >= 18 && page.syncs() <= 21, `${page.syncs()} syncs in ten minutes`);
  page.engine.destroy();
});

test('input wakes it: one link, one sync over it, no more polling', async () => {
  const page = await pageOnPolling();
  await idle(page, 150000);
  const before = page.syncs();

  page.page.dispatchEvent(new Event('keydown'));
  await greet(page);
  await idle(page, 60000);

  assert.equal(page.engine.mode(), 'polling');
  assert.equal(page.polls.made.length, 2);
  assert.equal(page.polls.last().all('messenger:v4:sync').length, 1);
  assert.equal(page.syncs(), before);
  page.engine.destroy();
});

test('out of sight it rests at once, and wakes when it is seen again', async () => {
  const page = await pageOnPolling();
  const { document } = page.page;

  document.visibilityState = 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
  await page.clock.settle();
  assert.equal(page.polls.last().readyState, 3);
  page.page.dispatchEvent(new Event('keydown'));
  assert.equal(page.polls.made.length, 1);
  document.visibilityState = 'visible';
  document.dispatchEvent(new Event('visibilitychange'));
  await greet(page);

  assert.equal(page.polls.made.length, 2);
  assert.equal(page.engine.mode(), 'polling');
  page.engine.destroy();
  assert.equal(page.polls.last().readyState, 3);
});

test('a session that ends while it rests ends the page too', async () => {
  let refusal = null;
  const page = enginePage({
    api: {
      sync: async () => {
        if (refusal) throw refusal;
        return EMPTY_SYNC;
      },
    },
  });
  const { engine, clock, sockets } = page;
  void engine.start({ ...boot, positions: {} });
  await clock.settle();
  sockets.last().drop();
  await clock.pass(1000);
  sockets.last().drop();
  await clock.settle();
  await greet(page);
  await idle(page, 125000);

  refusal = new ApiError('Sign in again.', { status: 401, code: 'session_ended' });
  await idle(page, 40000);

  assert.equal(engine.mode(), 'signed-out');
  assert.equal(page.store.getState().sessionEnded, 'Sign in again.');
  engine.destroy();
});
