import type { Seen } from './machine.ts'

/** Other work than this share of the cores is too much. */
const BUSY_SHARE = 1

/** What a bench must reach, and what it did. */
export interface Bar {
  text: string
  measured: string
  holds: boolean
}

export interface Table {
  caption: string
  columns: string[]
  rows: (string | number)[][]
}

/** Horizontal bars, one for each label and series. */
export interface Chart {
  title: string
  unit: string
  /** Each step of the axis is ten times the one before: for values that differ by orders of magnitude. */
  logarithmic: boolean
  series: string[]
  rows: { label: string; values: number[] }[]
}

export interface Report {
  name: string
  title: string
  customers: number
  /** How it was measured, a sentence each. */
  method: string[]
  bars: Bar[]
  tables: Table[]
  charts?: Chart[]
  /** What a reader should know before trusting the figures. */
  notes: string[]
  seen: Seen
}

/** A machine that does other work disturbs rates and tails most of all; whoever reads the figures must know. */
export function notesOf({ notes, seen }: Report): string[] {
  if (seen.loadBefore <= seen.cores * BUSY_SHARE) return notes
  const busy = `THE MACHINE WAS BUSY when this began: ${seen.loadBefore} processes wanted its ${seen.cores} cores. Rates and latencies are not what this machine can do, and verdicts may be wrong either way; run it again on a quiet one.`
  return [busy, ...notes]
}

export function verdict({ holds }: Bar): string {
  return holds ? 'holds' : 'MISSED'
}

/** The report as Markdown. */
export function markdown(report: Report): string {
  const { title, method, bars, tables, seen } = report
  const allNotes = notesOf(report)
  return `${[
    `# ${title}`,
    table(
      ['bar', 'measured', 'verdict'],
      bars.map((bar) => [bar.text, bar.measured, verdict(bar)]),
    ),
    ...tables.map(({ caption, columns, rows }) => `## ${caption}\n\n${table(columns, rows)}`),
    `## How it was measured\n\n${list(method)}`,
    ...(allNotes.length ? [`## Notes\n\n${list(allNotes)}`] : []),
    `## Where\n\n${list(seenLines(seen))}`,
  ].join('\n\n')}\n`
}

export function seenLines(seen: Seen): string[] {
  return [
    `${seen.at}, commit ${seen.commit}`,
    `${seen.cpu}, ${seen.cores} cores, ${seen.memoryGb} GB, ${seen.system}; load before: ${seen.loadBefore}`,
    `Node ${seen.node}, PostgreSQL ${seen.postgresql}`,
    seen.data,
  ]
}

function list(lines: string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}

function table(columns: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'))
  return [line(columns), line(rule), ...rows.map(line)].join('\n')
}

/** A duration as a person reads it. */
export function ms(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

export function perSecond(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
}

export function times(value: number): string {
  return `${value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)}×`
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
