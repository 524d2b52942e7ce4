import { connectionOf } from '../selectors.js';
import { listen } from '../listen.js';
import { t } from '../strings.js';
import { find, part, setAttribute, setText } from './dom.js';
import { toast } from './toasts.js';

const SHOWN_AFTER_MS = { connecting: 5000, offline: 5000, 'catching-up': 1000, rest: 0 };

/**
 * Keep `#messenger-connection` true: its `data-mode` always, its words once the trouble lasts.
 *
 * @param {import('../engine.js').Engine} engine
 * @param {AbortSignal} signal
 */
export function showConnection(engine, signal) {
  const banner = find(document, '#messenger-connection', HTMLElement);
  const tryNow = find(banner, '[data-action="try-now"]', HTMLElement);
  let timer = 0;
  let hasToldFallback = false;
  listen(tryNow, 'click', () => engine.tryNow(), signal);
  engine.store.select(connectionOf, ({ mode, since }) => {
    clearTimeout(timer);
    setAttribute(banner, 'data-mode', mode);
    if (mode === 'rest' && !hasToldFallback) {
      hasToldFallback = true;
      toast({ text: t('connection.fallback') });
    }
    if (!(mode in SHOWN_AFTER_MS)) {
      banner.hidden = true;
      return;
    }
    const show = () => {
      setText(part(banner, 'words'), t(`connection.${mode}`));
      tryNow.hidden = mode === 'catching-up';
      banner.hidden = false;
    };
    const after = SHOWN_AFTER_MS[/** @type {keyof typeof SHOWN_AFTER_MS} */ (mode)] - (Date.now() - since);
    if (!banner.hidden || after <= 0) show();
    else timer = window.setTimeout(show, after);
  }, { signal });
  listen(signal, 'abort', () => clearTimeout(timer));
}
