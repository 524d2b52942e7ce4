import { setAttribute, setText, part } from './dom.js';
import { hueOf, initialsOf } from './format.js';

/**
 * A person's or a conversation's picture, or the initials on a colour of their own.
 *
 * @param {HTMLElement} avatar with `data-part="initials"` inside
 * @param {{name: string, hueId: string | null, picture?: string | null}} face
 */
export function showAvatar(avatar, { name, hueId, picture }) {
  setAttribute(avatar, 'data-hue', hueOf(hueId));
  setText(part(avatar, 'initials'), initialsOf(name));
  const shown = avatar.querySelector('img');
  const address = isOurs(picture) ? picture : null;
  if (shown && shown.getAttribute('src') === address) return;
  if (shown) shown.remove();
  if (!address) return;
  const image = document.createElement('img');
  image.className = 'avatar__picture';
  image.alt = '';
  image.loading = 'lazy';
  image.src = address;
  avatar.prepend(image);
}

/** Pictures of other hosts are never loaded. @param {string | null | undefined} address @returns {address is string} */
function isOurs(address) {
  return typeof address === 'string' && address.startsWith('/') && !address.startsWith('//');
}
