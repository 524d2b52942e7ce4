import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = /** @type {any} */ ({ documentElement: { lang: 'en' } });
const { refusalOf } = await import('../../static/messenger/js/views/file-tray.js');

const MB = 1024 * 1024;
const LIMITS = /** @type {any} */ ({ maxFiles: 3, maxFileBytes: 10 * MB, maxTotalBytes: 25 * MB });
const CASES = [
  [{ name: 'plan.pdf', size: 10 * MB }, [], ''],
  [{ name: 'PHOTO.JPEG', size: 1 }, [], ''],
  [{ name: 'notes', size: 1, type: 'text/plain' }, [], ''],
  [{ name: 'page.html', size: 1, type: 'text/html' }, [], 'Files of this kind cannot be sent.'],
  [{ name: 'invoice.pdf.exe', size: 1 }, [], 'Files of this kind cannot be sent.'],
  [{ name: 'empty.txt', size: 0 }, [], 'This file is empty.'],
  [{ name: 'plan.pdf', size: 10 * MB + 1 }, [], 'Too large: at most 10.0\u00a0MB a file.'],
  [{ name: 'c.pdf', size: 5 * MB }, [{ size: 10 * MB }, { size: 10 * MB }], ''],
  [{ name: 'c.pdf', size: 5 * MB + 1 }, [{ size: 10 * MB }, { size: 10 * MB }], 'Too much together: at most 25.0\u00a0MB a message.'],
  [{ name: 'd.pdf', size: 1 }, [{ size: 1 }, { size: 1 }, { size: 1 }], 'At most 3 files a message.'],
];

for (const [file, before, words] of CASES) {
  test(`${file.name} of ${file.size} bytes after ${before.length}: ${words || 'goes'}`, () => {
    assert.equal(refusalOf({ type: '', ...file }, before, LIMITS), words);
  });
}
