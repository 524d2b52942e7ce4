/** What every page's account menu does beyond its links: the look, signing out, and closing by Esc or a click elsewhere. */

const YEAR_S = 365 * 24 * 60 * 60;

/** @param {string} theme `light`, `dark`, or empty for the system's */
function choose(theme) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `theme=${theme}; Path=/; SameSite=Lax; Max-Age=${theme ? YEAR_S : 0}${secure}`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  mark();
}

function mark() {
  const theme = document.documentElement.dataset.theme || '';
  document.querySelectorAll('[data-theme-choice]').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.getAttribute('data-theme-choice') === theme));
  });
}

/** The engine comes with the first use: most pages are left otherwise. */
async function leave() {
  const [{ getEngine }, { signOut }] = await Promise.all([import('../engine.js'), import('../views/sessions.js')]);
  await signOut(getEngine());
}

document.querySelectorAll('form[data-sign-out]').forEach((form) => {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // without our scripts the form does it alone
    leave().catch(() => form instanceof HTMLFormElement && form.submit());
  });
});
document.querySelectorAll('[data-themes]').forEach((group) => {
  if (group instanceof HTMLElement) group.hidden = false;
  group.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-theme-choice]') : null;
    if (button) choose(button.getAttribute('data-theme-choice') || '');
  });
});
document.querySelectorAll('details.menu').forEach((menu) => {
  if (!(menu instanceof HTMLDetailsElement)) return;
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    const summary = menu.querySelector('summary');
    if (summary) summary.focus();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (menu.open && target instanceof Node && !menu.contains(target)) menu.open = false;
  });
});
mark();
