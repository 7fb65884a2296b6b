/**
 * Emergency advice: the block in the conversation, and the bar above it that stays.
 *
 * In: reply. Out: elements. Called by message.tsx and app.tsx. Red is never the only sign: there is a sign, the word
 * "Emergency", and the action itself in large type, with the number to tap right below it.
 */

import { useChat } from '../context';
import type { Reply } from '../types';
import { LinkButton } from './blocks';
import { Icon } from './icons';

/**
 * What to do, first and whole. A fresh one is the alert itself: screen readers break off and read it. One from the
 * history is not, or every reload would shout again.
 */
export const EmergencyBlock = ({ reply, fresh, id }: { reply: Reply; fresh: boolean; id: string }) => {
  const { words } = useChat();
  const lead = reply.blocks.filter(block => block.kind === 'emergency');
  const links = reply.blocks.filter(block => block.kind === 'links').flatMap(block => block.links);
  const [first, ...others] = links;
  return (
    <div class="emergency" {...(fresh ? { role: 'alert' } : { role: 'group' })} aria-labelledby={fresh ? undefined : id}>
      <p class="emergency-word" id={id}><Icon name="alarm" />{words.say('emergency')}</p>
      {lead.map(block => <p key={block.text} class="emergency-lead">{block.text}</p>)}
      {first && <p class="emergency-call"><LinkButton link={first} strong /></p>}
      {others.length > 0 && (
        <div class="emergency-other">
          <p class="label">{words.say('otherWays')}</p>
          <div class="block-links">{others.map(link => <LinkButton key={link.href} link={link} />)}</div>
        </div>
      )}
    </div>
  );
};

/** Stays above the conversation for as long as the emergency stands. */
export const EmergencyBar = ({ reply, onShow }: { reply: Reply; onShow: () => void }) => {
  const { words } = useChat();
  const call = reply.blocks.flatMap(block => block.links)[0] ?? words.boot.emergency;
  return (
    <div class="emergency-bar" role="region" aria-label={words.say('emergency')}>
      <button type="button" class="plain-on-red" onClick={onShow}><Icon name="alarm" /><span>{words.say('emergencyBar')}</span></button>
      <LinkButton link={call} strong />
    </div>
  );
};
