/**
 * Take the advice along: print it, save it, copy it.
 *
 * In: reply with a card. Out: three buttons. Called by message.tsx. Printing works without a line to the server.
 */

import { useState } from 'preact/hooks';
import { useChat } from '../context';
import { plainText } from '../spoken';
import type { Reply } from '../types';
import { Icon } from './icons';

export const CardButtons = ({ reply, articleId }: { reply: Reply; articleId: string }) => {
  const { words, api, conversation, announcer } = useChat();
  const [said, setSaid] = useState('');
  const tell = (text: string) => {
    setSaid(text);
    announcer.note(text);
  };
  const save = async () => {
    const ticket = conversation.key;
    try {
      if (!ticket) throw new Error('no conversation');
      download(await api.card(ticket, 'pdf'), 'rootline-advice.pdf');
      tell(words.say('saved'));
    } catch {
      tell(words.say('saveFailed'));
    }
  };
  const copy = async () => tell(words.say((await copyText(plainText(reply))) ? 'copied' : 'copyFailed'));
  return (
    <div class="card-buttons">
      <button type="button" class="small-button" onClick={() => printArticle(articleId)}><Icon name="print" />{words.say('print')}</button>
      <button type="button" class="small-button" onClick={() => void save()}><Icon name="save" />{words.say('save')}</button>
      <button type="button" class="small-button" onClick={() => void copy()}><Icon name="copy" />{words.say('copy')}</button>
      {said && <p class="card-said" aria-hidden="true">{said}</p>}
    </div>
  );
};

/** Print one article, or the whole conversation when no id is given. Style: style/print.css. */
export function printArticle(id: string | null): void {
  const article = id ? document.getElementById(id) : null;
  const closed = [...(article ?? document).querySelectorAll<HTMLDetailsElement>('details:not([open])')];
  closed.forEach(details => (details.open = true));
  document.documentElement.classList.toggle('printing-one', article !== null);
  article?.classList.add('printing');
  addEventListener(
    'afterprint',
    () => {
      document.documentElement.classList.remove('printing-one');
      article?.classList.remove('printing');
      closed.forEach(details => (details.open = false));
    },
    { once: true },
  );
  window.print();
}

export function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Copy; with the older way where a frame may not use the clipboard. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement as HTMLElement | null;
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'vh';
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    focused?.focus();
    return done;
  }
}
