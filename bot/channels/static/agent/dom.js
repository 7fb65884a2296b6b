/* Small helpers: elements without markup strings (the content policy forbids them), the tip, the dialog. */

/** An element. `has`: attributes, `on…` handlers, `class`, `text`; children are elements or strings. */
export function el(tag, has = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(has)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key === 'class') node.className = value;
    else if (key === 'text') node.textContent = value;
    else if (value === true) node.setAttribute(key, '');
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

export function svg(tag, has = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(has)) key === 'text' ? (node.textContent = value) : node.setAttribute(key, value);
  node.append(...children.flat());
  return node;
}

/** Replace the content of `place`, keeping the focus on the element with the same data-key. */
export function fill(place, ...children) {
  const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const scrolled = place.scrollTop;
  place.replaceChildren(...children.flat().filter(Boolean));
  place.scrollTop = scrolled;
  if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

const tip = () => document.getElementById('tip');
export function showTip(node, text) {
  const box = tip();
  box.textContent = text;
  box.hidden = false;
  const at = node.getBoundingClientRect();
  box.style.left = `${Math.max(4, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`;
  const below = at.bottom + 6;
  box.style.top = `${below + box.offsetHeight < innerHeight ? below : Math.max(4, at.top - box.offsetHeight - 6)}px`;
  node.setAttribute('aria-describedby', 'tip');
}
export function hideTip(node) {
  tip().hidden = true;
  node?.removeAttribute('aria-describedby');
}
addEventListener('keydown', event => event.key === 'Escape' && hideTip());

/** A dialog with a title; resolves when it is closed. */
export function dialog(title, ...content) {
  const box = document.getElementById('dialog');
  const alarm = document.querySelector('#alarm strong'); // a dialog lies over the banner: it says the same
  box.replaceChildren(...(alarm ? [el('p', { class: 'alarm', text: alarm.textContent })] : []), el('h2', { id: 'dialog-title', text: title }), ...content.filter(Boolean));
  if (!box.open) box.showModal();
  return box;
}
export const closeDialog = () => document.getElementById('dialog').close();
export const clock = at => (at ? new Date(at * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' }) : '');
