/**
 * The message field: free text at any time, whatever buttons stand above it.
 *
 * In: keys. Out: messages. Called by app.tsx. What is typed lives in this field only: not in storage, not in an address.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useChat } from '../context';
import { canListen, listen } from '../speech';
import { VoiceConsent } from './dialogs';
import { Icon } from './icons';

/** Beyond this the server reads no further (bot/runtime/messages.py). */
const MOST = 100_000;
const LONG = 4000;

export const Composer = ({ hasOptions }: { hasOptions: boolean }) => {
  const { words, conversation, announcer, frame } = useChat();
  const [text, setText] = useState(frame.settings.startMessage);
  const [hint, setHint] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);

  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.blockSize = 'auto';
    box.style.blockSize = `${Math.min(box.scrollHeight + 2, 160)}px`;
  }, [text]);

  const tell = (words: string) => {
    setHint(words);
    announcer.note(words);
  };
  const send = () => {
    const message = text.trim();
    if (!message) return tell(words.say('emptyMessage'));
    if (message.length > MOST) return tell(words.say('tooLong'));
    conversation.send(message);
    setText('');
    setHint('');
  };
  const change = (value: string) => {
    setText(value);
    setHint(value.length > LONG ? words.say('longMessage') : '');
  };

  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      <label for="message">{words.say(hasOptions ? 'yourMessage' : 'yourMessageFree')}</label>
      <div class="composer-row">
        <textarea
          id="message"
          ref={field}
          rows={1}
          value={text}
          autocomplete="off"
          enterkeyhint="send"
          aria-describedby="message-hint"
          onInput={event => change(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        {frame.settings.voice && canListen() && <Dictate onText={change} />}
        <button type="submit" class="send"><Icon name="send" /><span>{words.say('send')}</span></button>
      </div>
      <p id="message-hint" class={hint ? 'hint' : 'vh'}>{hint || words.say('sendHint')}</p>
    </form>
  );
};

/** Voice input: off until the page allows it and the person has read what it means. The words wait in the field. */
const Dictate = ({ onText }: { onText: (text: string) => void }) => {
  const { words, announcer } = useChat();
  const [asking, setAsking] = useState(false);
  const [agreed, setAgreed] = useState(false);
  const [stop, setStop] = useState<(() => void) | null>(null);

  const begin = async () => {
    announcer.note(words.say('listening'));
    const end = await listen(words.locale, onText, any => {
      setStop(null);
      if (!any) announcer.note(words.say('dictateFailed'));
    });
    setStop(() => end);
  };
  return (
    <>
      <button
        type="button"
        class="icon-button dictate"
        aria-pressed={stop !== null}
        aria-label={words.say(stop ? 'dictateStop' : 'dictate')}
        title={words.say(stop ? 'dictateStop' : 'dictate')}
        onClick={() => (stop ? stop() : agreed ? void begin() : setAsking(true))}
      >
        <Icon name={stop ? 'stop' : 'mic'} />
      </button>
      {asking && (
        <VoiceConsent
          onAnswer={yes => {
            setAsking(false);
            setAgreed(yes);
            if (yes) void begin();
          }}
        />
      )}
    </>
  );
};
