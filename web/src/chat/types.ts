/**
 * What comes from the server, field for field as in bot/replies/reply.py and bot/channels/rest.py.
 *
 * In: nothing. Out: types. Used everywhere in the chat.
 */

export interface Link {
  label: string;
  href: string;
}

export interface Block {
  kind: 'emergency' | 'heading' | 'text' | 'list' | 'quote' | 'desk' | 'picture' | 'links' | 'progress' | 'notice' | 'details';
  text: string;
  items: string[];
  links: Link[];
  picture: string | null;
}

export interface Option {
  value: string;
  label: string;
}

export type Urgency = 'emergency_now' | 'urgent_same_day' | 'soon' | 'routine' | 'self_care' | 'info_only' | 'incomplete';

export interface Reply {
  blocks: Block[];
  options: Option[];
  multiple: boolean;
  question: string | null;
  urgency: Urgency;
  card: boolean;
}

/** One line of the history as the server keeps it. `at` is in seconds since 1970. */
export interface HistoryEntry {
  n: number;
  role: 'user' | 'bot' | 'agent';
  at: number;
  id?: string | null;
  text?: string;
  options?: string[] | null;
  question?: string | null;
  reply?: Reply;
}

/** What /chat puts into the page for us: the country's numbers come from the same knowledge as the replies. */
export interface Boot {
  locale: string;
  /** The country's emergency number. */
  emergency: Link;
  /** Numbers to show when we cannot reach the service. */
  failureLinks: Link[];
}
