/** Small steps on the DOM that every element takes. Text goes in as text. */
import { onOwnHost } from '../own-host.js';

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T} it must be there: the markup is ours
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`${selector} is missing in the page`);
  return found;
}

/** @param {ParentNode} root @param {string} name @returns {HTMLElement} the element with this `data-part` */
export function part(root, name) {
  return find(root, `[data-part="${name}"]`, HTMLElement);
}

/**
 * @template {HTMLElement} T
 * @param {string} templateId
 * @param {new () => T} kind
 * @returns {T} a fresh copy of the template's one element
 */
export function clone(templateId, kind) {
  const template = find(document, `#${templateId}`, HTMLTemplateElement);
  const copy = document.importNode(template.content, true).firstElementChild;
  if (!(copy instanceof kind)) throw new Error(`#${templateId} is another kind of element`);
  return copy;
}

/**
 * An element of our own making, for where no template is: on host pages.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | number | null | undefined>} [attributes] `false`, `null` and `undefined` leave one out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  Object.keys(attributes).forEach((name) => {
    const value = attributes[name];
    if (value !== false && value !== null && value !== undefined) setAttribute(element, name, value === true ? '' : String(value));
  });
  element.append(...children);
  return element;
}

/** Set only what differs, so that nothing is laid out or announced for nothing. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {string} name @param {string | null} value `null` takes it away; links to us stay on this host */
export function setAttribute(element, name, value) {
  const wanted = value !== null && name === 'href' ? onOwnHost(value) : value;
  if (wanted === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
}

/**
 * Make the children of `parent` these, in this order, moving as few as needed.
 *
 * @param {Element} parent
 * @param {readonly Element[]} wanted
 */
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  Array.from(parent.children).forEach((child) => {
    if (!kept.has(child)) child.remove();
  });
  let place = parent.firstElementChild;
  wanted.forEach((child) => {
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  });
}

/** @param {string} name @param {CustomElementConstructor} kind once, however many modules ask */
export function define(name, kind) {
  if (!customElements.get(name)) customElements.define(name, kind);
}

/** @param {Element} from @param {string} name @param {unknown} [detail] */
export function tell(from, name, detail) {
  from.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}
