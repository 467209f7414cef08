import { classes } from './classes.ts'

const hues = [25, 60, 85, 120, 145, 175, 200, 230, 260, 290, 320, 350]

/** A word may begin with a bracket or a quote. */
const LETTER = /[\p{L}\p{N}]/u

/** The same name always gets the same hue. */
function hueOf(name: string): number {
  let hash = 0
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return hues[hash % hues.length] ?? 0
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).flatMap((word) => LETTER.exec(word)?.[0] ?? [])
  return [words[0], words.length > 1 ? words.at(-1) : ''].join('').toUpperCase()
}

const sizes = {
  small: 'size-5 rounded text-[10px]',
  large: 'size-11 rounded-card text-record',
}

export function Avatar({ name, size = 'small' }: { name: string; size?: keyof typeof sizes }) {
  return (
    <span
      aria-hidden
      dir="auto"
      style={{ '--hue': hueOf(name) }}
      className={classes('tint inline-flex flex-none items-center justify-center font-semibold', sizes[size])}
    >
      {initialsOf(name)}
    </span>
  )
}
