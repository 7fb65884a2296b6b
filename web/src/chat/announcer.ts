/**
 * Says new messages to screen readers, each once.
 *
 * In: text. Out: text in one of two hidden live regions, taken out again a little later. Called by main.tsx.
 *
 * Why not make the visible log live: its buttons, ticks and send states change all the time, and screen readers read
 * such changes again, or read half of a complex message. Bot Framework Web Chat went the same way (its pull requests
 * 3236 and 3287): a visible conversation that is not live, and beside it a place for plain text that comes and goes.
 * An emergency is the exception: its block in the conversation is itself the alert (see parts/emergency.tsx), and only
 * what follows it is said here.
 */

/** Long enough for every screen reader to queue the text, short enough not to be met when browsing the page. */
export const KEPT_MS = 7000;
/** After an alert, so that the alert is read first. */
export const AFTER_ALERT_MS = 1200;

export class Announcer {
  constructor(
    private readonly log: HTMLElement,
    private readonly status: HTMLElement,
  ) {}

  /** A new message. */
  message(text: string, delayMs = 0): void {
    this.put(this.log, text, delayMs);
  }

  /** Something about the chat itself: offline, copied, listening. The newest replaces the one before. */
  note(text: string): void {
    this.status.replaceChildren();
    this.put(this.status, text, 50);
  }

  private put(region: HTMLElement, text: string, delayMs: number): void {
    setTimeout(() => {
      const line = document.createElement('p');
      line.textContent = text;
      region.append(line);
      setTimeout(() => line.remove(), KEPT_MS);
    }, delayMs);
  }
}
