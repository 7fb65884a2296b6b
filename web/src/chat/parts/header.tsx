/**
 * The top line: what this is, more choices, close.
 *
 * In: clicks. Out: what they do. Called by app.tsx.
 */

import { useEffect, useRef, useState } from 'preact/hooks';
import { useChat } from '../context';
import { plainText } from '../spoken';
import type { Prefs } from '../prefs';
import { copyText, printArticle } from './card';
import { ConfirmDelete, ConfirmRestart, Privacy } from './dialogs';
import { Icon, type IconName } from './icons';

interface Props {
  prefs: Prefs;
  setPrefs: (prefs: Prefs) => void;
  isOpen: boolean;
}

type Ask = 'delete' | 'restart' | 'privacy' | null;

export const Header = ({ prefs, setPrefs, isOpen }: Props) => {
  const { words, frame } = useChat();
  const [menu, setMenu] = useState(false);
  const [ask, setAsk] = useState<Ask>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const closeMenu = () => {
    setMenu(false);
    opener.current?.focus();
  };
  const done = () => {
    setAsk(null);
    opener.current?.focus();
  };
  return (
    <header
      class="header"
      aria-label={words.say('headerLabel')}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !menu) return;
        event.stopPropagation();
        closeMenu();
      }}
    >
      <div class="header-line">
        <div class="header-name">
          <h1 id="title" tabIndex={-1}>{frame.settings.title || words.say('name')}</h1>
          <p>{words.say('by')}</p>
        </div>
        <button
          ref={opener}
          type="button"
          class="icon-button"
          aria-expanded={menu}
          aria-controls="menu"
          aria-label={words.say('menu')}
          title={words.say('menu')}
          onClick={() => setMenu(!menu)}
        >
          <Icon name="menu" />
        </button>
        {menu && <Menu prefs={prefs} setPrefs={setPrefs} isOpen={isOpen} onClose={closeMenu} onAsk={what => { setMenu(false); setAsk(what); }} />}
        {frame.isFramed && (
          <button type="button" class="icon-button" aria-label={words.say('close')} title={words.say('close')} onClick={() => frame.close()}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {ask === 'delete' && <ConfirmDelete onClose={done} />}
      {ask === 'restart' && <ConfirmRestart onClose={done} />}
      {ask === 'privacy' && <Privacy onClose={done} />}
    </header>
  );
};

const Menu = ({ prefs, setPrefs, isOpen, onClose, onAsk }: Props & { onClose: () => void; onAsk: (what: Ask) => void }) => {
  const { words, conversation, reader, announcer } = useChat();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const outside = (event: Event) => {
      const target = event.target as Element;
      if (!box.current?.contains(target) && !target.closest('[aria-controls=menu]')) onClose();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  const copyAll = async () => {
    const text = conversation.view.entries
      .map(entry => `${words.say(entry.who === 'user' ? 'you' : entry.who === 'person' ? 'person' : 'bot')}, ${words.time(entry.at)}\n${entry.reply ? plainText(entry.reply) : entry.text}`)
      .join('\n\n');
    announcer.note(words.say((await copyText(text)) ? 'copied' : 'copyFailed'));
  };
  return (
    <div
      id="menu"
      class="menu"
      ref={box}
      role="group"
      aria-label={words.say('menuTitle')}
    >
      {isOpen && <Item icon="person" label={words.say('human')} onClick={then(() => conversation.askForPerson(words.say('humanText')))} />}
      <Toggle icon="text" label={words.say('largerText')} on={prefs.largerText} onClick={() => setPrefs({ ...prefs, largerText: !prefs.largerText })} />
      {reader.canRead ? (
        <Toggle icon="speaker" label={words.say('readAloudOn')} on={prefs.readAloud} onClick={() => setPrefs({ ...prefs, readAloud: !prefs.readAloud })} />
      ) : (
        <p class="menu-note">{words.say('readAloudNo')}</p>
      )}
      {isOpen && <Item icon="print" label={words.say('printChat')} onClick={then(() => printArticle(null))} />}
      {isOpen && <Item icon="copy" label={words.say('copyChat')} onClick={then(() => void copyAll())} />}
      {isOpen && <Item icon="restart" label={words.say('restart')} onClick={() => onAsk('restart')} />}
      {isOpen && <Item icon="bin" label={words.say('remove')} onClick={() => onAsk('delete')} />}
      <Item icon="lock" label={words.say('privacy')} onClick={() => onAsk('privacy')} />
    </div>
  );
};

const Item = ({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) => (
  <button type="button" class="menu-item" onClick={onClick}><Icon name={icon} />{label}</button>
);

const Toggle = ({ icon, label, on, onClick }: { icon: IconName; label: string; on: boolean; onClick: () => void }) => (
  <button type="button" class="menu-item" aria-pressed={on} onClick={onClick}>
    <Icon name={icon} /><span>{label}</span><span class="switch" aria-hidden="true" />
  </button>
);
