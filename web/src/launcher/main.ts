/**
 * widget.js: the one tag a page needs. Draws a button; loads the chat in a frame when it is first opened.
 *
 * In: `<script src="https://…/widget.js" data-…>`. Out: a button, and `window.Rootline` for the page's own scripts.
 * docs/widget.md explains every attribute and call. Classic script, no dependencies, under 30 KB.
 */

import { EVENTS, HELLO, type EventName, type ToChat, type ToHost } from '../shared/protocol';
import { readOptions, type Options } from './options';
import { openStorage, Vault } from './vault';
import { View } from './view';

/** The chat must say hello within this time, or the person is told and shown another way. */
const PATIENCE_MS = 15_000;
/** Another tab may take this long to start a conversation before we do it ourselves. */
const CREATE_MS = 20_000;
/** Whoever waited longer than this for the lock had another tab before it, … */
const QUEUED_MS = 25;
/** … whose ticket may take this long to arrive. */
const ARRIVES_MS = 800;

export interface RootlineApi {
  open(): void;
  close(): void;
  toggle(): void;
  readonly isOpen: boolean;
  /** Call `listener` whenever `name` happens; returns a function that ends it. */
  on(name: EventName, listener: (detail: { count?: number }) => void): () => void;
}

declare global {
  interface Window {
    Rootline?: RootlineApi;
  }
}

class Launcher implements RootlineApi {
  private readonly view: View;
  private readonly vault: Vault;
  private readonly listeners = new Map<EventName, Set<(detail: { count?: number }) => void>>();
  private readonly tab = openStorage('sessionStorage');
  private port: MessagePort | null = null;
  private started = false;
  private focusAtStart = false;
  private release: (() => void) | null = null;

  constructor(
    private readonly options: Options,
    nonce: string,
  ) {
    this.view = new View(options, nonce);
    this.vault = new Vault(options.origin, options.remember);
    this.view.button.addEventListener('click', () => this.toggle());
    this.view.dialog.addEventListener('cancel', event => {
      event.preventDefault();
      this.close();
    });
    document.addEventListener('click', event => {
      const opener = event.target instanceof Element ? event.target.closest('[data-rootline-open]') : null;
      if (!opener) return;
      event.preventDefault();
      this.open();
    });
    addEventListener('storage', event => {
      if (event.key === this.vault.key) this.tell({ type: 'ticket', ticket: this.vault.read() });
    });
    this.attach();
    if (options.open || this.tab?.getItem(`${this.vault.key}:open`) === '1') this.reveal(false);
  }

  get isOpen(): boolean {
    return this.view.isShown;
  }

  open(): void {
    this.reveal(true);
  }

  close(): void {
    if (!this.isOpen) return;
    this.view.hide(true);
    this.tab?.removeItem(`${this.vault.key}:open`);
    this.tell({ type: 'hidden' });
    this.emit('close');
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  on(name: EventName, listener: (detail: { count?: number }) => void): () => void {
    if (!EVENTS.includes(name)) throw new TypeError(`Rootline.on: no event "${name}". There are: ${EVENTS.join(', ')}.`);
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all.add(listener));
    return () => all.delete(listener);
  }

  private reveal(focus: boolean): void {
    const was = this.isOpen;
    this.focusAtStart = focus;
    this.load();
    this.view.show(focus);
    this.view.setUnread(0);
    if (was && !focus) return;
    this.tab?.setItem(`${this.vault.key}:open`, '1');
    this.tell({ type: 'shown', focus });
    if (!was) this.emit('open');
  }

  /** Put our element into the page, and back again when a single-page app has swept it away. */
  private attach(): void {
    document.body.append(this.view.host);
    new MutationObserver(() => {
      if (this.view.host.isConnected || !document.body) return;
      this.port = null; // the frame loads anew, greets again and comes back with its history
      document.body.append(this.view.host);
    }).observe(document.documentElement, { childList: true, subtree: true });
  }

  private chatAddress(): string {
    const address = new URL('/chat', this.options.origin);
    if (this.options.locale) address.searchParams.set('locale', this.options.locale);
    return address.href;
  }

  private load(): void {
    if (this.started) return;
    this.started = true;
    const address = this.chatAddress();
    const frame = this.view.openFrame(address);
    let patience = 0;
    const greet = () => {
      const channel = new MessageChannel();
      this.port = channel.port1;
      channel.port1.onmessage = event => this.hear(event.data as ToHost, () => clearTimeout(patience));
      clearTimeout(patience);
      patience = window.setTimeout(() => {
        this.view.failed(address);
        this.emit('error');
      }, PATIENCE_MS);
      try {
        frame.contentWindow?.postMessage(HELLO, this.options.origin, [channel.port2]);
      } catch {
        // An error page stands in the frame: the clock above will tell the person.
      }
    };
    frame.addEventListener('load', greet);
  }

  private tell(message: ToChat): void {
    this.port?.postMessage(message);
  }

  private hear(message: ToHost, alive: () => void): void {
    switch (message.type) {
      case 'ready': {
        alive();
        this.view.worked();
        const { settings } = this.options;
        this.tell({ type: 'start', settings, ticket: this.vault.read(), shown: this.isOpen, focus: this.focusAtStart && this.isOpen });
        this.focusAtStart = false;
        this.emit('ready');
        break;
      }
      case 'ticket':
        this.vault.write(message.ticket);
        if (message.ticket) this.release?.();
        break;
      case 'wants-to-create':
        void this.letOneTabCreate();
        break;
      case 'close':
        this.close();
        break;
      case 'show-now':
        this.reveal(false);
        break;
      case 'unread':
        this.view.setUnread(this.isOpen ? 0 : message.count);
        this.emit('unread', { count: message.count });
        break;
      case 'event':
        this.emit(message.name);
    }
  }

  /** Two tabs opened at once must not greet twice: the first makes the conversation, the other gets its ticket. */
  private async letOneTabCreate(): Promise<void> {
    if (this.release) {
      this.tell({ type: 'create-answer', granted: true, ticket: null }); // our first try failed; it is still our turn
      return;
    }
    const asked = Date.now();
    const answer = async (): Promise<void> => {
      // Who had to queue knows that another tab was at it. What that tab has kept may take a moment to reach this one.
      const queued = Date.now() - asked > QUEUED_MS;
      const ticket = queued ? await this.vault.awaited(ARRIVES_MS) : this.vault.read();
      this.tell({ type: 'create-answer', granted: !ticket, ticket });
      if (ticket) return;
      await new Promise<void>(done => {
        this.release = () => {
          this.release = null;
          done();
        };
        setTimeout(() => this.release?.(), CREATE_MS);
      });
    };
    if (navigator.locks) await navigator.locks.request(this.vault.key, answer);
    else await answer();
  }

  private emit(name: EventName, detail: { count?: number } = {}): void {
    for (const listener of this.listeners.get(name) ?? []) {
      try {
        listener(detail);
      } catch (error) {
        console.error('Rootline: a listener of the page failed.', error);
      }
    }
    document.dispatchEvent(new CustomEvent(`rootline:${name}`, { detail }));
  }
}

function start(): void {
  const script =
    (document.currentScript as HTMLScriptElement | null) ?? document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]');
  if (!script || window.Rootline) return; // a second tag, or the same tag run again by a single-page app
  const options = readOptions(script);
  const begin = () => {
    window.Rootline = new Launcher(options, script.nonce);
    document.dispatchEvent(new CustomEvent('rootline:loaded')); // the calls can be used from now on
  };
  if (document.body) begin();
  else document.addEventListener('DOMContentLoaded', begin, { once: true });
}

start();
