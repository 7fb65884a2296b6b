/**
 * Questions to the person before something that cannot be taken back, and the privacy words.
 *
 * In: what to ask. Out: the answer. Called by header.tsx and composer.tsx. The browser's own <dialog> keeps the focus
 * inside, closes on Escape and gives the focus back.
 */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useChat } from '../context';

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

const Dialog = ({ title, onClose, children }: Props) => {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    box.current?.showModal();
  }, []);
  return (
    <dialog ref={box} class="dialog" aria-labelledby="dialog-title" onClose={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
};

const closeDialog = (event: Event): void => (event.currentTarget as HTMLElement).closest('dialog')?.close();

export const ConfirmDelete = ({ onClose }: { onClose: () => void }) => {
  const { words, conversation } = useChat();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const remove = async (event: Event) => {
    if (busy) return;
    const box = (event.currentTarget as HTMLElement).closest('dialog');
    setBusy(true);
    setFailed(false);
    const done = await conversation.erase();
    setBusy(false);
    if (done) box?.close();
    else setFailed(true);
  };
  return (
    <Dialog title={words.say('removeTitle')} onClose={onClose}>
      <p>{words.say('removeBody')}</p>
      {failed && <p class="problem" role="alert">{words.say('removeFailed')}</p>}
      <div class="dialog-buttons">
        <button type="button" class="small-button" onClick={closeDialog}>{words.say('cancel')}</button>
        <button type="button" class="danger-button" aria-disabled={busy} onClick={event => void remove(event)}>
          {words.say(busy ? 'removing' : 'removeYes')}
        </button>
      </div>
    </Dialog>
  );
};

export const ConfirmRestart = ({ onClose }: { onClose: () => void }) => {
  const { words, conversation } = useChat();
  return (
    <Dialog title={words.say('restartTitle')} onClose={onClose}>
      <p>{words.say('restartBody')}</p>
      <div class="dialog-buttons">
        <button type="button" class="small-button" onClick={closeDialog}>{words.say('back')}</button>
        <button
          type="button"
          class="main-button"
          onClick={event => {
            conversation.send(words.say('restartText'));
            closeDialog(event);
          }}
        >
          {words.say('restart')}
        </button>
      </div>
    </Dialog>
  );
};

export const Privacy = ({ onClose }: { onClose: () => void }) => {
  const { words, frame } = useChat();
  const address = frame.settings.privacyUrl || '/privacy';
  return (
    <Dialog title={words.say('privacyTitle')} onClose={onClose}>
      {words.lines('privacyBody').map(line => <p key={line}>{line}</p>)}
      <p><a href={address} target="_blank" rel="noopener noreferrer">{words.say('privacyMore')}</a></p>
      <div class="dialog-buttons"><button type="button" class="main-button" onClick={closeDialog}>{words.say('ok')}</button></div>
    </Dialog>
  );
};

export const VoiceConsent = ({ onAnswer }: { onAnswer: (yes: boolean) => void }) => {
  const { words } = useChat();
  const yes = useRef(false);
  return (
    <Dialog title={words.say('dictateTitle')} onClose={() => onAnswer(yes.current)}>
      {words.lines('dictateBody').map(line => <p key={line}>{line}</p>)}
      <div class="dialog-buttons">
        <button type="button" class="small-button" onClick={closeDialog}>{words.say('dictateNo')}</button>
        <button
          type="button"
          class="main-button"
          onClick={event => {
            yes.current = true;
            closeDialog(event);
          }}
        >
          {words.say('dictateYes')}
        </button>
      </div>
    </Dialog>
  );
};
