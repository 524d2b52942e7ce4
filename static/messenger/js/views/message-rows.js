/** A conversation's rows as elements in order: day separators, the unread divider, messages. */

import { isOwn } from '../selectors.js';
import { t } from '../strings.js';
import { MessageItem } from '../elements/message-item.js';
import { clone, make, setAttribute, setText } from './dom.js';
import { dayLabel, dayOf } from './format.js';

/** @typedef {import('../selectors.js').Row} Row */
/** @typedef {import('../types.js').State} State */

const GROUP_MS = 5 * 60 * 1000;

/**
 * @param {readonly Row[]} rows
 * @param {State} state
 * @param {{known: Map<string, Element>, readUpTo: number}} place `known`: elements there already, by key; `readUpTo`: where reading stopped, Infinity for no divider
 * @returns {Element[]}
 */
export function elementsOf(rows, state, { known, readUpTo }) {
  /** @type {Element[]} */
  const elements = [];
  const lastOwn = rows.filter(({ message }) => isOwn(state, message) && message.type !== 'system').pop();
  let day = '';
  let isDivided = false;
  rows.forEach((row, index) => {
    const ownDay = dayOf(row.message.createdAt);
    const starts = ownDay !== day;
    const divides = !isDivided && isUnread(row, state, readUpTo);
    if (starts) elements.push(separator(ownDay, known));
    if (divides) elements.push(divider(known));
    day = ownDay;
    isDivided = isDivided || divides;
    const item = itemOf(row, known);
    item.show(row, state, { isGrouped: !starts && !divides && isGrouped(rows[index - 1], row), isLast: row === lastOwn });
    elements.push(item);
  });
  return elements;
}

/** The first message by somebody else above what was read stands below the divider. @param {Row} row @param {State} state @param {number} readUpTo */
function isUnread({ message }, state, readUpTo) {
  return message.seq > readUpTo && message.type !== 'system' && !isOwn(state, message);
}

/** @param {Row | undefined} before @param {Row} row */
function isGrouped(before, row) {
  if (!before || before.message.senderId !== row.message.senderId) return false;
  if (before.message.type === 'system' || row.message.type === 'system') return false;
  return Date.parse(row.message.createdAt) - Date.parse(before.message.createdAt) < GROUP_MS;
}

/** @param {Row} row @param {Map<string, Element>} known */
function itemOf(row, known) {
  const there = known.get(row.key);
  return there instanceof MessageItem ? there : clone('messenger-message-template', MessageItem);
}

/** @param {string} day @param {Map<string, Element>} known */
function separator(day, known) {
  const key = `day-${day}`;
  const element = known.get(key) || make('h3', { class: 'messenger-v4__day-separator', 'data-key': key }, make('span'));
  setAttribute(element, 'data-date', day);
  setText(element.children[0], dayLabel(day));
  return element;
}

/** @param {Map<string, Element>} known */
function divider(known) {
  return known.get('divider') || make('p', { class: 'messenger-v4__unread-divider', 'data-key': 'divider', role: 'separator' }, make('span', {}, t('unread.divider')));
}
