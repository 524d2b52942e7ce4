/** The four steps to a first conversation (seed 003), marked in the empty pane as each happens. */

const STEPS = ['check-existing', 'create', 'open', 'focus-input'];

/** @param {string} step one of the four, or `start`, which takes the marks away */
export function guideTo(step) {
  const index = STEPS.indexOf(step);
  document.querySelectorAll('[data-guidance-step]').forEach((element) => {
    const name = element.getAttribute('data-guidance-step') || '';
    if (name === step || index < 0) element.toggleAttribute('data-done', index >= 0);
  });
  if (index >= 0) window.dispatchEvent(new CustomEvent('messenger:guidance-step', { detail: { flow: 'directMessage', step, index } }));
}
