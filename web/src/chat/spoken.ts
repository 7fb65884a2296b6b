/**
 * A reply as words to be heard: by a screen reader, the browser's voice, or the clipboard.
 *
 * In: reply. Out: text. Called by main.tsx and the result card. Pure.
 */

import type { Block, Reply } from './types';
import type { Words } from './strings';

export function blockText(block: Block): string {
  const lines = [block.text, ...block.items, ...block.links.map(link => link.label)].filter(Boolean);
  return lines.map(line => (/[.?!:”"]$/.test(line) ? line : `${line}.`)).join(' ');
}

/** Blocks that the visible alert says by itself; see parts/emergency.tsx. */
export const isInAlert = (block: Block, reply: Reply): boolean =>
  reply.blocks.some(b => b.kind === 'emergency') && (block.kind === 'emergency' || block.kind === 'links');

/** What to say of a reply: all of it, or what the alert leaves out. `details` are named, not read. */
export function spoken(reply: Reply, words: Words, withoutAlert = false): string {
  const blocks = reply.blocks.filter(block => !(withoutAlert && isInAlert(block, reply)));
  const told = blocks.map(block => (block.kind === 'details' ? `${block.text || words.say('more')}.` : blockText(block)));
  if (reply.options.length > 0) {
    const lead = words.say(reply.multiple ? 'chooseMany' : 'chooseOne');
    told.push(`${lead}: ${reply.options.map(option => option.label).join('; ')}.`);
  }
  return told.filter(Boolean).join(' ');
}

/** A reply as text for the clipboard: blocks apart by empty lines, as bot/replies/reply.py does. */
export function plainText(reply: Reply): string {
  return reply.blocks
    .map(block =>
      [block.text, ...block.items.map(item => `- ${item}`), ...block.links.map(link => `${link.label}: ${link.href.replace(/^[a-z]+:/, '')}`)]
        .filter(Boolean)
        .join('\n'),
    )
    .filter(Boolean)
    .join('\n\n');
}
