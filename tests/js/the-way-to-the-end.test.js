import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Scrolling } from '../../static/messenger/js/views/scrolling.js';

/** A view 400 px high with 40 rows of 50 px; a gentle scroll only begins when asked, and ends when it is written over. */
class FakeView {
  scrollHeight = 2000;
  clientHeight = 400;
  gentleTo = null;
  #top = 900;
  children = Array.from({ length: 40 }, (_, at) => ({
    localName: 'message-item',
    getAttribute: () => String(at),
    getBoundingClientRect: () => ({ top: at * 50 - this.#top, bottom: at * 50 + 50 - this.#top }),
  }));

  get scrollTop() {
    return this.#top;
  }

  set scrollTop(pixels) {
    this.gentleTo = null;
    this.#top = pixels;
  }

  getBoundingClientRect() {
    return { top: 0, bottom: this.clientHeight };
  }

  scrollTo({ top, behavior }) {
    const last = Math.min(top, this.scrollHeight - this.clientHeight);
    if (behavior === 'smooth') this.gentleTo = last;
    else this.scrollTop = last;
  }

  /** What the browser does on its own, frame by frame. */
  glideTo(pixels) {
    this.#top = pixels;
  }
}

function started() {
  const view = new FakeView();
  const scrolling = new Scrolling(view);
  scrolling.note();
  assert.equal(scrolling.isAtEnd, false);
  scrolling.toEnd(true);
  view.glideTo(1000);
  scrolling.note();
  return { view, scrolling };
}

test('rows that change on the way do not end it', () => {
  const { view, scrolling } = started();

  scrolling.keeping(() => {});

  assert.equal(view.gentleTo, 1600);
  assert.equal(scrolling.isAtEnd, true);
});

test('who turns back is left alone', () => {
  const { view, scrolling } = started();

  view.glideTo(980);
  scrolling.note();
  view.scrollTop = 980;
  scrolling.keeping(() => {});

  assert.equal(scrolling.isAtEnd, false);
  assert.equal(view.gentleTo, null);
  assert.equal(view.scrollTop, 980);
});

test('who has arrived and goes up is no longer at the end', () => {
  const { view, scrolling } = started();

  view.glideTo(1600);
  scrolling.note();
  assert.equal(scrolling.isAtEnd, true);
  view.glideTo(1200);
  scrolling.note();

  assert.equal(scrolling.isAtEnd, false);
});

test('where more follows the last row, to stand at it is not to be at the end', () => {
  const view = new FakeView();
  let goesOn = true;
  const scrolling = new Scrolling(view, () => goesOn);
  view.scrollTop = 1600;
  scrolling.note();
  assert.equal(scrolling.isAtEnd, false);

  scrolling.keeping(() => {
    view.scrollHeight = 3000;
    goesOn = false;
  });

  assert.equal(view.scrollTop, 1600);
  assert.equal(scrolling.isAtEnd, false);
});

test('where the row under the eye is gone, the view goes to the end', () => {
  const view = new FakeView();
  const scrolling = new Scrolling(view);
  scrolling.note();

  scrolling.keeping(() => {
    view.children = view.children.slice(30);
  });

  assert.equal(view.scrollTop, 1600);
  assert.equal(scrolling.isAtEnd, true);
});
