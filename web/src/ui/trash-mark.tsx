/** Beside the name of a record that is in the trash; a link of the name leads to it there. */
export function TrashMark() {
  return <span className="flex-none text-label text-muted">in trash</span>
}

/** The same in one line of words. */
export function trashWords(name: string | null, inTrash: boolean): string | null {
  return name && inTrash ? `${name} (in trash)` : name
}
