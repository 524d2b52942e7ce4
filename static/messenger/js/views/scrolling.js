/** Keeps the row under the eye where it is while rows come and go, and the end in view where it was. */

const NEAR_PX = 100;

export class Scrolling {
  #box;
  #isAtEnd = true;

  /** @param {HTMLElement} box what scrolls */
  constructor(box) {
    this.#box = box;
  }

  get isAtEnd() {
    return this.#isAtEnd;
  }

  /** Look where the view stands; after each scroll. */
  note() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  /** @param {boolean} [smoothly] */
  toEnd(smoothly = false) {
    this.#isAtEnd = true;
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior: smoothly ? 'smooth' : 'auto' });
  }

  /** @param {Element} row @param {number} share where its top comes to lie: 0 the top of the view, 1 its end */
  to(row, share) {
    const offset = row.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
    this.#box.scrollTop += offset - this.#box.clientHeight * share;
    this.note();
  }

  /**
   * Change the rows; afterwards the view is at the end if it was, else the same row is at the same place.
   *
   * @param {() => void} change
   */
  keeping(change) {
    const anchor = this.#isAtEnd ? null : this.anchor();
    change();
    if (anchor === null) this.toEnd();
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
    this.#box.scrollTop += row.getBoundingClientRect().top - top - anchor.top;
    this.note();
  }
}
