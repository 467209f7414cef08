import { type Stage, stages } from '../baseline/stages.ts'
import type { Seen } from '../report/machine.ts'
import { ms, percent, perSecond, type Report, type Table, times } from '../report/report.ts'
import type { Load, Measured } from './measure.ts'

const CLAIM = { responseTime: 0.4, throughput: 1.5 }
const BAR = { responseTime: 0.9, throughput: 10 }

interface Outcome {
  customers: number
  rounds: number
  load: Omit<Load, 'seed'>
  medians: Map<string, Measured>
  seen: Seen
}

interface Row {
  stage: Stage
  measured: Measured
}

export function impactReport({ customers, rounds, load, medians, seen }: Outcome): Report {
  const rows = stages.flatMap((stage): Row[] => {
    const measured = medians.get(stage.name)
    return measured ? [{ stage, measured }] : []
  })
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) throw new Error('Nothing was measured.')
  const saved = 1 - last.measured.latency.p95 / first.measured.latency.p95
  const gained = last.measured.throughput / first.measured.throughput
  return {
    name: 'impact',
    title: 'Impact: from an untuned system to Rapport',
    customers,
    bars: [
      {
        text: `p95 at the same load: ${percent(BAR.responseTime)} less`,
        measured: `${percent(saved)} less`,
        holds: saved >= BAR.responseTime,
      },
      {
        text: `requests/s at p95 within ${load.p95MaxMs} ms: ${BAR.throughput} times`,
        measured: gainedText(first.measured, last.measured),
        holds: gained >= BAR.throughput,
      },
    ],
    tables: [ladder(rows, load), screenTable(first, last)],
    charts: [
      {
        title: 'Response time, p95 at the same load',
        unit: 'ms',
        logarithmic: true,
        series: ['p95'],
        rows: rows.map(({ stage, measured }) => ({ label: stage.name, values: [measured.latency.p95] })),
      },
      {
        title: `Throughput at p95 within ${load.p95MaxMs} ms`,
        unit: 'requests/s',
        logarithmic: true,
        series: ['requests/s'],
        rows: rows.map(({ stage, measured }) => ({ label: stage.name, values: [measured.throughput] })),
      },
      {
        title: 'Processor time for a request',
        unit: 'ms',
        logarithmic: true,
        series: ['ms'],
        rows: rows.map(({ stage, measured }) => ({
          label: stage.name,
          values: [measured.cpuMsPerRequest],
        })),
      },
    ],
    method: [
      'The mix of a sales team: lists 35 %, record pages with their timeline 20 %, search and look-ups by last name 15 %, reports 10 %, writes 20 %; over the six largest workspaces in proportion to their size, few records getting most of the attention.',
      `Response times: Poisson arrivals at ${load.rate.toFixed(1)} requests/s for every stage (what the untuned system bears without a queue), counted from the moment a request was due, so that waiting is not hidden. Throughput: the highest rate of such arrivals at which p95 stays within ${load.p95MaxMs} ms and at most one request in a thousand fails.`,
      `${rounds} interleaved rounds, one stage running at a time; medians. Time in the database is PostgreSQL's own total of all statements, without planning. Processor time is that of web process and PostgreSQL together: the figure that other programs on the machine disturb least.`,
      ...stages.map(({ name, adds }, index) => `${index + 1}. ${name}: ${adds}.`),
    ],
    notes: [
      'The stages up to "indexes" work on copies of the tables without triggers, so their writes cost less than in the stages that keep summaries and search tokens.',
      'An untuned system that cannot meet the bound at any rate has a throughput of 0; the factor is then not a number but "beyond measure", and the bar holds.',
      'Load generator, web process and PostgreSQL share the cores of one machine.',
    ],
    seen,
  }
}

function gainedText(first: Measured, last: Measured): string {
  const from = perSecond(first.throughput)
  const gained = first.throughput > 0 ? times(last.throughput / first.throughput) : 'beyond measure'
  return `${gained} (${from} → ${perSecond(last.throughput)})`
}

function ladder(rows: Row[], load: Omit<Load, 'seed'>): Table {
  const columns = [
    'stage',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'p95 less',
    `requests/s within ${load.p95MaxMs} ms`,
    'times',
    'database ms/request',
    'processor ms/request',
    'failed',
  ]
  const first = rows[0]?.measured
  const claims = [
    ['published claim', '', '', '', percent(CLAIM.responseTime), '', times(CLAIM.throughput), '', '', ''],
    ['bar', '', '', '', percent(BAR.responseTime), '', times(BAR.throughput), '', '', ''],
  ]
  const measured = rows.map(({ stage, measured: { latency, throughput, errorShare, ...each } }) => [
    stage.name,
    ms(latency.p50),
    ms(latency.p95),
    ms(latency.p99),
    first ? percent(1 - latency.p95 / first.latency.p95) : '',
    perSecond(throughput),
    first && first.throughput > 0 ? times(throughput / first.throughput) : '–',
    ms(each.databaseMsPerRequest),
    ms(each.cpuMsPerRequest),
    percent(errorShare),
  ])
  return {
    caption: 'Technique by technique, each added to those above it',
    columns,
    rows: [...claims, ...measured],
  }
}

function screenTable(first: Row, last: Row): Table {
  const rows = Object.entries(first.measured.byScreen).map(([screen, before]) => {
    const after = last.measured.byScreen[screen]
    return [screen, ms(before.p50), after ? ms(after.p50) : '–', after ? times(before.p50 / after.p50) : '–']
  })
  return {
    caption: 'Each screen, p50 in ms',
    columns: ['screen', first.stage.name, last.stage.name, 'faster'],
    rows,
  }
}
