/**
 * The REST channel as functions. bot/channels/rest.py is the other side.
 *
 * In: ticket and what to send. Out: typed answers, or an `ApiError` that says whether trying again makes sense.
 * The ticket travels in the Authorization header, never in an address; message text only in a request body.
 */

import type { Ticket } from '../shared/protocol';
import type { HistoryEntry, Reply } from './types';

/** A request that takes longer is given up and sent again with the same message id. */
export const REQUEST_MS = 20_000;

export type Trouble =
  | 'unreachable' // no answer, or a gateway's excuse: try again
  | 'busy' // too many requests: try again later
  | 'ended' // the ticket has run out or is not valid
  | 'deleted' // the conversation is gone
  | 'refused'; // the server will never accept this

export class ApiError extends Error {
  constructor(
    readonly trouble: Trouble,
    readonly status: number,
    /** Seconds to wait, if the server said so. */
    readonly waitSeconds: number | null = null,
  ) {
    super(`${trouble} (${status})`);
  }

  get isPassing(): boolean {
    return this.trouble === 'unreachable' || this.trouble === 'busy';
  }
}

export interface Started {
  ticket: Ticket;
  reply: Reply;
}

export interface Answered {
  reply: Reply;
  /** A fresh ticket when the old one is getting on. */
  token: string | null;
  /** The message asked to delete the conversation, and it is done: the ticket opens nothing any more. */
  deleted: boolean;
}

export interface Outgoing {
  id: string;
  text: string;
  options?: string[];
  /** Which question the options answer, so that a late answer is never taken for another question's. */
  question?: string;
}

export interface Api {
  start(locale: string): Promise<Started>;
  send(ticket: Ticket, message: Outgoing): Promise<Answered>;
  history(ticket: Ticket, after: number): Promise<HistoryEntry[]>;
  erase(ticket: Ticket): Promise<void>;
  card(ticket: Ticket, form: 'txt' | 'html' | 'pdf'): Promise<Blob>;
}

export function restApi(base: string, fetcher: typeof fetch = (...all) => fetch(...all)): Api {
  const call = async (path: string, ticket: Ticket | null, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (ticket) headers.set('Authorization', `Bearer ${ticket.token}`);
    if (init.body) headers.set('Content-Type', 'application/json');
    let answer: Response;
    try {
      answer = await fetcher(`${base}${path}`, {
        ...init,
        headers,
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.timeout(REQUEST_MS),
      });
    } catch {
      throw new ApiError('unreachable', 0);
    }
    if (answer.ok) return answer;
    throw await troubleOf(answer);
  };
  const path = (ticket: Ticket, rest = '') => `/conversations/${encodeURIComponent(ticket.conversation)}${rest}`;

  return {
    async start(locale) {
      const body = await readJson(await call('/conversations', null, { method: 'POST', body: JSON.stringify({ locale }) }));
      const ticket = { conversation: String(body['conversation']), token: String(body['token']) };
      return { ticket, reply: replyOf(body) };
    },
    async send(ticket, message) {
      const body = await readJson(await call(path(ticket, '/messages'), ticket, { method: 'POST', body: JSON.stringify(message) }));
      return { reply: replyOf(body), token: tokenOf(body), deleted: body['deleted'] === true };
    },
    async history(ticket, after) {
      const body = await readJson(await call(path(ticket, `/messages?after=${after}`), ticket));
      return (body['messages'] ?? []) as HistoryEntry[];
    },
    async erase(ticket) {
      await call(path(ticket), ticket, { method: 'DELETE' });
    },
    async card(ticket, form) {
      return (await call(path(ticket, `/card.${form}`), ticket)).blob();
    },
  };
}

async function readJson(answer: Response): Promise<Record<string, unknown>> {
  try {
    return (await answer.json()) as Record<string, unknown>;
  } catch {
    throw new ApiError('unreachable', answer.status); // cut off on the way, or a proxy's own page
  }
}

function replyOf(body: Record<string, unknown>): Reply {
  const reply = (body['reply'] ?? body) as Reply;
  if (!Array.isArray(reply.blocks)) throw new ApiError('unreachable', 200);
  return reply;
}

const tokenOf = (body: Record<string, unknown>): string | null => (typeof body['token'] === 'string' ? body['token'] : null);

async function troubleOf(answer: Response): Promise<ApiError> {
  const wait = Number(answer.headers.get('Retry-After')) || null;
  const status = answer.status;
  if (status === 429) return new ApiError('busy', status, wait);
  if (status >= 500 || status === 408 || status === 425) return new ApiError('unreachable', status, wait);
  if (status === 410) return new ApiError('deleted', status);
  if (status === 401 || status === 403 || status === 404) {
    const words = await answer.text().catch(() => '');
    return new ApiError(/deleted/i.test(words) ? 'deleted' : 'ended', status);
  }
  return new ApiError('refused', status);
}
