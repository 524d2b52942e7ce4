/** Times, names and numbers as people read them, in the page's language and this device's time zone. */

import { t } from '../strings.js';

const language = document.documentElement.lang || 'en';
const clockTime = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(language, { weekday: 'short' });
const dayAndMonth = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const shortDate = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });
const longDay = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
const longDate = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });

const HUES = 8;
const MOST_SHOWN = 99;

/** @param {string} iso @returns {string} `2:05 PM` */
export function timeOf(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : clockTime.format(date);
}

/** @param {string} iso @returns {string} the local day, `2026-03-09` */
export function dayOf(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const pad = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** @param {Date} date @param {Date} now @returns {number} whole local days between, clock changes or not */
function daysBetween(date, now) {
  const day = (/** @type {Date} */ moment) => Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return Math.round((day(now) - day(date)) / 86400000);
}

/** For day separators. @param {string} day as `dayOf` gives it @param {Date} [now] */
export function dayLabel(day, now = new Date()) {
  const [year, month, date] = day.split('-').map(Number);
  const moment = new Date(year, month - 1, date);
  const days = daysBetween(moment, now);
  if (days === 0) return t('time.today');
  if (days === 1) return t('time.yesterday');
  return (moment.getFullYear() === now.getFullYear() ? longDay : longDate).format(moment);
}

/** For lists: the time today, else the day. @param {string} iso @param {Date} [now] */
export function whenLabel(iso, now = new Date()) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const days = daysBetween(date, now);
  if (days <= 0) return clockTime.format(date);
  if (days === 1) return t('time.yesterday');
  if (days < 7) return weekday.format(date);
  return (date.getFullYear() === now.getFullYear() ? dayAndMonth : shortDate).format(date);
}

/** @param {string} name @returns {string} at most two letters */
export function initialsOf(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return chosen.map((word) => Array.from(word)[0]).join('').toUpperCase();
}

/** @param {string | null | undefined} id @returns {string} which of the picture colours */
export function hueOf(id) {
  return String(Number(id || 0) % HUES);
}

/** @param {number} count @returns {string} `''` for none, at most `99+` */
export function badgeOf(count) {
  if (count <= 0) return '';
  return count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count);
}

const UNITS = ['KB', 'MB', 'GB'];
const oneDecimal = new Intl.NumberFormat(document.documentElement.lang || 'en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @param {number} bytes @returns {string} as the server's pages say it */
export function sizeOf(bytes) {
  if (bytes < 1024) return t('file.bytes', { count: bytes });
  const step = Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), UNITS.length);
  return `${oneDecimal.format(bytes / 1024 ** step)}\u00a0${UNITS[step - 1]}`;
}
