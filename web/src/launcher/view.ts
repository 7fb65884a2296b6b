/**
 * The button and the panel on the host page, in a shadow root that the page's own CSS cannot reach.
 *
 * In: options, what happened. Out: clicks, a frame. Called by main.ts. Built without innerHTML, so that pages that
 * demand Trusted Types work too.
 */

import type { Options } from './options';
import { STYLE } from './style';

const SVG = 'http://www.w3.org/2000/svg';

function node<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', 'aria-hidden': 'true', fill: 'none', stroke: 'currentColor' })) {
    svg.setAttribute(key, value);
  }
  const line = document.createElementNS(SVG, 'path');
  for (const [key, value] of Object.entries({ d: path, 'stroke-width': '2', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) {
    line.setAttribute(key, value);
  }
  svg.append(line);
  return svg;
}

const SPEECH = 'M4 5h16v11H11l-5 4v-4H4z M8 9h8 M8 12.5h5';
const CROSS = 'M6 6l12 12 M18 6L6 18';

export class View {
  readonly host: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly dialog: HTMLDialogElement;
  private readonly label: HTMLSpanElement;
  private readonly count: HTMLSpanElement;
  private readonly countWords: HTMLSpanElement;
  private readonly trouble: HTMLDivElement;
  private frame: HTMLIFrameElement | null = null;
  private unread = 0;

  constructor(
    private readonly options: Options,
    nonce: string,
  ) {
    this.host = node('rootline-chat' as 'div', { 'data-position': options.position, 'data-theme': options.settings.theme });
    const root = this.host.attachShadow({ mode: 'open' });
    addStyle(root, nonce);
    if (options.accent) this.host.style.setProperty('--rootline-accent', options.accent);
    this.label = node('span', {}, options.label);
    this.count = node('span', { class: 'count', hidden: '', 'aria-hidden': 'true' });
    this.countWords = node('span', { class: 'hidden-words' });
    this.button = node('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'panel', part: 'button' });
    this.trouble = node('div', { class: 'trouble', hidden: '', role: 'alert' });
    const name = options.title || options.label;
    this.dialog = node('dialog', { id: 'panel', 'aria-label': name, part: 'panel' }, this.trouble);
    this.button.hidden = options.hidden;
    root.append(this.button, this.dialog);
    this.drawButton(false);
  }

  /** The frame, made on first use: nothing of the chat is loaded before somebody opens it. */
  openFrame(address: string): HTMLIFrameElement {
    if (this.frame) return this.frame;
    const allow = ['clipboard-write', ...(this.options.settings.voice ? ['microphone'] : [])];
    this.frame = node('iframe', { title: this.options.title || this.options.label, allow: allow.join('; '), referrerpolicy: 'origin' });
    this.frame.src = address;
    this.dialog.append(this.frame);
    return this.frame;
  }

  /** Show the panel. Without `focus` nothing but the picture changes: whoever is typing goes on typing. */
  show(focus: boolean): void {
    if (!this.dialog.open) {
      const fills = matchMedia('(max-width: 36rem), (max-height: 30rem)').matches;
      if (focus && fills) this.dialog.showModal();
      else this.dialog.setAttribute('open', '');
    }
    this.host.toggleAttribute('data-opened', true);
    this.drawButton(true);
    if (focus) this.frame?.focus();
  }

  hide(focus: boolean): void {
    if (this.dialog.open) this.dialog.close();
    this.host.toggleAttribute('data-opened', false);
    this.drawButton(false);
    if (focus && !this.button.hidden) this.button.focus();
  }

  get isShown(): boolean {
    return this.dialog.open;
  }

  setUnread(count: number): void {
    this.unread = count;
    this.drawButton(this.isShown);
  }

  /** The chat did not start: say so, and where it can be had. */
  failed(address: string): void {
    if (this.frame) this.frame.hidden = true;
    const link = node('a', { href: address, target: '_blank', rel: 'noopener' }, 'Open the symptom check in its own window');
    this.trouble.replaceChildren(
      node('p', {}, 'The chat cannot be shown on this page right now.'),
      node('p', {}, link),
      node('p', {}, 'In an emergency, do not wait for it. Call your emergency number now.'),
    );
    this.trouble.hidden = false;
  }

  worked(): void {
    if (this.frame) this.frame.hidden = false;
    this.trouble.hidden = true;
  }

  private drawButton(shown: boolean): void {
    this.button.setAttribute('aria-expanded', String(shown));
    this.label.textContent = shown ? 'Close' : this.options.label;
    const some = this.unread > 0 && !shown;
    this.count.hidden = !some;
    this.count.textContent = String(this.unread);
    this.countWords.textContent = some ? `, ${this.unread} new message${this.unread === 1 ? '' : 's'}` : '';
    this.button.replaceChildren(icon(shown ? CROSS : SPEECH), this.label, this.count, this.countWords);
  }
}

function addStyle(root: ShadowRoot, nonce: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers before constructed style sheets (Safari up to 16.3): the page's policy must allow our nonce.
    const style = node('style', {}, STYLE);
    if (nonce) style.nonce = nonce;
    root.append(style);
  }
}
