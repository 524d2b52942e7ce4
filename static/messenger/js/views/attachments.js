/** A message's files: pictures in their reserved size, players, and rows to download. As in templates/messenger/partials/attachment.html. */
import { t } from '../strings.js';
import { arrange, make, setAttribute } from './dom.js';
import { sizeOf } from './format.js';

/** @typedef {import('../types.js').Attachment} Attachment */
/** @typedef {import('../types.js').Message} Message */
/** @typedef {import('../types.js').Pending} Pending */
/** @typedef {import('../types.js').PendingFile} PendingFile */

const LONGEST_SIDE_PX = 320;

/** What to say instead of an empty text. @param {Pick<Message, 'content' | 'attachments'>} message */
export function wordsOf({ content, attachments }) {
  return content || attachments.map(({ filename }) => filename).join(', ');
}

/** @param {Element} place @param {Message} message @param {Pending | null} pending whose files are on their way */
export function showAttachments(place, message, pending) {
  const known = new Map(Array.from(place.children).map((child) => [child.getAttribute('data-attachment-id'), child]));
  const files = pending ? pending.files.map((file, at) => onItsWay(file, known.get(`pending-${at}`) || null, at)) : message.attachments.map((file) => known.get(file.id) || drawn(file));
  place.toggleAttribute('hidden', files.length === 0);
  arrange(place, files);
}

/** The place that a picture takes, before it is there. @param {Attachment} file */
function shownSize({ width, height }) {
  if (!width || !height) return {};
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** @param {Attachment} file */
function drawn(file) {
  const attributes = { 'data-attachment-id': file.id };
  const kind = file.mimeType.split('/')[0];
  if (kind === 'image') {
    const { filename, thumbnailUrl, url } = file;
    const picture = make('img', { class: 'messenger-v4__picture', src: thumbnailUrl || url, alt: filename, ...shownSize(file), loading: 'lazy', decoding: 'async' });
    return make('a', { ...attributes, class: 'messenger-v4__attachment messenger-v4__attachment--picture', href: url, target: '_blank', rel: 'noopener', 'aria-label': t('file.open', { name: filename }) }, picture);
  }
  if (kind === 'audio' || kind === 'video') {
    const player = make(kind, { class: 'messenger-v4__player', src: file.url, controls: true, preload: 'none', 'aria-label': file.filename });
    return make('div', { ...attributes, class: 'messenger-v4__attachment messenger-v4__attachment--player' }, player, row(file.filename, sizeOf(file.size), file.url));
  }
  const card = row(file.filename, sizeOf(file.size), file.url);
  Object.entries(attributes).forEach(([name, value]) => card.setAttribute(name, value));
  card.classList.add('messenger-v4__attachment');
  return card;
}

/** @param {string} name @param {string} about @param {string} [href] downloads it */
function row(name, about, href) {
  const icon = make('i', { class: 'icon icon--attach', 'aria-hidden': 'true' });
  const words = make('span', { class: 'messenger-v4__file-words' }, make('bdi', { class: 'messenger-v4__file-name' }, name), make('span', { class: 'messenger-v4__file-about' }, about));
  return href ? make('a', { class: 'messenger-v4__file', href, download: name }, icon, words) : make('div', { class: 'messenger-v4__file' }, icon, words);
}

/** @param {PendingFile} file @param {Element | null} known @param {number} at */
function onItsWay(file, known, at) {
  const made = known || row(file.name, sizeOf(file.size));
  if (!known) {
    made.setAttribute('data-attachment-id', `pending-${at}`);
    made.classList.add('messenger-v4__attachment');
    made.append(make('progress', { class: 'messenger-v4__file-progress', max: 1, value: 0, 'aria-label': t('file.progress', { name: file.name }) }));
  }
  const bar = made.querySelector('progress');
  if (bar) setAttribute(bar, 'value', String(file.progress));
  return made;
}
