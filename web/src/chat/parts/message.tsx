/**
 * One entry of the conversation: what the person wrote, or a reply with its blocks, answers and card buttons.
 *
 * In: entry. Out: an <article>. Called by log.tsx. Each begins with a heading ("Rootline said") that only screen
 * readers meet, so that one can jump from message to message.
 */

import { useState } from 'preact/hooks';
import { useChat } from '../context';
import type { Entry } from '../entries';
import { isInAlert, spoken } from '../spoken';
import type { Reply } from '../types';
import { BlockView } from './blocks';
import { CardButtons } from './card';
import { EmergencyBlock } from './emergency';
import { Icon } from './icons';
import { Options } from './options';

/** The opening question: there is nothing before it to go back to. */
const STORY = 'Q0';
/** A longer message of the person is folded. */
const LONG = 900;

interface Props {
  entry: Entry;
  chosen: string[] | null;
  /** The question of this reply waits for an answer. */
  isOpen: boolean;
  elementId: string;
}

export const Message = (props: Props) => (props.entry.who === 'user' ? <Own {...props} /> : <Theirs {...props} />);

const Own = ({ entry, elementId }: Props) => {
  const { words, conversation } = useChat();
  const [open, setOpen] = useState(false);
  const long = entry.text.length > LONG;
  return (
    <article class="message message--own" id={elementId} aria-labelledby={`${elementId}-who`}>
      <h2 class="vh" id={`${elementId}-who`}>{words.say('said', { who: words.say('you') })}</h2>
      <div class="bubble">
        <p class="own-words">{long && !open ? `${entry.text.slice(0, LONG)}…` : entry.text}</p>
        {long && (
          <button type="button" class="inline-button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {words.say(open ? 'showLess' : 'showAll')}
          </button>
        )}
      </div>
      <p class="meta">
        {entry.state === 'waiting' && <><Icon name="cloud" />{words.say('notSent')} · </>}
        {entry.state === 'refused' && (
          <span class="refused">
            {words.say('refused')}{' '}
            <button type="button" class="inline-button" onClick={() => conversation.sendAgain(entry.key)}>{words.say('refusedAgain')}</button>
          </span>
        )}
        <Time at={entry.at} />
      </p>
    </article>
  );
};

const Theirs = ({ entry, chosen, isOpen, elementId }: Props) => {
  const { words } = useChat();
  const { reply } = entry;
  const who = words.say(entry.who === 'person' ? 'person' : 'bot');
  const isEmergency = reply?.blocks.some(block => block.kind === 'emergency') ?? false;
  const kind = isEmergency ? ' message--emergency' : reply?.card ? ` message--card urgency-${reply.urgency}` : '';
  return (
    <article class={`message message--theirs${kind}`} id={elementId} aria-labelledby={`${elementId}-who`}>
      <h2 class="vh" id={`${elementId}-who`}>{words.say('said', { who })}</h2>
      {entry.who === 'person' && <p class="who"><Icon name="person" />{who}</p>}
      <div class="bubble">
        {reply ? <ReplyView reply={reply} entry={entry} elementId={elementId} isEmergency={isEmergency} /> : <p class="own-words">{entry.text}</p>}
        {reply && reply.options.length > 0 && <Options reply={reply} chosen={chosen} labelledBy={`${elementId}-question`} />}
        {reply?.card && <CardButtons reply={reply} articleId={elementId} />}
      </div>
      <p class="meta">
        <Time at={entry.at} />
        {reply && <ReadAloud entry={entry} reply={reply} />}
        {isOpen && reply?.question && reply.question !== STORY && <QuestionHelp />}
      </p>
    </article>
  );
};

const ReplyView = ({ reply, entry, elementId, isEmergency }: { reply: Reply; entry: Entry; elementId: string; isEmergency: boolean }) => {
  const rest = reply.blocks.filter(block => !isInAlert(block, reply));
  let question = -1;
  rest.forEach((block, index) => {
    if (block.kind === 'text' || block.kind === 'list') question = index;
  });
  return (
    <>
      {isEmergency && <EmergencyBlock reply={reply} fresh={entry.live} id={`${elementId}-alert`} />}
      {rest.map((block, index) => (
        <BlockView key={index} block={block} id={index === question ? `${elementId}-question` : undefined} isQuestion={index === question && reply.question !== null} />
      ))}
    </>
  );
};

export const Time = ({ at }: { at: number }) => {
  const { words } = useChat();
  return (
    <time dateTime={new Date(at).toISOString()}>
      <span class="on-paper">{words.date(at)}, </span>{words.time(at)}
    </time>
  );
};

const ReadAloud = ({ entry, reply }: { entry: Entry; reply: Reply }) => {
  const { reader, words } = useChat();
  if (!reader.canRead) return null;
  const reading = reader.current === entry.key;
  return (
    <button
      type="button"
      class="inline-button"
      aria-pressed={reading}
      onClick={() => (reading ? reader.stop() : reader.read(entry.key, spoken(reply, words)))}
    >
      <Icon name={reading ? 'stop' : 'speaker'} />
      {words.say(reading ? 'stopReading' : 'readThis')}
    </button>
  );
};

/** Things one may want to say about the question itself; they are sent as plain words. */
const QuestionHelp = () => {
  const { words, conversation } = useChat();
  const texts = [words.say('why'), words.say('otherWords'), words.say('goBack')];
  return (
    <span class="question-help" role="group" aria-label={words.say('questionHelp')}>
      {texts.map(text => (
        <button key={text} type="button" class="inline-button" onClick={() => conversation.send(text)}>{text}</button>
      ))}
    </span>
  );
};
