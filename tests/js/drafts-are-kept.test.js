import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createDrafts } from '../../static/messenger/js/drafts.js';
import { ApiError } from '../../static/messenger/js/errors.js';
import { reduce } from '../../static/messenger/js/state/reduce.js';
import { createStore } from '../../static/messenger/js/store.js';
import { fakeClock } from './support/clock.js';
import { bootedState } from './support/samples.js';

/** `answers` to one save after the other: a draft that the server has then (or will have), or an error. */
function draftsOf({ answers = [], kept = new Map() } = {}) {
  const clock = fakeClock();
  const store = createStore(reduce, bootedState());
  const saved = [];
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  const update = async (id, { draft }) => {
    saved.push(draft);
    const answer = answers.length ? await answers.shift() : draft && { ...draft, rev: saved.length };
    if (answer instanceof Error) throw answer;
    store.dispatch({ type: 'ownChanged', id, updates: { draft: answer } });
  };
  const drafts = createDrafts({ clock, store, update, page: { localStorage: storage }, tell: () => {} });
  return { clock, store, drafts, saved, kept };
}

test('kept here within half a second, on the server after three seconds of rest', async () => {
  const { clock, drafts, saved, kept } = draftsOf();

  drafts.save('7', { text: 'Hel' });
  await clock.pass(500);
  assert.equal(kept.size, 1);
  drafts.save('7', { text: 'Hello' });
  await clock.pass(2999);
  assert.deepEqual(saved, []);
  await clock.pass(1);

  assert.deepEqual(saved, [{ text: 'Hello', baseRev: 0 }]);
  assert.equal(kept.size, 0);
  assert.equal(drafts.of('7').text, 'Hello');
});

test('at most every ten seconds', async () => {
  const { clock, drafts, saved } = draftsOf();
  drafts.save('7', { text: 'a' });
  await clock.pass(3000);

  drafts.save('7', { text: 'b' });
  await clock.pass(9999);
  assert.equal(saved.length, 1);
  await clock.pass(1);

  assert.deepEqual(saved[1], { text: 'b', baseRev: 1 });
});

test('leaving saves at once', async () => {
  const { drafts, saved } = draftsOf();
  drafts.save('7', { text: 'a' });

  await drafts.flushAll();

  assert.deepEqual(saved, [{ text: 'a', baseRev: 0 }]);
});

test('a reload finds what the server never got', async () => {
  const kept = new Map();
  const before = draftsOf({ kept, answers: [new ApiError('no network', { status: 0 })] });
  before.drafts.save('7', { text: 'a' });
  await before.clock.pass(3000);

  const after = draftsOf({ kept });

  assert.deepEqual(after.drafts.of('7'), { text: 'a' });
});

test('one from another device replaces an untouched one', () => {
  const { drafts, store } = draftsOf();

  store.dispatch({ type: 'ownChanged', id: '7', updates: { draft: { text: 'elsewhere', rev: 4 } } });

  assert.equal(drafts.of('7').text, 'elsewhere');
});

test('if both changed, ours stays and the other is offered', async () => {
  const other = { text: 'elsewhere', rev: 4 };
  const { clock, drafts, store, saved } = draftsOf({ answers: [new ApiError('Another device.', { status: 409, code: 'draft_conflict', details: { draft: other } })] });
  drafts.save('7', { text: 'mine' });
  await clock.pass(3000);

  assert.equal(drafts.of('7').text, 'mine');
  assert.deepEqual(store.getState().draftOffers['7'], other);
  drafts.answerOffer('7', false);
  await clock.settle();

  assert.deepEqual(saved[1], { text: 'mine', baseRev: 4 });
  assert.deepEqual(store.getState().draftOffers, {});
});

test('the offer taken, ours is gone', async () => {
  const other = { text: 'elsewhere', rev: 4 };
  const { clock, drafts, saved } = draftsOf({ answers: [new ApiError('Another device.', { status: 409, code: 'draft_conflict', details: { draft: other } })] });
  drafts.save('7', { text: 'mine' });
  await clock.pass(3000);

  drafts.answerOffer('7', true);
  await clock.pass(60000);

  assert.equal(drafts.of('7').text, 'elsewhere');
  assert.equal(saved.length, 1);
});

test('sending clears it here and everywhere', async () => {
  const { clock, drafts, saved, kept, store } = draftsOf();
  drafts.save('7', { text: 'a' });
  await clock.pass(3000);
  drafts.save('7', { text: 'ab' });
  await clock.pass(500);

  drafts.sent('7');
  await clock.pass(60000);

  assert.deepEqual(saved.slice(1), [null]);
  assert.equal(kept.size, 0);
  assert.equal(drafts.of('7'), null);
  assert.equal(store.getState().conversations['7'].draft, null);
});

test('what is being saved while it is sent is cleared once it is saved', async () => {
  let arrive;
  const arriving = new Promise((resolve) => {
    arrive = resolve;
  });
  const { clock, drafts, saved, store } = draftsOf({ answers: [arriving] });
  drafts.save('7', { text: 'Hello' });
  await clock.pass(3000);

  drafts.sent('7');
  drafts.save('7', { text: 'Next' });
  await clock.pass(5000);
  assert.equal(saved.length, 1);
  arrive({ text: 'Hello', rev: 1 });
  await clock.pass(60000);

  assert.deepEqual(saved.slice(1), [null, { text: 'Next', baseRev: 0 }]);
  assert.deepEqual(store.getState().draftOffers, {});
});

test('what may have been saved though nobody answered is cleared too', async () => {
  let fail;
  const failing = new Promise((_, reject) => {
    fail = reject;
  });
  const { clock, drafts, saved } = draftsOf({ answers: [failing] });
  drafts.save('7', { text: 'Hello' });
  await clock.pass(3000);

  drafts.sent('7');
  fail(new ApiError('no answer', { status: 0 }));
  await clock.pass(60000);

  assert.deepEqual(saved.slice(1), [null]);
});

test('another tab sees it within half a second, unless it has one of its own', async () => {
  const kept = new Map();
  const [writing, watching, busy] = [draftsOf({ kept }), draftsOf({ kept }), draftsOf({ kept: new Map() })];
  busy.drafts.save('7', { text: 'own' });
  writing.drafts.save('7', { text: 'seen' });
  await writing.clock.pass(500);

  watching.drafts.heard('7');
  busy.drafts.heard('7');

  assert.equal(watching.store.getState().conversations['7'].draft.text, 'seen');
  assert.equal(busy.drafts.of('7').text, 'own');
});
