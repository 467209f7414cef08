import { type Chart, notesOf, type Report, seenLines, type Table, verdict } from './report.ts'

const WIDTH = 860
const LABEL_WIDTH = 260
const VALUE_WIDTH = 90
const BAR_HEIGHT = 16
const ROW_GAP = 10
const COLOURS = ['#2f6feb', '#e0823d', '#2d9d78']
const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
  table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
  th, td { border-bottom: 1px solid #d6dbe3; padding: .3rem .7rem; text-align: right; }
  th:first-child, td:first-child { text-align: left; }
  .missed { color: #b3261e; font-weight: 600; }
  figure { margin: 2rem 0; overflow-x: auto; }`

/** The report as one file that needs nothing else. */
export function htmlPage(report: Report): string {
  const { title, bars, tables, charts = [], method, seen } = report
  const notes = notesOf(report)
  const barRows = bars.map((bar) => {
    const verdictCell = `<td${bar.holds ? '' : ' class="missed"'}>${verdict(bar)}</td>`
    return `<tr><td>${escaped(bar.text)}</td><td>${escaped(bar.measured)}</td>${verdictCell}</tr>`
  })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<table><tr><th>bar</th><th>measured</th><th>verdict</th></tr>${barRows.join('\n')}</table>
${charts.map(figure).join('\n')}
${tables.map(htmlTable).join('\n')}
<h2>How it was measured</h2>${htmlList(method)}
${notes.length ? `<h2>Notes</h2>${htmlList(notes)}` : ''}
<h2>Where</h2>${htmlList(seenLines(seen))}
</body></html>
`
}

function figure(chart: Chart): string {
  const scale = scaleOf(chart)
  const rowHeight = chart.series.length * BAR_HEIGHT + ROW_GAP
  const height = chart.rows.length * rowHeight
  const bars = chart.rows.flatMap(({ label, values }, row) => [
    `<text x="${LABEL_WIDTH - 8}" y="${row * rowHeight + BAR_HEIGHT - 3}" text-anchor="end">${escaped(label)}</text>`,
    ...values.map((value, series) => bar(value, scale(value), row * rowHeight + series * BAR_HEIGHT, series)),
  ])
  const legend = chart.series.map(
    (name, index) => `<span style="color:${COLOURS[index % COLOURS.length]}">■</span> ${escaped(name)}`,
  )
  const axis = chart.logarithmic ? ', logarithmic' : ''
  return `<figure><h2>${escaped(chart.title)}</h2><p>${legend.join(' &nbsp; ')} (${escaped(chart.unit)}${axis})</p>
<svg width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(chart.title)}" font-size="12">
${bars.join('\n')}
</svg></figure>`
}

function bar(value: number, length: number, y: number, series: number): string {
  const colour = COLOURS[series % COLOURS.length]
  const text = value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
  return `<rect x="${LABEL_WIDTH}" y="${y}" width="${length.toFixed(1)}" height="${BAR_HEIGHT - 2}" fill="${colour}"/><text x="${(LABEL_WIDTH + length + 6).toFixed(1)}" y="${y + BAR_HEIGHT - 4}">${text}</text>`
}

function scaleOf({ rows, logarithmic }: Chart): (value: number) => number {
  const values = rows.flatMap((row) => row.values).filter((value) => value > 0)
  const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
  const max = Math.max(...values, Number.MIN_VALUE)
  if (!logarithmic) return (value) => (value / max) * room
  // A little below the smallest, so that its bar can be seen.
  const min = Math.min(...values) / 2
  return (value) => (value <= min ? 1 : (Math.log(value / min) / Math.log(max / min)) * room)
}

function htmlTable({ caption, columns, rows }: Table): string {
  const head = columns.map((column) => `<th>${escaped(column)}</th>`).join('')
  const body = rows.map(
    (row) => `<tr>${row.map((cell) => `<td>${escaped(String(cell))}</td>`).join('')}</tr>`,
  )
  return `<h2>${escaped(caption)}</h2><table><tr>${head}</tr>\n${body.join('\n')}</table>`
}

function htmlList(lines: string[]): string {
  return `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
