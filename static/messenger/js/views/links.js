/** What people wrote, as text nodes and links; only web and mail addresses become links. */

const ADDRESS = /\b(?:https?:\/\/|mailto:)[^\s<>"'`]+/gi;
const TRAILING = /[.,;:!?…]+$/;
const SAFE = new Set(['http:', 'https:', 'mailto:']);

/** @param {string} text @returns {DocumentFragment} */
export function withLinks(text) {
  const nodes = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const start = match.index || 0;
    const address = trimmed(match[0]);
    const link = linkTo(address);
    if (!link) continue;
    nodes.append(text.slice(end, start), link);
    end = start + address.length;
  }
  nodes.append(text.slice(end));
  return nodes;
}

/** @param {string} address @returns {string} without the punctuation that belongs to the sentence */
function trimmed(address) {
  const plain = address.replace(TRAILING, '');
  const isOpen = (plain.match(/\)/g) || []).length > (plain.match(/\(/g) || []).length;
  return isOpen && plain.endsWith(')') ? trimmed(plain.slice(0, -1)) : plain;
}

/** @param {string} address @returns {HTMLAnchorElement | null} */
function linkTo(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  // a name before the host lets another host pass for it
  if (!SAFE.has(url.protocol) || url.username || url.password) return null;
  const link = document.createElement('a');
  link.href = url.href;
  link.rel = 'noopener noreferrer nofollow ugc';
  link.target = '_blank';
  link.textContent = address;
  return link;
}
