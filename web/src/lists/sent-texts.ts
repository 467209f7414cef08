/** Texts of a search box that were sent to the address, which may say each of them only later. */
export class SentTexts {
  /** Oldest first; the first is what the address says. */
  #sent: string[]

  constructor(text: string) {
    this.#sent = [text]
  }

  /** What was sent last. */
  get last(): string {
    return this.#sent.at(-1) ?? ''
  }

  send(text: string): void {
    this.#sent.push(text)
  }

  /** Hears what the address says now: true if that was sent from here, false if it was changed from outside. */
  hear(text: string): boolean {
    const at = this.#sent.lastIndexOf(text)
    this.#sent = at < 0 ? [text] : this.#sent.slice(at)
    return at >= 0
  }
}
