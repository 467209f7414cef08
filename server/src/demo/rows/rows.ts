import type { Cell } from '../../db/copy.ts'
import { dayOf, timestampText } from '../draw/calendar.ts'
import { customerNotes, jobTitles, mailProviders, productSeries, sources } from '../draw/catalogue.ts'
import { COMPANIES_FIRST, type Companies } from '../draw/draw.ts'
import { cityOf, drawCulture, drawPhone, drawPostalCode, drawStreet } from '../draw/geography.ts'
import { drawPerson, type Person } from '../draw/people.ts'
import { countries } from '../draw/places.ts'
import { type Random, stream, weighted } from '../draw/random.ts'
import { amountText } from '../draw/shapes.ts'
import type { DemoWorkspace } from '../load/workspace.ts'

/** The columns of a table that the rows fill, and the rows, in the order of their ids. */
export interface TableRows {
  columns: readonly string[]
  rows: (workspace: DemoWorkspace) => Generator<readonly Cell[]>
}

const DAY_SECONDS = 86_400
const regions = [
  'Germany, Austria, Switzerland',
  'United Kingdom and Ireland',
  'North America',
  'Southern Europe',
  'Benelux',
  'Nordics',
  'Asia',
]
const TEAM_SIZE = 9
const homeCountries = [0, 1, 2, 3, 4, 5, 6]

export const representativeRows: TableRows = {
  columns: [
    'workspace_id',
    'id',
    'first_name',
    'last_name',
    'email',
    'phone',
    'title',
    'region',
    'manager_id',
    'active',
    'created_at',
    'updated_at',
  ],
  *rows({ id, firstIds, counts, random, timeline: { calendar } }) {
    const first = firstIds.sales_representatives
    const managers = Math.ceil(counts.representatives / TEAM_SIZE)
    for (let i = 0; i < counts.representatives; i++) {
      random.at(stream.representative, i)
      const country = random.pick(homeCountries)
      const person = drawPerson(random, drawCulture(random, country))
      const isManager = i < managers
      const since = timestampText(calendar, i * 60)
      // The last one of every team has left.
      const active = isManager || i % TEAM_SIZE !== TEAM_SIZE - 1
      const email = `${person.firstSlug}.${person.lastSlug}@sales.example`
      const title = isManager
        ? 'Sales Manager'
        : random.pick(['Sales Representative', 'Account Executive', 'Key Account Manager'])
      const manager = isManager ? (i === 0 ? null : first) : first + (i % managers)
      yield [
        id,
        first + i,
        person.first,
        person.last,
        email,
        drawPhone(random, country),
        title,
        random.pick(regions),
        manager,
        active,
        since,
        since,
      ]
    }
  },
}

export const companyRows: TableRows = {
  columns: [
    'workspace_id',
    'id',
    'name',
    'domain',
    'industry',
    'employee_count',
    'phone',
    'address',
    'city',
    'region',
    'postal_code',
    'country',
    'created_at',
    'updated_at',
  ],
  *rows({ id, firstIds, counts, random, companies, timeline }) {
    for (let i = 0; i < counts.companies; i++) {
      random.at(stream.company, counts.companies + i)
      const city = cityOf(companies.cityIds[i] ?? 0)
      const moment = timeline.customers(Math.max(0, i - COMPANIES_FIRST) / counts.companies)
      const since = timestampText(timeline.calendar, moment)
      const updated = timestampText(timeline.calendar, later(random, moment, timeline.calendar.now))
      yield [
        id,
        firstIds.companies + i,
        companies.names[i] ?? '',
        companies.domains[i] ?? null,
        companies.industries[i] ?? null,
        companies.employees[i] ?? null,
        random.chance(0.8) ? drawPhone(random, city.country) : null,
        drawStreet(random, city.country),
        city.name,
        city.region,
        drawPostalCode(random, city.country),
        countries[city.country]?.name ?? null,
        since,
        updated,
      ]
    }
  },
}

export const productRows: TableRows = {
  columns: [
    'workspace_id',
    'id',
    'product_name',
    'sku',
    'category',
    'description',
    'unit_price',
    'currency',
    'unit',
    'quantity_digits',
    'active',
    'created_at',
    'updated_at',
  ],
  *rows({ id, firstIds, counts, random, products, currency, timeline: { calendar } }) {
    const taken = new Set<string>()
    for (const [i, line] of products.lines.entries()) {
      random.at(stream.product, counts.products + 1 + i)
      let name = `${random.pick(productSeries)} ${random.pick(line.kinds)}, ${random.pick(line.variants)}`
      for (let edition = 2; taken.has(name); edition++)
        name = `${name.replace(/ \(edition \d+\)$/, '')} (edition ${edition})`
      taken.add(name)
      const sku = `${line.code}-${String(i + 1).padStart(5, '0')}`
      const description = random.chance(0.4)
        ? `${line.category}: ${name}. Delivered within five working days.`
        : null
      const since = timestampText(calendar, i)
      const price = amountText(products.prices[i] ?? 0, currency)
      yield [
        id,
        firstIds.products + i,
        name,
        sku,
        line.category,
        description,
        price,
        currency,
        line.category === 'Services' ? 'hour' : 'piece',
        line.category === 'Services' ? 2 : 0,
        !random.chance(0.06),
        since,
        since,
      ]
    }
  },
}

const drawJobTitle = weighted(jobTitles)
const drawSource = weighted(sources)
/** A few come from a list that was imported late: they are older than their neighbours. */
const BACKDATED_SHARE = 0.03

export const customerRows: TableRows = {
  columns: [
    'workspace_id',
    'id',
    'first_name',
    'last_name',
    'email',
    'phone',
    'job_title',
    'company_id',
    'assigned_sales_rep_id',
    'lifecycle_stage',
    'source',
    'address',
    'city',
    'region',
    'postal_code',
    'country',
    'notes',
    'created_at',
    'updated_at',
  ],
  *rows(workspace) {
    for (let i = 0; i < workspace.counts.customers; i++) yield customerRow(workspace, i)
  },
}

function customerRow(
  { id, firstIds, random, companies, customers, timeline: { calendar } }: DemoWorkspace,
  i: number,
): Cell[] {
  const company = customers.companies[i] ?? -1
  const representative = customers.representatives[i] ?? -1
  const city = cityOf(customers.cityIds[i] ?? 0)
  const person = drawPerson(random.at(stream.person, i), drawCulture(random, city.country))
  random.at(stream.customerRow, i)
  const moment = customers.moments[i] ?? 0
  const created = random.chance(BACKDATED_SHARE)
    ? Math.max(0, moment - random.int(1, 20 * DAY_SECONDS))
    : moment
  const hasAddress = random.chance(0.6)
  return [
    id,
    firstIds.customers + i,
    person.first,
    person.last,
    random.chance(0.95) ? emailOf(random, person, company, companies) : null,
    random.chance(0.87) ? drawPhone(random, city.country) : null,
    random.chance(0.75) ? drawJobTitle(random) : null,
    company < 0 ? null : firstIds.companies + company,
    representative < 0 ? null : firstIds.sales_representatives + representative,
    customers.stages[i] ?? 'lead',
    random.chance(0.92) ? drawSource(random) : null,
    hasAddress ? drawStreet(random, city.country) : null,
    city.name,
    city.region,
    hasAddress ? drawPostalCode(random, city.country) : null,
    countries[city.country]?.name ?? null,
    random.chance(0.12) ? random.pick(customerNotes) : null,
    timestampText(calendar, created),
    timestampText(calendar, later(random, created, calendar.now)),
  ]
}

const BIG_COMPANY = 100

/** Companies have a pattern for their addresses. Where many people are, names are taken and digits follow. */
function emailOf(random: Random, person: Person, company: number, companies: Companies): string {
  const { firstSlug, lastSlug } = person
  const domain = companies.domains[company]
  if (domain === undefined) {
    return `${firstSlug}.${lastSlug}${random.int(1, 9999)}@${random.pick(mailProviders)}`
  }
  const isBig = (companies.employees[company] ?? 0) > BIG_COMPANY
  const digits = random.chance(isBig ? 0.6 : 0.05) ? String(random.int(2, isBig ? 400 : 40)) : ''
  const initial = company % 4 === 0 && !isBig
  return `${initial ? firstSlug.charAt(0) : firstSlug}.${lastSlug}${digits}@${domain}`
}

/** Most records were touched again some time after they were made, but never after now. */
function later(random: Random, moment: number, now: number): number {
  return random.chance(0.3) ? moment : Math.floor(moment + random.next() * (now - moment))
}

/** Days from an event to now. */
export function age(workspace: DemoWorkspace, moment: number): number {
  return workspace.timeline.calendar.days - 1 - dayOf(moment)
}
