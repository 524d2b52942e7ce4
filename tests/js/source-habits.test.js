import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = new URL('../../static/', import.meta.url).pathname;
const VENDORED = /\/vendor\//;

const sources = readdirSync(ROOT, { recursive: true })
  .map((name) => join(ROOT, String(name)))
  .filter((path) => path.endsWith('.js') && !VENDORED.test(path))
  .map((path) => ({ path: path.slice(ROOT.length), text: readFileSync(path, 'utf8') }));

const FORBIDDEN = {
  innerHTML: /\b(inner|outer)HTML\b/,
  insertAdjacentHTML: /\binsertAdjacentHTML\b/,
  'document.write': /\bdocument\s*\.\s*writeln?\b/,
  eval: /\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(/,
  'string timers': /\bset(Timeout|Interval)\s*\(\s*['"`]/,
  'other hosts': /https?:\/\/(?!www\.w3\.org)/,
};

/** What runs on host pages, in browsers that know ES2020: the engine, the faces, the entry. Views of our pages may be newer. */
const PAGES_ONLY = /^messenger\/js\/(elements|views|pages|auth|dashboards|admin)\//;
const NEWER_THAN_ES2020 = {
  'private members': /(?<![\w'"`&/(#])#[a-z_]\w*\s*(\(|=|;|,|\))|\.#[a-z]\w*/,
  'logical assignment': /(\?\?|\|\||&&)=/,
  'static blocks': /\bstatic\s*\{/,
  'top-level await': /^await\b/m,
};

test('there is something to look at', () => {
  assert.ok(sources.length > 30);
});

for (const [name, pattern] of Object.entries(FORBIDDEN)) {
  test(`no source uses ${name}`, () => {
    const guilty = sources.filter(({ text }) => pattern.test(withoutComments(text))).map(({ path }) => path);

    assert.deepEqual(guilty, []);
  });
}

for (const [name, pattern] of Object.entries(NEWER_THAN_ES2020)) {
  test(`what host pages load has no ${name}`, () => {
    const guilty = sources.filter(({ path, text }) => !PAGES_ONLY.test(path) && pattern.test(withoutComments(text))).map(({ path }) => path);

    assert.deepEqual(guilty, []);
  });
}

test('no engine file is longer than 300 lines', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > 301).map(({ path }) => path);

  assert.deepEqual(long, []);
});

test('the search finds what it looks for', () => {
  assert.match('node.innerHTML = text', FORBIDDEN.innerHTML);
  assert.match("setTimeout('go()', 1)", FORBIDDEN['string timers']);
  assert.match('  #store = null;', NEWER_THAN_ES2020['private members']);
  assert.match('this.#store', NEWER_THAN_ES2020['private members']);
});

/** @param {string} text */
function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
