/**
 * What the launcher on the host page and the chat in its frame say to each other, over one private MessagePort.
 *
 * In: nothing. Out: types and two constants. Used by both sides. No message here ever carries what a person wrote.
 */

/** Marks the one window message that hands over the port. */
export const HELLO = 'rootline:hello';

/** The right to one conversation: what the server signed, and for which conversation. */
export interface Ticket {
  conversation: string;
  token: string;
}

/** How the embedding page wants the chat to look and behave. */
export interface Settings {
  title: string;
  theme: 'auto' | 'light' | 'dark';
  dir: 'ltr' | 'rtl' | '';
  /** Put into the message field for the person to change and send; never sent by itself. */
  startMessage: string;
  /** The page allows voice input; the person is asked as well. */
  voice: boolean;
  privacyUrl: string;
  /** CSS custom properties to set, for example `--rl-accent`. */
  colours: Record<string, string>;
}

export const DEFAULT_SETTINGS: Settings = {
  title: '',
  theme: 'auto',
  dir: '',
  startMessage: '',
  voice: false,
  privacyUrl: '',
  colours: {},
};

/** Names a host page may listen to. They say that something happened, never what was said or how urgent it is. */
export const EVENTS = ['ready', 'open', 'close', 'reply', 'unread', 'deleted', 'error'] as const;
export type EventName = (typeof EVENTS)[number];

export type ToChat =
  | { type: 'start'; settings: Settings; ticket: Ticket | null; shown: boolean; focus: boolean }
  | { type: 'shown'; focus: boolean }
  | { type: 'hidden' }
  | { type: 'ticket'; ticket: Ticket | null }
  | { type: 'create-answer'; granted: boolean; ticket: Ticket | null };

export type ToHost =
  | { type: 'ready' }
  | { type: 'ticket'; ticket: Ticket | null }
  | { type: 'wants-to-create' }
  | { type: 'close' }
  | { type: 'unread'; count: number }
  | { type: 'show-now' }
  | { type: 'event'; name: EventName };
