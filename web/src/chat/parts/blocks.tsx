/**
 * The blocks of a reply, each in the element that means it.
 *
 * In: block. Out: elements. Called by message.tsx. Links may only be tel:, sms: and https:, whatever the server says.
 */

import { useState } from 'preact/hooks';
import { useChat } from '../context';
import type { Block, Link } from '../types';
import { Icon, type IconName } from './icons';

const SAFE = /^(tel:|sms:|https:)/i;
const iconOf = (href: string): IconName => (href.startsWith('tel:') ? 'phone' : href.startsWith('sms:') ? 'message' : 'info');

export const LinkButton = ({ link, strong = false }: { link: Link; strong?: boolean }) => {
  if (!SAFE.test(link.href)) return <span>{link.label}</span>;
  const away = link.href.startsWith('https:') ? { target: '_blank', rel: 'noopener noreferrer' } : {};
  return (
    <a class={strong ? 'call call--strong' : 'call'} href={link.href} {...away}>
      <Icon name={iconOf(link.href)} />
      <span>{link.label}</span>
    </a>
  );
};

const Items = ({ items }: { items: readonly string[] }) => <ul class="list">{items.map(item => <li key={item}>{item}</li>)}</ul>;

export const BlockView = ({ block, id, isQuestion = false }: { block: Block; id?: string | undefined; isQuestion?: boolean }) => {
  switch (block.kind) {
    case 'heading':
      return <h3 class="block-heading">{block.text}</h3>;
    case 'list':
      return (
        <div class="block-list">
          {block.text && <p id={id}>{block.text}</p>}
          <Items items={block.items} />
        </div>
      );
    case 'quote':
      return (
        <div class="block-quote">
          {block.text && <p class="label">{block.text}</p>}
          {block.items.map(item => <blockquote key={item}>{item}</blockquote>)}
        </div>
      );
    case 'desk':
      return (
        <div class="block-desk">
          <p class="label"><Icon name="speak" />{block.text}</p>
          {block.items.map(item => <p key={item} class="desk-words">{item}</p>)}
        </div>
      );
    case 'links':
      return <div class="block-links">{block.links.map(link => <LinkButton key={link.href} link={link} />)}</div>;
    case 'details':
      return (
        <details class="block-details">
          <summary>{block.text}</summary>
          {block.items.map(item => <p key={item}>{item}</p>)}
        </details>
      );
    case 'picture':
      return <Picture block={block} />;
    case 'progress':
      return <p class="block-progress">{block.text}</p>;
    case 'notice':
      return <p class="block-notice"><Icon name="info" /><span>{block.text}</span></p>;
    default:
      return <p id={id} class={isQuestion ? 'question' : undefined}>{block.text}</p>;
  }
};

/**
 * A drawing by its key. It shows a nerve path, never a person; the server draws it in the words of the locale. Width and
 * height are about those of every drawing, so that the place is kept and nothing jumps when it arrives.
 */
const Picture = ({ block }: { block: Block }) => {
  const { words } = useChat();
  const [failed, setFailed] = useState(false);
  const address = `/pictures/${encodeURIComponent(block.picture ?? '')}.svg?locale=${encodeURIComponent(words.boot.locale)}`;
  return (
    <figure class="block-picture">
      {block.picture && !failed ? (
        <img src={address} alt={block.text} width="480" height="1250" decoding="async" referrerpolicy="no-referrer" onError={() => setFailed(true)} />
      ) : (
        <figcaption>{block.text}</figcaption>
      )}
    </figure>
  );
};
