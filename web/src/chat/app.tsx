/**
 * The whole chat on one screen.
 *
 * In: conversation, frame, words. Out: the page. Called by main.tsx.
 */

import { useEffect, useReducer, useState } from 'preact/hooks';
import { useChat } from './context';
import { openQuestion, standingEmergency } from './entries';
import { Composer } from './parts/composer';
import { EmergencyBar } from './parts/emergency';
import { Header } from './parts/header';
import { Icon } from './parts/icons';
import { elementId, Log, showStart } from './parts/log';
import type { Prefs } from './prefs';

export const App = ({ prefs, setPrefs }: { prefs: Prefs; setPrefs: (prefs: Prefs) => void }) => {
  const { words, conversation, reader, frame } = useChat();
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [likes, setLikes] = useState(prefs);
  useEffect(() => {
    const end = conversation.watch(() => redraw(undefined));
    reader.onChange = () => redraw(undefined);
    if ('speechSynthesis' in window) speechSynthesis.addEventListener?.('voiceschanged', () => redraw(undefined));
    redraw(undefined); // what happened between drawing and watching
    return end;
  }, []);

  const view = conversation.view;
  const emergency = standingEmergency(view.entries);
  const isOpen = view.phase !== 'deleted';
  const show = () => {
    const block = emergency && document.getElementById(elementId(emergency));
    if (block) showStart(block);
  };

  return (
    <div
      class="app"
      onKeyDown={event => {
        if (event.key === 'Escape' && !(event.target as Element).closest('dialog')) frame.close();
      }}
    >
      <Header prefs={likes} setPrefs={p => { setLikes(p); setPrefs(p); }} isOpen={isOpen && view.entries.length > 0} />
      <main class="main" aria-label={words.say('mainLabel')}>
        {isOpen ? (
          <>
            {emergency?.reply && <EmergencyBar reply={emergency.reply} onShow={show} />}
            <Log view={view} />
            <Composer hasOptions={openQuestion(view.entries) >= 0} />
          </>
        ) : (
          <Deleted />
        )}
      </main>
      {!emergency && (
        <footer class="footer" aria-label={words.say('footerLabel')}>
          <span>{words.say('inEmergency')} <a href={words.boot.emergency.href}>{words.boot.emergency.label}</a></span>
        </footer>
      )}
    </div>
  );
};

const Deleted = () => {
  const { words, conversation } = useChat();
  return (
    <div class="deleted" role="status">
      <p class="deleted-sign"><Icon name="check" /></p>
      <h2>{words.say('deletedTitle')}</h2>
      <p>{words.say('deletedBody')}</p>
      <button type="button" class="main-button" onClick={() => void conversation.open()}>{words.say('startNew')}</button>
    </div>
  );
};
