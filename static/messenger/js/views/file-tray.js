/** The files chosen for the next message: by button, paste or drop; what will be refused says so before it is sent. */
import { listen } from '../listen.js';
import { t } from '../strings.js';
import { announceNow } from './announce.js';
import { find, make } from './dom.js';
import { sizeOf } from './format.js';

/** @typedef {import('../types.js').State['limits']} Limits */
/** @typedef {{file: File, refusal: string, url: string}} Chosen `url` shows a picture */

/** What the server takes; it looks at the content, so that this is only a first word. */
const TAKEN = /\.(jpe?g|png|gif|webp|pdf|docx?|xlsx?|pptx?|od[tsp]|txt|md|csv|log|ics|vcf|json|ya?ml|srt|mp4|m4v|webm|mp3|m4[ab])$/i;

/**
 * Why a file cannot go along with those before it; `''` where it can.
 *
 * @param {{name: string, type: string, size: number}} file
 * @param {readonly {size: number}[]} before
 * @param {Limits} limits
 */
export function refusalOf({ name, type, size }, before, { maxFiles, maxFileBytes, maxTotalBytes }) {
  if (!TAKEN.test(name) && type !== 'text/plain') return t('file.refusedType');
  if (size === 0) return t('file.refusedEmpty');
  if (size > maxFileBytes) return t('file.refusedSize', { limit: sizeOf(maxFileBytes) });
  if (before.length >= maxFiles) return t('file.refusedCount', { count: maxFiles });
  const total = before.reduce((sum, each) => sum + each.size, size);
  return total > maxTotalBytes ? t('file.refusedTotal', { limit: sizeOf(maxTotalBytes) }) : '';
}

export class FileTray {
  /** @type {Map<string, Chosen[]>} by conversation */
  #chosen = new Map();
  #id = '';
  #isOpen = false;
  #root;
  #parts;

  /**
   * @param {HTMLElement} root the composer
   * @param {{signal: AbortSignal, limits: () => Limits, onChange: () => void}} parts
   */
  constructor(root, parts) {
    this.#root = root;
    this.#parts = parts;
    const { signal } = parts;
    const input = find(root, '#v4FileInput', HTMLInputElement);
    listen(find(root, '#v4AttachBtn', HTMLElement), 'click', () => input.click(), signal);
    listen(
      input,
      'change',
      () => {
        this.#add(Array.from(input.files || []));
        input.value = '';
      },
      signal,
    );
    listen(this.#list, 'click', (event) => this.#onClick(event), signal);
    listen(find(root, 'textarea', HTMLElement), 'paste', (event) => this.#onPaste(event), signal);
    this.#takeDrops(root.parentElement || root, signal);
    listen(signal, 'abort', () => this.#chosen.forEach((each) => each.forEach(forget)));
  }

  /** @param {string | null} id the conversation on screen; none takes no files */
  open(id) {
    this.#id = id || '';
    this.#draw();
  }

  /** @param {boolean} isOpen whether files can be added now */
  allow(isOpen) {
    this.#isOpen = isOpen && this.#id !== '';
    find(this.#root, '#v4AttachBtn', HTMLButtonElement).hidden = this.#id === '';
    find(this.#root, '#v4AttachBtn', HTMLButtonElement).disabled = !this.#isOpen;
  }

  /** How many can be sent. */
  get count() {
    return this.#sendable.length;
  }

  /** Those that can be sent; the tray is empty then. @returns {File[]} */
  take() {
    const files = this.#sendable.map(({ file }) => file);
    (this.#chosen.get(this.#id) || []).forEach(forget);
    this.#chosen.delete(this.#id);
    this.#draw();
    return files;
  }

  get #sendable() {
    return (this.#chosen.get(this.#id) || []).filter(({ refusal }) => !refusal);
  }

  get #list() {
    return find(this.#root, '#v4FilePreviewList', HTMLElement);
  }

  /** @param {readonly File[]} files */
  #add(files) {
    if (!this.#isOpen || files.length === 0) return;
    const chosen = [...(this.#chosen.get(this.#id) || [])];
    for (const file of files) {
      const before = chosen.filter(({ refusal }) => !refusal).map((each) => each.file);
      const refusal = refusalOf(file, before, this.#parts.limits());
      if (refusal) announceNow(`${file.name}: ${refusal}`);
      chosen.push({ file, refusal, url: !refusal && file.type.startsWith('image/') ? URL.createObjectURL(file) : '' });
    }
    this.#chosen.set(this.#id, chosen);
    this.#draw();
    this.#parts.onChange();
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const button = event.target instanceof Element ? event.target.closest('[data-action="remove-file"]') : null;
    const row = button && button.closest('li');
    const chosen = this.#chosen.get(this.#id);
    if (!row || !chosen) return;
    const at = Array.from(this.#list.children).indexOf(row);
    chosen.splice(at, 1).forEach(forget);
    this.#again(chosen);
    this.#draw();
    this.#parts.onChange();
    find(this.#root, 'textarea', HTMLElement).focus();
  }

  /** With one gone, another may fit. @param {Chosen[]} chosen */
  #again(chosen) {
    /** @type {File[]} */
    const before = [];
    for (const each of chosen) {
      each.refusal = refusalOf(each.file, before, this.#parts.limits());
      if (!each.refusal) before.push(each.file);
    }
  }

  /** @param {ClipboardEvent} event */
  #onPaste(event) {
    const { clipboardData } = event;
    if (!clipboardData || clipboardData.files.length === 0 || clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    this.#add(Array.from(clipboardData.files));
  }

  /** @param {HTMLElement} pane @param {AbortSignal} signal */
  #takeDrops(pane, signal) {
    const overlay = find(this.#root, '#v4DropOverlay', HTMLElement);
    /** @param {DragEvent} event */
    const over = (event) => {
      if (!this.#isOpen || !event.dataTransfer || !event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      overlay.hidden = false;
    };
    listen(pane, 'dragenter', over, signal);
    listen(pane, 'dragover', over, signal);
    listen(overlay, 'dragleave', () => (overlay.hidden = true), signal);
    listen(
      pane,
      'drop',
      (event) => {
        overlay.hidden = true;
        if (!event.dataTransfer || event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        this.#add(Array.from(event.dataTransfer.files));
      },
      signal,
    );
  }

  #draw() {
    const chosen = this.#chosen.get(this.#id) || [];
    this.#list.hidden = chosen.length === 0;
    this.#list.replaceChildren(...chosen.map(drawn));
  }
}

/** @param {Chosen} chosen */
function drawn({ file, refusal, url }) {
  const picture = url ? make('img', { class: 'messenger-v4__tray-picture', src: url, alt: '' }) : make('i', { class: `icon icon--${refusal ? 'alert' : 'attach'}`, 'aria-hidden': 'true' });
  const words = make('span', { class: 'messenger-v4__file-words' }, make('bdi', { class: 'messenger-v4__file-name' }, file.name), make('span', { class: 'messenger-v4__file-about' }, refusal || sizeOf(file.size)));
  const remove = make('button', { class: 'icon-button', type: 'button', 'data-action': 'remove-file', 'aria-label': t('file.remove', { name: file.name }) }, make('i', { class: 'icon icon--close', 'aria-hidden': 'true' }));
  return make('li', { class: 'messenger-v4__tray-file', 'data-refused': Boolean(refusal) }, picture, words, remove);
}

/** @param {Chosen} chosen */
function forget({ url }) {
  if (url) URL.revokeObjectURL(url);
}
