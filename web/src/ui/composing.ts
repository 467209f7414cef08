/** What browsers report for a key that an input method has taken; Safari does so after the composition has ended. */
const TAKEN_KEY_CODE = 229
const TAKEN_KEYS = ['Process', 'Dead', 'Unidentified']

/** Whether a key press belongs to an input method or a dead key, and so is no command. */
export function isComposing(event: { key: string; keyCode: number; isComposing: boolean }): boolean {
  return event.isComposing || event.keyCode === TAKEN_KEY_CODE || TAKEN_KEYS.includes(event.key)
}
