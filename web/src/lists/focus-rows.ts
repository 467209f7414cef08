/** From the search or a filter back to the rows of the list. */
export function focusRows(): void {
  document.querySelector<HTMLElement>('[role=grid]')?.focus({ preventScroll: true })
}
