/**
 * The conversation: day lines, messages, the typing sign, what is wrong with the line.
 *
 * In: the view. Out: a scrolling region, and scrolling to what is new. Called by app.tsx.
 */

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useChat } from '../context';
import type { View } from '../model';
import { chosenAt, type Entry, openQuestion } from '../entries';
import { midnight } from '../strings';
import { LinkButton } from './blocks';
import { Icon } from './icons';
import { Message } from './message';

export const elementId = (entry: Entry): string => `m-${entry.key.replace(/[^A-Za-z0-9]/g, '-')}`;

export const Log = ({ view }: { view: View }) => {
  const { words } = useChat();
  const box = useRef<HTMLDivElement>(null);
  const [below, setBelow] = useState(false);
  const { entries } = view;
  const open = openQuestion(entries);
  const last = entries[entries.length - 1];

  useScrolling(box, entries, view.waiting, setBelow);

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
      </div>
      {below && (
        <button
          type="button"
          class="to-new"
          onClick={() => {
            const newest = last && document.getElementById(elementId(last));
            if (newest) showStart(newest);
            setBelow(false);
          }}
        >
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
function useScrolling(log: RefObject<HTMLElement | null>, entries: readonly Entry[], waiting: boolean, setBelow: (below: boolean) => void): void {
  const before = useRef({ count: 0, atEnd: true });
  const last = entries[entries.length - 1];
  useEffect(() => {
    const note = () => {
      before.current.atEnd = isAtEnd(log.current);
      if (before.current.atEnd) setBelow(false);
    };
    addEventListener('scroll', note, { capture: true, passive: true });
    return () => removeEventListener('scroll', note, { capture: true });
  }, []);
  useLayoutEffect(() => {
    const box = log.current;
    const { count, atEnd } = before.current;
    const more = entries.length > count;
    before.current.count = entries.length;
    if (!box || !last || (!more && !(waiting && atEnd))) return;
    const theirs = last.who !== 'user';
    const urgent = last.reply?.urgency === 'emergency_now';
    if (more && count > 0 && theirs && !urgent && !atEnd) {
      setBelow(true);
      return;
    }
    const element = document.getElementById(elementId(last));
    const isLong = element !== null && element.offsetHeight > Math.min(box.clientHeight, innerHeight) - 24;
    if (more && theirs && isLong) showStart(count === 0 && entries.length === 1 ? box : element);
    else showEnd(box);
    before.current.atEnd = !isLong || !theirs;
  }, [entries, waiting]);
}

/** The log scrolls in itself, or, where there is little height, with the page. */
const scrolls = (box: HTMLElement): boolean => getComputedStyle(box).overflowY !== 'visible';

export function showStart(element: HTMLElement): void {
  const box = element.closest<HTMLElement>('.log');
  if (!box) return;
  if (element === box) box.scrollTop = 0;
  else if (scrolls(box)) box.scrollTop += element.getBoundingClientRect().top - box.getBoundingClientRect().top - 8;
  else element.scrollIntoView({ block: 'start' });
}

function showEnd(box: HTMLElement): void {
  if (scrolls(box)) box.scrollTop = box.scrollHeight;
  else box.lastElementChild?.scrollIntoView({ block: 'end' });
}

const isAtEnd = (box: HTMLElement | null): boolean => {
  if (!box) return true;
  if (scrolls(box)) return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  return box.getBoundingClientRect().bottom < innerHeight + 80;
};
