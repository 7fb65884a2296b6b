/**
 * Answers to tap: buttons for one answer, a tick card for several. Both stay, showing what was chosen.
 *
 * In: a reply and what was chosen. Out: buttons or ticks. Called by message.tsx.
 *
 * Nothing that has focus is taken away or disabled when it was used: the button one has just pressed keeps the focus
 * (out of the tab order from then on), so the next Tab goes on to the next question.
 */

import { useState } from 'preact/hooks';
import { useChat } from '../context';
import { joinLabels } from '../entries';
import type { Reply } from '../types';
import { Icon } from './icons';

/** Ticks that cannot go together with others. The same values as `alone` in bot/knowledge/questions. */
export const ALONE: readonly string[] = ['none', 'skip', 'cannot_ask'];

interface Props {
  reply: Reply;
  /** Values chosen, [] when answered in other words, null while open. */
  chosen: string[] | null;
  /** The element with the question. */
  labelledBy: string;
}

export const Options = (props: Props) => (props.reply.multiple ? <TickCard {...props} /> : <Choices {...props} />);

const Choices = ({ reply, chosen, labelledBy }: Props) => {
  const { conversation, words } = useChat();
  const answered = chosen !== null;
  return (
    <div class="choices" role="group" aria-labelledby={labelledBy}>
      {reply.options.map(option => {
        const picked = chosen?.includes(option.value) ?? false;
        return (
          <button
            key={option.value}
            type="button"
            data-value={option.value}
            class={picked ? 'choice choice--picked' : answered ? 'choice choice--past' : 'choice'}
            aria-disabled={answered}
            tabIndex={answered ? -1 : 0}
            onClick={() => !answered && conversation.send(option.label, { options: [option.value], question: reply.question })}
          >
            {picked && <Icon name="check" />}
            {option.label}
            {picked && <span class="vh">, {words.say('chosen')}</span>}
          </button>
        );
      })}
    </div>
  );
};

const TickCard = ({ reply, chosen, labelledBy }: Props) => {
  const { conversation, words, announcer } = useChat();
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState('');
  const answered = chosen !== null;
  const shown = chosen ?? ticked;
  const none = reply.options.find(option => option.value === 'none');
  const errorId = `${labelledBy}-problem`;

  const toggle = (value: string) => {
    setProblem('');
    if (ticked.includes(value)) setTicked(ticked.filter(v => v !== value));
    else if (ALONE.includes(value)) setTicked([value]);
    else setTicked([...ticked.filter(v => !ALONE.includes(v)), value]);
  };
  const send = () => {
    if (answered) return;
    const picked = reply.options.filter(option => ticked.includes(option.value));
    if (picked.length > 0) {
      conversation.send(joinLabels(picked), { options: picked.map(option => option.value), question: reply.question });
      return;
    }
    const text = none ? words.say('tickOne', { none: none.label }) : words.say('tickOneFree');
    setProblem(text);
    announcer.note(text);
  };

  return (
    <div class={answered ? 'ticks ticks--past' : 'ticks'} role="group" aria-labelledby={labelledBy} aria-describedby={problem ? errorId : undefined}>
      {reply.options.map(option => (
        <label key={option.value} class={`tick${shown.includes(option.value) ? ' tick--on' : ''}${ALONE.includes(option.value) ? ' tick--alone' : ''}`}>
          <input
            type="checkbox"
            data-value={option.value}
            checked={shown.includes(option.value)}
            aria-disabled={answered}
            tabIndex={answered ? -1 : 0}
            onClick={event => answered && event.preventDefault()}
            onChange={() => !answered && toggle(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
      {problem && !answered && <p class="problem" id={errorId}><Icon name="info" />{problem}</p>}
      <button type="button" class="tick-send" aria-disabled={answered} tabIndex={answered ? -1 : 0} onClick={send}>
        {answered && <Icon name="check" />}
        {words.say(chosen === null ? 'sendTicks' : chosen.length > 0 ? 'ticksSent' : 'ownWords')}
      </button>
    </div>
  );
};
