/** A button that opens a menu: arrows, Home and End inside, Esc and a click elsewhere close it, focus goes back. */

import { listen } from '../listen.js';

/**
 * @param {HTMLElement} button has `aria-expanded`
 * @param {HTMLElement} menu `role="menu"` with `role="menuitem"` buttons
 * @param {{signal: AbortSignal, onOpen?: () => void, onChoose: (action: string) => void}} options
 */
export function wireMenu(button, menu, { signal, onOpen, onChoose }) {
  /** @param {boolean} isOpen */
  const setOpen = (isOpen) => {
    if (isOpen && onOpen) onOpen();
    menu.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) itemsOf(menu)[0].focus();
  };
  const close = () => {
    const hadFocus = menu.contains(document.activeElement);
    setOpen(false);
    if (hadFocus) button.focus();
  };
  listen(button, 'click', () => (menu.hidden ? setOpen(true) : close()), signal);
  listen(menu, 'click', (event) => {
    const item = event.target instanceof Element ? event.target.closest('[data-action]') : null;
    if (!item) return;
    close();
    onChoose(item.getAttribute('data-action') || '');
  }, signal);
  listen(menu, 'keydown', (event) => onMenuKey(event, menu, close), signal);
  listen(document, 'pointerdown', (event) => {
    if (!menu.hidden && event.target instanceof Node && !menu.contains(event.target) && !button.contains(event.target)) setOpen(false);
  }, signal);
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
function itemsOf(menu) {
  return /** @type {HTMLElement[]} */ (Array.from(menu.querySelectorAll('[role="menuitem"]')));
}

/** @param {KeyboardEvent} event @param {HTMLElement} menu @param {() => void} close */
function onMenuKey(event, menu, close) {
  const items = itemsOf(menu);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const steps = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length, Home: 0, End: items.length - 1 };
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.stopPropagation();
    if (event.key === 'Escape') event.preventDefault();
    close();
  } else if (event.key in steps) {
    event.preventDefault();
    items[steps[/** @type {keyof typeof steps} */ (event.key)]].focus();
  }
}
