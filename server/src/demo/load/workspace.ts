import type { Currency } from '../../vocabulary.ts'
import {
  type Calendar,
  customerSpread,
  interactionSpread,
  orderSpread,
  type Spread,
} from '../draw/calendar.ts'
import {
  type Companies,
  type Customers,
  drawCompanies,
  drawCustomers,
  drawProducts,
  type Products,
} from '../draw/draw.ts'
import { Random, stream } from '../draw/random.ts'
import { type Counts, countsOf, type WorkspaceShape } from '../draw/shapes.ts'

/** The tables that are loaded: those of the kinds that a demo has so many of, and the lines of orders. */
export type LoadedTable = 'sales_representatives' | Exclude<keyof Counts, 'representatives'> | 'order_items'

/** The id of the first row, by table; row i has the id `first + i`. */
export type FirstIds = Record<LoadedTable, number>

/** What the rows of a workspace are made from. What is kept in memory is some 60 bytes a customer. */
export interface DemoWorkspace {
  id: number
  firstIds: FirstIds
  name: string
  currency: Currency
  timeZone: string
  counts: Counts
  random: Random
  timeline: Timeline
  companies: Companies
  products: Products
  customers: Customers
}

export interface Timeline {
  calendar: Calendar
  customers: Spread
  orders: Spread
  interactions: Spread
}

export function timelineOf(calendar: Calendar): Timeline {
  return {
    calendar,
    customers: customerSpread(calendar),
    orders: orderSpread(calendar),
    interactions: interactionSpread(calendar),
  }
}

/**
 * Draws everything about a workspace that more than one table depends on. `index` tells the workspaces of a shape
 * apart. Its id and the first ids of its rows are set when they are reserved.
 */
export function drawWorkspace(
  shape: WorkspaceShape,
  index: number,
  seed: number,
  timeline: Timeline,
): DemoWorkspace {
  const random = new Random(new Random(seed).at(stream.workspace, index).int(0, 2 ** 31))
  const counts = countsOf(shape)
  const companies = drawCompanies(random, counts)
  return {
    id: 0,
    firstIds: {} as FirstIds, // Set with the id.
    name: shape.name,
    currency: shape.currency,
    timeZone: shape.timeZone,
    counts,
    random,
    timeline,
    companies,
    products: drawProducts(random, counts, shape.currency),
    customers: drawCustomers(random, counts, companies, timeline.calendar, timeline.customers),
  }
}
