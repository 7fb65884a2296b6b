/**
 * Who the chat belongs to: a launcher on a host page, or nobody (the chat opened in its own window).
 *
 * In: the one window message with a port, or nothing. Out: a `Frame` the rest can use without caring. Called by main.tsx.
 */

import { DEFAULT_SETTINGS, HELLO, type EventName, type Settings, type Ticket, type ToChat, type ToHost } from '../shared/protocol';
import { Vault } from '../launcher/vault';
import type { Home } from './model';

export interface Frame extends Home {
  readonly isFramed: boolean;
  readonly settings: Settings;
  readonly shown: boolean;
  readonly focusAtStart: boolean;
  close(): void;
  unread(count: number): void;
  /** Open the panel if it is closed: an emergency must be seen. */
  showNow(): void;
  onShown: (focus: boolean) => void;
  onHidden: () => void;
  onTicket: (ticket: Ticket | null) => void;
}

/** Wait for the launcher's port if we stand in a frame. */
export function connect(): Promise<Frame> {
  return window.parent === window ? Promise.resolve(new OwnWindow()) : framed();
}

function framed(): Promise<Frame> {
  return new Promise(done => {
    const hear = (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== window.parent || event.data !== HELLO || !port) return;
      removeEventListener('message', hear);
      port.onmessage = ({ data }: MessageEvent<ToChat>) => {
        if (data.type === 'start') done(new Framed(port, data));
      };
      const ready: ToHost = { type: 'ready' };
      port.postMessage(ready);
    };
    addEventListener('message', hear);
  });
}

class Framed implements Frame {
  readonly isFramed = true;
  readonly settings: Settings;
  readonly focusAtStart: boolean;
  ticket: Ticket | null;
  shown: boolean;
  onShown: (focus: boolean) => void = () => undefined;
  onHidden: () => void = () => undefined;
  onTicket: (ticket: Ticket | null) => void = () => undefined;
  private createAnswer: ((ticket: Ticket | null) => void) | null = null;

  constructor(
    private readonly port: MessagePort,
    start: Extract<ToChat, { type: 'start' }>,
  ) {
    this.settings = start.settings;
    this.ticket = start.ticket;
    this.shown = start.shown;
    this.focusAtStart = start.focus;
    port.onmessage = ({ data }: MessageEvent<ToChat>) => this.hear(data);
  }

  keep(ticket: Ticket | null): void {
    this.ticket = ticket;
    this.tellHost({ type: 'ticket', ticket });
  }

  mayCreate(): Promise<Ticket | null> {
    return new Promise(done => {
      this.createAnswer = done;
      this.tellHost({ type: 'wants-to-create' });
    });
  }

  tell(name: EventName): void {
    this.tellHost({ type: 'event', name });
  }

  close(): void {
    this.tellHost({ type: 'close' });
  }

  unread(count: number): void {
    this.tellHost({ type: 'unread', count });
  }

  showNow(): void {
    this.tellHost({ type: 'show-now' });
  }

  private tellHost(message: ToHost): void {
    this.port.postMessage(message);
  }

  private hear(message: ToChat): void {
    if (message.type === 'shown') {
      this.shown = true;
      this.onShown(message.focus);
    } else if (message.type === 'hidden') {
      this.shown = false;
      this.onHidden();
    } else if (message.type === 'ticket') {
      this.ticket = message.ticket;
      this.onTicket(message.ticket);
    } else if (message.type === 'create-answer') {
      this.createAnswer?.(message.ticket);
    }
  }
}

/** The chat as a page of its own, for browsers where the frame cannot be shown. */
class OwnWindow implements Frame {
  readonly isFramed = false;
  readonly settings: Settings = DEFAULT_SETTINGS;
  readonly shown = true;
  readonly focusAtStart = false;
  onShown: (focus: boolean) => void = () => undefined;
  onHidden: () => void = () => undefined;
  onTicket: (ticket: Ticket | null) => void = () => undefined;
  private readonly vault = new Vault(location.origin, 'device');

  constructor() {
    addEventListener('storage', event => {
      if (event.key === this.vault.key) this.onTicket(this.vault.read());
    });
  }

  get ticket(): Ticket | null {
    return this.vault.read();
  }

  keep(ticket: Ticket | null): void {
    this.vault.write(ticket);
  }

  mayCreate(): Promise<Ticket | null> {
    return Promise.resolve(this.vault.read());
  }

  tell(): void {}
  close(): void {}
  unread(): void {}
  showNow(): void {}
}
