/** Keeps the row under the eye where it is while rows come and go, and the end in view where it was. */

const NEAR_PX = 100;

export class Scrolling {
  #box;
  #goesOn;
  #isAtEnd = true;
  /** @type {number | null} where a gentle way to the end has come to; null where none is under way */
  #onTheWay = null;

  /** @param {HTMLElement} box what scrolls @param {() => boolean} [goesOn] whether more follows its last row, so that this is not the end */
  constructor(box, goesOn = () => false) {
    this.#box = box;
    this.#goesOn = goesOn;
  }

  /** True also on a gentle way there, until somebody turns back; never while more follows the last row. */
  get isAtEnd() {
    return this.#isAtEnd;
  }

  /** Look where the view stands; after each scroll. */
  note() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    const isThere = scrollHeight - scrollTop - clientHeight < NEAR_PX && !this.#goesOn();
    const isOnTheWay = !isThere && this.#onTheWay !== null && scrollTop >= this.#onTheWay;
    this.#onTheWay = isOnTheWay ? scrollTop : null;
    this.#isAtEnd = isThere || isOnTheWay;
  }

  /** @param {boolean} [smoothly] */
  toEnd(smoothly = false) {
    this.#isAtEnd = !this.#goesOn();
    this.#onTheWay = smoothly && this.#isAtEnd ? this.#box.scrollTop : null;
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior: smoothly ? 'smooth' : 'auto' });
  }

  /** @param {Element} row @param {number} share where its top comes to lie: 0 the top of the view, 1 its end */
  to(row, share) {
    const offset = row.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
    this.#moveBy(offset - this.#box.clientHeight * share);
  }

  /**
   * Change the rows; afterwards the view is at the end if it was, or if the row under the eye is gone, else that row is
   * at the same place.
   *
   * @param {() => void} change
   */
  keeping(change) {
    const anchor = this.#isAtEnd ? null : this.anchor();
    change();
    if (anchor === null || !this.restore(anchor)) this.toEnd(this.#onTheWay !== null);
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

  /** @param {{key: string, top: number}} anchor @returns {boolean} whether its row is still there */
  restore(anchor) {
    const row = Array.from(this.#box.children).find((child) => child.getAttribute('data-key') === anchor.key);
    if (!row) return false;
    const { top } = this.#box.getBoundingClientRect();
    this.#moveBy(row.getBoundingClientRect().top - top - anchor.top);
    return true;
  }

  /** @param {number} pixels */
  #moveBy(pixels) {
    this.#onTheWay = null;
    this.#box.scrollTop += pixels;
    this.note();
  }
}
