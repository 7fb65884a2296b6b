/**
 * The conversation: day lines, messages, the typing sign, what is wrong with the line.
 *
 * In: the view. Out: a scrolling region, and scrolling to what is new. Called by app.tsx.
 */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useChat } from '../context';
import type { View } from '../conversation';
import { chosenAt, type Entry, openQuestion } from '../entries';
import { midnight } from '../strings';
import { LinkButton } from './blocks';
import { Icon } from './icons';
import { Message } from './message';

export const elementId = (entry: Entry): string => `m-${entry.key.replace(/[^A-Za-z0-9]/g, '-')}`;

export const Log = ({ view }: { view: View }) => {
  const { words } = useChat();
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const [below, setBelow] = useState(false);
  const { entries } = view;
  const open = openQuestion(entries);
  const last = entries[entries.length - 1];

  useScrolling(box.current, end.current, entries, view.waiting, setBelow);
  useEffect(() => {
    const mark = end.current;
    if (!mark) return;
    const watcher = new IntersectionObserver(([seen]) => seen?.isIntersecting && setBelow(false), { root: null });
    watcher.observe(mark);
    return () => watcher.disconnect();
  }, []);

  return (
    <div class="log-frame">
      <div class="log" ref={box} role="log" aria-live="off" aria-label={words.say('conversation')} tabIndex={0}>
        <p class="draft-notice"><Icon name="info" /><span>{words.say('notDiagnosis')}</span></p>
        {view.notice && view.notice !== 'resumed' && <p class="block-notice"><Icon name="info" /><span>{words.say(view.notice)}</span></p>}
        {entries.length === 0 && view.connection === 'up' && <p class="loading">{words.say('loading')}</p>}
        {entries.map((entry, index) => (
          <div key={entry.key} class="row">
            {startsDay(entries, index) && <p class="day"><span>{words.day(entry.at, Date.now())}</span></p>}
            <Message entry={entry} chosen={chosenAt(entries, index)} isOpen={index === open} elementId={elementId(entry)} />
          </div>
        ))}
        {view.waiting && <Typing slow={view.slow} />}
        {view.connection !== 'up' && <LineTrouble view={view} />}
        <div ref={end} class="end" />
      </div>
      {below && (
        <button type="button" class="to-new" onClick={() => last && document.getElementById(elementId(last))?.scrollIntoView({ block: 'start' })}>
          <Icon name="down" />{words.say('newBelow')}
        </button>
      )}
    </div>
  );
};

const startsDay = (entries: readonly Entry[], index: number): boolean => {
  const before = entries[index - 1];
  const entry = entries[index];
  return !!entry && (!before ? midnight(entry.at) !== midnight(Date.now()) || entries.length > 1 : midnight(before.at) !== midnight(entry.at));
};

const Typing = ({ slow }: { slow: boolean }) => {
  const { words } = useChat();
  return (
    <div class="typing">
      <span class="dots" role="img" aria-label={words.say('waiting')}><i /><i /><i /></span>
      {slow && <p>{words.say('slow')}</p>}
    </div>
  );
};

/** Offline or server down: what happens to what was written, and where to turn if it cannot wait. */
const LineTrouble = ({ view }: { view: View }) => {
  const { words, conversation } = useChat();
  return (
    <div class="line-trouble">
      <p><Icon name="cloud" /><span>{words.say(view.connection === 'offline' ? 'offline' : 'down')}</span></p>
      <button type="button" class="small-button" onClick={() => conversation.tryNow()}>{words.say('tryNow')}</button>
      <p class="label">{words.say('downHelp')}</p>
      <div class="block-links">{words.boot.failureLinks.map(link => <LinkButton key={link.href} link={link} />)}</div>
    </div>
  );
};

/**
 * Keep what is new in sight: a message that fits is shown to its end, a longer one from its beginning. Someone who has
 * scrolled up to read is left alone and told by a button, except in an emergency.
 */
function useScrolling(box: HTMLElement | null, end: HTMLElement | null, entries: readonly Entry[], waiting: boolean, setBelow: (below: boolean) => void): void {
  const before = useRef({ count: 0, atEnd: true });
  const last = entries[entries.length - 1];
  useEffect(() => {
    if (!box) return;
    const note = () => (before.current.atEnd = isAtEnd(end));
    addEventListener('scroll', note, { capture: true, passive: true });
    return () => removeEventListener('scroll', note, { capture: true });
  }, [box]);
  useLayoutEffect(() => {
    const first = before.current.count === 0;
    const more = entries.length > before.current.count;
    before.current.count = entries.length;
    if (!box || !last || (!more && !waiting)) return;
    const urgent = last.reply?.urgency === 'emergency_now';
    if (!first && !before.current.atEnd && last.who !== 'user' && !urgent && more) {
      setBelow(true);
      return;
    }
    if (!more && !before.current.atEnd) return;
    const element = document.getElementById(elementId(last));
    const room = Math.min(box.clientHeight, innerHeight) - 16;
    if (element && more && !first && last.who !== 'user' && element.offsetHeight > room) element.scrollIntoView({ block: 'start', behavior: 'instant' });
    else end?.scrollIntoView({ block: 'end', behavior: 'instant' });
    before.current.atEnd = true;
  }, [entries, waiting]);
}

const isAtEnd = (end: HTMLElement | null): boolean => !end || end.getBoundingClientRect().top < innerHeight + 80;
