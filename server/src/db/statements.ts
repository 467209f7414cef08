/** What a statement may hold that must be read over: comments, quoted text, dollar-quoted text. Sticky. */
const SPANS = [
  /--[^\n]*/y,
  /\/\*[\s\S]*?\*\//y,
  /[eE]'(?:[^'\\]|''|\\[\s\S])*'/y,
  /'(?:[^']|'')*'/y,
  /"(?:[^"]|"")*"/y,
  /\$(\w*)\$[\s\S]*?\$\1\$/y,
  /\w+/y,
]

interface Piece {
  text: string
  comment: boolean
}

/** The text in pieces that belong together: a comment, a quoted text, a word, or one other sign. */
function pieces(sql: string): Piece[] {
  const found: Piece[] = []
  for (let at = 0; at < sql.length; at += found.at(-1)?.text.length ?? 1) {
    const span = SPANS.map((pattern) => matchAt(pattern, sql, at)).find((text) => text !== undefined)
    const text = span ?? sql.charAt(at)
    found.push({ text, comment: /^(--|\/\*)/.test(text) })
  }
  return found
}

function matchAt(pattern: RegExp, sql: string, at: number): string | undefined {
  // "e" of a word such as `value'…'` does not begin a text; words are read whole, so it is never looked at alone.
  pattern.lastIndex = at
  return pattern.exec(sql)?.[0]
}

/** The statements of a file, in order, without comments, with single blanks outside of quoted text. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = []
  let current = ''
  for (const { text, comment } of pieces(sql)) {
    if (text === ';') {
      statements.push(current)
      current = ''
    } else if (comment || /^\s$/.test(text)) {
      if (!current.endsWith(' ')) current += ' '
    } else current += text
  }
  return [...statements, current].map((statement) => statement.trim()).filter((statement) => statement !== '')
}

/** The parts between the commas that stand in no parentheses: the actions of an ALTER TABLE. */
export function partsOf(list: string): string[] {
  const parts = ['']
  let depth = 0
  for (const { text } of pieces(list)) {
    if (text === '(') depth++
    if (text === ')') depth--
    if (text === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += text
  }
  return parts.map((part) => part.trim())
}
