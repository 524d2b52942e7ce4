/** Our addresses on a host's page, whose `<base>` may lead relative ones to another host. */

/**
 * @param {string} address
 * @returns {string} a path of ours that stays on this page's host; any other address as it is
 */
export function onOwnHost(address) {
  if (typeof location === 'undefined' || !address.startsWith('/') || address.startsWith('//')) return address;
  return new URL(document.baseURI).origin === location.origin ? address : `${location.origin}${address}`;
}

/** @param {string} address */
export function goTo(address) {
  location.assign(onOwnHost(address));
}
