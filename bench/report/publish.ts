import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { htmlPage } from './html.ts'
import { markdown, type Report } from './report.ts'

export interface Destination {
  /** Where the reports are written. */
  resultsDir: string
  print: (text: string) => void
}

/** Prints a report and writes it as JSON and Markdown, with charts also as HTML; returns whether every bar holds. */
export function publish(report: Report, { resultsDir, print }: Destination): boolean {
  mkdirSync(resultsDir, { recursive: true })
  const text = markdown(report)
  const path = join(resultsDir, `${report.name}-${report.customers}`)
  writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(`${path}.md`, text)
  if (report.charts) writeFileSync(`${path}.html`, htmlPage(report))
  print(text)
  return report.bars.every(({ holds }) => holds)
}
