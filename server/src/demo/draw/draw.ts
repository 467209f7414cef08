import type { Currency, LifecycleStage } from '../../vocabulary.ts'
import { currencyDigits } from '../../vocabulary.ts'
import { type Calendar, dayOf, type Spread } from './calendar.ts'
import { companyStems, industries, type ProductLine, productLines } from './catalogue.ts'
import { cityOf, drawCity, drawCountry, drawCulture } from './geography.ts'
import { drawLastName, drawPerson, slug } from './people.ts'
import { countries } from './places.ts'
import { PrefixSampler, type Random, type Sampler, sampler, stream, weighted, zipf } from './random.ts'
import type { Counts } from './shapes.ts'

/** What several tables must agree on, by index of the row. Whatever only one table shows is drawn with its row. */
export interface Companies {
  names: string[]
  domains: string[]
  cityIds: Uint16Array
  industries: string[]
  employees: Int32Array
  /** Who looks after the company. */
  representatives: Int32Array
  /** Draws the larger ones more often. */
  bySize: PrefixSampler
}

const REPRESENTATIVE_EXPONENT = 0.7

/** Some representatives have many times the customers of others. */
export function representativeSampler(counts: Counts): Sampler {
  return sampler(zipf(counts.representatives, REPRESENTATIVE_EXPONENT))
}

const drawIndustry = sampler(industries.map(([, weight]) => weight))

export function drawCompanies(random: Random, counts: Counts): Companies {
  const size = counts.companies
  const companies = {
    names: new Array<string>(size),
    domains: new Array<string>(size),
    cityIds: new Uint16Array(size),
    industries: new Array<string>(size),
    employees: new Int32Array(size),
    representatives: new Int32Array(size),
  }
  const representative = representativeSampler(counts)
  const taken = new Set<string>()
  for (let i = 0; i < size; i++) {
    random.at(stream.company, i)
    const cityId = drawCity(random, drawCountry(random))
    const [industry, , words] = industries[drawIndustry(random)] as (typeof industries)[number] // Samplers stay inside.
    const name = drawCompanyName(random, cityId, words)
    companies.names[i] = `${name} ${random.pick(countries[cityOf(cityId).country]?.legal ?? [])}`
    companies.domains[i] = freeDomain(taken, slug(name), cityId)
    companies.cityIds[i] = cityId
    companies.industries[i] = industry
    companies.employees[i] = Math.max(1, Math.round(Math.exp(3.4 + 1.5 * random.normal())))
    companies.representatives[i] = representative(random)
  }
  return {
    ...companies,
    bySize: new PrefixSampler(Float64Array.from(companies.employees, (employees) => employees ** 0.7)),
  }
}

function drawCompanyName(random: Random, cityId: number, words: readonly string[]): string {
  const city = cityOf(cityId)
  const word = random.pick(words)
  const form = random.next()
  if (form < 0.45) return `${random.pick(companyStems)} ${word}`
  const lastName = drawLastName(random, drawCulture(random, city.country))
  if (form < 0.75) return `${lastName} ${word}`
  if (form < 0.87) return `${city.name} ${word}`
  return `${lastName} & ${drawLastName(random, drawCulture(random, city.country))}`
}

/** Endings in .example are reserved: nothing sent from a demo reaches anybody. */
function freeDomain(taken: Set<string>, name: string, cityId: number): string {
  let domain = `${name}.example`
  if (taken.has(domain)) domain = `${name}-${slug(cityOf(cityId).name)}.example`
  for (let number = 2; taken.has(domain); number++) domain = `${name}-${number}.example`
  taken.add(domain)
  return domain
}

export interface Products {
  lines: ProductLine[]
  /** In minor units of the workspace's currency. */
  prices: Float64Array
  draw: Sampler
}

const PRODUCT_EXPONENT = 0.75
/** How many units of the currency buy what one euro buys. */
const PRICE_LEVEL: Partial<Record<Currency, number>> = { JPY: 160, KRW: 1500 }
const drawLine = sampler(productLines.map(({ weight }) => weight))

export function drawProducts(random: Random, counts: Counts, currency: Currency): Products {
  const lines: ProductLine[] = []
  const prices = new Float64Array(counts.products)
  const unit = 10 ** currencyDigits[currency]
  for (let i = 0; i < counts.products; i++) {
    random.at(stream.product, i)
    const line = productLines[drawLine(random)] as ProductLine // Samplers stay inside.
    lines.push(line)
    const price = line.price * (PRICE_LEVEL[currency] ?? 1) * Math.exp(0.55 * random.normal())
    // Prices as shops write them: 49.90, 119.00, 1,250.00.
    prices[i] =
      price < 100 && unit > 1 ? Math.round(price) * unit - unit / 10 : Math.max(1, roundedTo(price, 2)) * unit
  }
  return { lines, prices, draw: sampler(popularity(random, counts.products)) }
}

/** Zipf's weights in random order, so that the best sellers are not the first products. */
function popularity(random: Random, count: number): number[] {
  const weights = zipf(count, PRODUCT_EXPONENT)
  random.at(stream.product, count)
  for (let i = count - 1; i > 0; i--) {
    const other = random.int(0, i)
    const weight = weights[i] as number // Both indexes are inside.
    weights[i] = weights[other] as number
    weights[other] = weight
  }
  return weights
}

/** 1234.5 to two significant digits, in steps of 5: 1250. */
function roundedTo(value: number, digits: number): number {
  const step = (10 ** Math.floor(Math.log10(value)) / 10 ** (digits - 1)) * 0.5
  return Math.round(Math.round(value / step) * step)
}

export interface Customers {
  /** Index of the company; -1 for none. */
  companies: Int32Array
  /** Index of the representative; -1 for nobody. */
  representatives: Int32Array
  cityIds: Uint16Array
  stages: LifecycleStage[]
  firstNameIds: Uint16Array
  moments: Uint32Array
  /** How many customers there were at the beginning of each day. */
  before: Uint32Array
  buyers: PrefixSampler
  contacts: PrefixSampler
}

const COMPANY_SHARE = 0.86
const SAME_REPRESENTATIVE_SHARE = 0.8
const NOBODY_SHARE = 0.03
const SAME_COUNTRY_SHARE = 0.93
const SAME_CITY_SHARE = 0.7
const NEW_CUSTOMER_DAYS = 60
const newStages = weighted<LifecycleStage>([
  ['lead', 60],
  ['prospect', 25],
  ['customer', 15],
])
const oldStages = weighted<LifecycleStage>([
  ['lead', 22],
  ['prospect', 17],
  ['customer', 48],
  ['churned', 13],
])
const contactWeight: Record<LifecycleStage, number> = {
  lead: 0.35,
  prospect: 0.9,
  customer: 1.3,
  churned: 0.6,
}

export function drawCustomers(
  random: Random,
  counts: Counts,
  companies: Companies,
  calendar: Calendar,
  at: Spread,
): Customers {
  const size = counts.customers
  const drawn = emptyCustomers(size, calendar)
  const orderWeights = new Float64Array(size)
  const contactWeights = new Float64Array(size)
  const representative = representativeSampler(counts)
  for (let i = 0; i < size; i++) {
    const moment = at((i + 0.5) / size)
    const company = drawCompanyOf(random.at(stream.customer, i), companies, (i + 1) / size, counts.companies)
    const cityId = drawCityOf(random, companies, company)
    const isNew = moment > calendar.now - NEW_CUSTOMER_DAYS * 86_400
    // The first customer buys, so that even a workspace with a single one has orders.
    const stage = i === 0 ? 'customer' : isNew ? newStages(random) : oldStages(random)
    const eagerness = Math.exp(random.normal())
    orderWeights[i] = stage === 'customer' || stage === 'churned' ? eagerness : 0
    contactWeights[i] = contactWeight[stage] * (0.3 + eagerness)
    drawn.companies[i] = company
    drawn.cityIds[i] = cityId
    drawn.stages[i] = stage
    drawn.moments[i] = moment
    drawn.representatives[i] = drawRepresentativeOf(random, companies, company, representative)
    const person = drawPerson(random.at(stream.person, i), drawCulture(random, cityOf(cityId).country))
    drawn.firstNameIds[i] = person.firstNameId
    drawn.before[Math.min(dayOf(moment) + 1, calendar.days - 1)] = i + 1
  }
  fillGaps(drawn.before)
  return { ...drawn, buyers: new PrefixSampler(orderWeights), contacts: new PrefixSampler(contactWeights) }
}

function emptyCustomers(size: number, calendar: Calendar) {
  return {
    companies: new Int32Array(size),
    representatives: new Int32Array(size),
    cityIds: new Uint16Array(size),
    stages: new Array<LifecycleStage>(size),
    firstNameIds: new Uint16Array(size),
    moments: new Uint32Array(size),
    before: new Uint32Array(calendar.days),
  }
}

/** Days without a new customer have as many as the day before. */
function fillGaps(before: Uint32Array): void {
  for (let day = 1; day < before.length; day++)
    before[day] = Math.max(before[day] as number, before[day - 1] as number) // Inside by the loop.
}

/** The first companies are there before the first customers. */
export const COMPANIES_FIRST = 200

/** Only companies that existed by then: they appear at the same pace as the customers. */
function drawCompanyOf(random: Random, companies: Companies, quantile: number, count: number): number {
  return random.chance(COMPANY_SHARE)
    ? companies.bySize.sample(random, Math.min(count, Math.floor(quantile * count) + COMPANIES_FIRST))
    : -1
}

function drawCityOf(random: Random, companies: Companies, company: number): number {
  const cityId = companies.cityIds[company]
  if (cityId === undefined || !random.chance(SAME_COUNTRY_SHARE)) return drawCity(random, drawCountry(random))
  return random.chance(SAME_CITY_SHARE) ? cityId : drawCity(random, cityOf(cityId).country)
}

function drawRepresentativeOf(
  random: Random,
  companies: Companies,
  company: number,
  sample: Sampler,
): number {
  if (random.chance(NOBODY_SHARE)) return -1
  const ofCompany = companies.representatives[company]
  return ofCompany !== undefined && random.chance(SAME_REPRESENTATIVE_SHARE) ? ofCompany : sample(random)
}
