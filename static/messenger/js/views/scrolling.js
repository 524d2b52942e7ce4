/** Keeps the row under the eye where it is while rows come and go, and the end in view where it was. */

const NEAR_PX = 100;

export class Scrolling {
  #box;
  #isAtEnd = true;
  /** @type {number | null} where a gentle way to the end has come to; null where none is under way */
  #onTheWay = null;

  /** @param {HTMLElement} box what scrolls */
  constructor(box) {
    this.#box = box;
  }

  /** True also on a gentle way there, until somebody turns back. */
  get isAtEnd() {
    return this.#isAtEnd;
  }

  /** Look where the view stands; after each scroll. */
  note() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    const isThere = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    const goesOn = !isThere && this.#onTheWay !== null && scrollTop >= this.#onTheWay;
    this.#onTheWay = goesOn ? scrollTop : null;
    this.#isAtEnd = isThere || goesOn;
  }

  /** @param {boolean} [smoothly] */
  toEnd(smoothly = false) {
    this.#isAtEnd = true;
    this.#onTheWay = smoothly ? this.#box.scrollTop : null;
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior: smoothly ? 'smooth' : 'auto' });
  }

  /** @param {Element} row @param {number} share where its top comes to lie: 0 the top of the view, 1 its end */
  to(row, share) {
    const offset = row.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
    this.#moveBy(offset - this.#box.clientHeight * share);
  }

  /**
   * Change the rows; afterwards the view is at the end if it was, else the same row is at the same place.
   *
   * @param {() => void} change
   */
  keeping(change) {
    const anchor = this.#isAtEnd ? null : this.anchor();
    change();
    if (anchor === null) this.toEnd(this.#onTheWay !== null);
    else this.restore(anchor);
  }

  /** @returns {{key: string, top: number} | null} the first visible message, and how far below the view's top it begins */
  anchor() {
    const { top } = this.#box.getBoundingClientRect();
    for (const row of this.#box.children) {
      const box = row.getBoundingClientRect();
      if (row.localName === 'message-item' && box.bottom > top) {
        return { key: row.getAttribute('data-key') || '', top: box.top - top };
      }
    }
    return null;
  }

  /** @param {{key: string, top: number}} anchor */
  restore(anchor) {
    const row = Array.from(this.#box.children).find((child) => child.getAttribute('data-key') === anchor.key);
    if (!row) return;
    const { top } = this.#box.getBoundingClientRect();
    this.#moveBy(row.getBoundingClientRect().top - top - anchor.top);
  }

  /** @param {number} pixels */
  #moveBy(pixels) {
    this.#onTheWay = null;
    this.#box.scrollTop += pixels;
    this.note();
  }
}
