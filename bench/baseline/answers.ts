import type { CustomerPatch } from '../../server/src/customers/schema.ts'
import type { InteractionCreate } from '../../server/src/interactions/schema.ts'
import type { OrderCreate } from '../../server/src/orders/schema.ts'
import type { Scope } from '../../server/src/scope.ts'

/** The query of a request, as its parameters. */
export type Parameters = Record<string, string | undefined>

/** Everything that the sales team's requests need; a stage of the ladder is one way to answer them. */
export interface Answers {
  listCustomers: (scope: Scope, query: Parameters) => Promise<unknown>
  listOrders: (scope: Scope, query: Parameters) => Promise<unknown>
  readCustomer: (scope: Scope, id: number) => Promise<unknown>
  readTimeline: (scope: Scope, id: number) => Promise<unknown>
  search: (scope: Scope, q: string) => Promise<unknown>
  topProducts: (scope: Scope) => Promise<unknown>
  revenueByMonth: (scope: Scope) => Promise<unknown>
  representatives: (scope: Scope) => Promise<unknown>
  customersByStage: (scope: Scope) => Promise<unknown>
  averageOrder: (scope: Scope) => Promise<unknown>
  ordersAboveAverage: (scope: Scope) => Promise<unknown>
  patchCustomer: (scope: Scope, id: number, patch: CustomerPatch) => Promise<unknown>
  createInteraction: (scope: Scope, input: InteractionCreate) => Promise<unknown>
  createOrder: (scope: Scope, input: OrderCreate) => Promise<unknown>
}

/** A refusal with its status. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`status ${status}`)
    this.status = status
  }
}
