/**
 * How the button and the panel look. Put on the shadow root as a constructed style sheet, which a strict
 * Content-Security-Policy allows (an inline <style> it would not).
 *
 * Sizes in em on top of `medium`: the reader's own font size counts, the page's root font size (often 62.5 %) does not.
 *
 * In: nothing. Out: CSS text. Called by view.ts.
 */

export const STYLE = `
:host { all: initial; position: fixed; z-index: var(--rootline-z-index, 2147483000); inset-block-end: 0; }
:host([data-position="end"]) { inset-inline-end: 0; }
:host([data-position="start"]) { inset-inline-start: 0; }
* { box-sizing: border-box; }
button {
  position: fixed; inset-block-end: var(--rootline-offset-block, max(1em, env(safe-area-inset-bottom)));
  display: inline-flex; align-items: center; gap: .625em; min-block-size: 3.25em; max-inline-size: calc(100vw - 2em);
  padding: .75em 1.25em .75em 1em; border: 2px solid #fff; border-radius: 2em;
  background: var(--rootline-accent, #0b5c7a); color: #fff; cursor: pointer;
  font: 600 medium/1.25 var(--rootline-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
  text-align: start; box-shadow: 0 2px 8px rgb(0 0 0 / .25); -webkit-tap-highlight-color: transparent;
}
:host([data-position="end"]) button { inset-inline-end: var(--rootline-offset-inline, 1em); }
:host([data-position="start"]) button { inset-inline-start: var(--rootline-offset-inline, 1em); }
@media (hover: hover) { button:hover { filter: brightness(.9); } }
button:focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px; box-shadow: 0 0 0 7px #1b1b1b; }
button[hidden] { display: none; }
svg { inline-size: 1.5em; block-size: 1.5em; flex: none; }
.count { min-inline-size: 1.5em; padding: 0 .4em; border-radius: 1em; background: #fff; color: #1b1b1b; font-size: .875em; line-height: 1.5em; text-align: center; }
.count[hidden] { display: none; }
.hidden-words { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
dialog {
  position: fixed; inset: auto; margin: 0; font-size: medium; padding: 0; border: 0; overflow: hidden; background: #fff; color: #1b1b1b;
  inline-size: min(27em, calc(100vw - 2em)); block-size: min(46em, calc(100vh - 6.25em)); max-block-size: none; max-inline-size: none;
  inset-block-end: calc(var(--rootline-offset-block, 1em) + 4.25em);
  border-radius: .875em; box-shadow: 0 8px 32px rgb(0 0 0 / .28), 0 0 0 1px rgb(0 0 0 / .12);
}
@supports (block-size: 1dvh) { dialog { block-size: min(46em, calc(100dvh - 6.25em)); } }
:host([data-position="end"]) dialog { inset-inline-end: var(--rootline-offset-inline, 1em); }
:host([data-position="start"]) dialog { inset-inline-start: var(--rootline-offset-inline, 1em); }
dialog:not([open]) { display: none; }
dialog::backdrop { background: rgb(0 0 0 / .4); }
iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; background: transparent; color-scheme: normal; }
.trouble { padding: 1.25em; font: 1em/1.5 var(--rootline-font, system-ui, sans-serif); }
.trouble[hidden], iframe[hidden] { display: none; }
.trouble a { color: #0b4f8a; }
@media (max-width: 36em), (max-height: 30em) {
  dialog { inset: 0 !important; inline-size: 100vw; block-size: 100%; border-radius: 0; box-shadow: none; }
  :host([data-opened]) button { visibility: hidden; }
}
@media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) dialog { background: #14191d; color: #f2f5f7; } .trouble a { color: #9fd0ff; } }
:host([data-theme="dark"]) dialog { background: #14191d; color: #f2f5f7; }
@media (prefers-reduced-motion: no-preference) {
  dialog[open] { animation: rise .16s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(.5em); } }
}
@media (forced-colors: active) { button, dialog { border: 2px solid ButtonText; } }
@media print { :host { display: none; } }
`;
