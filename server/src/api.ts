import { authRoutes } from './auth/schema.ts'
import { jobRoutes } from './background-work/schema.ts'
import { companyRoutes } from './companies/schema.ts'
import { customerRoutes } from './customers/schema.ts'
import type { BodyOf, ParamsOf, QueryOf, ResponseOf } from './http/route.ts'
import { importRoutes } from './imports/schema.ts'
import { interactionRoutes } from './interactions/schema.ts'
import { orderRoutes } from './orders/schema.ts'
import { productRoutes } from './products/schema.ts'
import { reportRoutes } from './reports/schema.ts'
import { salesRepresentativeRoutes } from './sales-representatives/schema.ts'
import { searchRoutes } from './search/schema.ts'
import { timelineRoutes } from './timeline/schema.ts'
import { trashRoutes } from './trash/schema.ts'
import { workspaceRoutes } from './workspaces/schema.ts'

/** Every route of the API by its method and path. The web client takes its types from here. */
export const api = {
  ...authRoutes,
  ...workspaceRoutes,
  ...customerRoutes,
  ...companyRoutes,
  ...salesRepresentativeRoutes,
  ...productRoutes,
  ...orderRoutes,
  ...interactionRoutes,
  ...timelineRoutes,
  ...searchRoutes,
  ...reportRoutes,
  ...trashRoutes,
  ...importRoutes,
  ...jobRoutes,
}
export type Api = typeof api

export type Params<K extends keyof Api> = ParamsOf<Api[K]>
export type Query<K extends keyof Api> = QueryOf<Api[K]>
export type Body<K extends keyof Api> = BodyOf<Api[K]>
export type Response<K extends keyof Api> = ResponseOf<Api[K]>
