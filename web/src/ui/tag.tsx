import type { Option } from '../vocabulary.ts'

/** A value with its fixed hue: a dot and a tint. Values without a hue stay plain text. */
export function Tag({ option }: { option: Option }) {
  if (option.hue === undefined) return <span dir="auto">{option.label}</span>
  return (
    <span
      style={{ '--hue': option.hue }}
      className="tint inline-flex h-5 align-middle items-center gap-1.5 rounded px-1.5 text-label font-medium"
    >
      <span className="tint-dot size-1.5 rounded-full" />
      {option.label}
    </span>
  )
}
