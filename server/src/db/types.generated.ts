// Generated from the migrated database by `npm run generate`. Do not edit.
import type { ColumnType } from 'kysely'

/** Exact decimal: text when read, text or number when written. */
export type Decimal = ColumnType<string, string | number, string | number>
/** JSON: the value when read, its text when written. */
export type Json = ColumnType<unknown, string, string>
/** May be left out: the database has a default. */
export type Filled<T> = T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>
/** The database computes it. */
export type Computed<T> = T extends ColumnType<infer S, unknown, unknown> ? ColumnType<S, never, never> : ColumnType<T, never, never>

export interface Accounts {
  id: string
  user_id: string
  account_id: string
  provider_id: string
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: string | null
  refresh_token_expires_at: string | null
  scope: string | null
  created_at: Filled<string>
  updated_at: Filled<string>
}

export interface ChangeEvents {
  workspace_id: number
  id: Filled<number>
  object: string
  entity_id: number
  action: string
  changes: Filled<Json>
  version: number
  user_id: string | null
  occurred_at: Filled<string>
  import_id: number | null
}

export interface Companies {
  workspace_id: number
  id: Filled<number>
  name: string
  domain: string | null
  industry: string | null
  employee_count: number | null
  phone: string | null
  address: string | null
  city: string | null
  region: string | null
  postal_code: string | null
  country: string | null
  notes: string | null
  version: Filled<number>
  created_at: Filled<string>
  updated_at: Filled<string>
  deleted_at: string | null
  name_sort: Computed<string>
  domain_key: Computed<string>
  industry_key: Computed<string>
  city_key: Computed<string>
  country_key: Computed<string>
  facets: Computed<number[]>
}

export interface Currencies {
  code: string
  digits: number
}

export interface CustomerEmailClaims {
  workspace_id: number
  email_key: string
  customer_id: number
}

export interface Customers {
  workspace_id: number
  id: Filled<number>
  first_name: Filled<string>
  last_name: Filled<string>
  email: string | null
  phone: string | null
  more_emails: Json | null
  more_phones: Json | null
  job_title: string | null
  company_id: number | null
  assigned_sales_rep_id: number | null
  lifecycle_stage: Filled<string>
  source: string | null
  address: string | null
  city: string | null
  region: string | null
  postal_code: string | null
  country: string | null
  notes: string | null
  email_unique: Filled<boolean>
  version: Filled<number>
  created_at: Filled<string>
  updated_at: Filled<string>
  deleted_at: string | null
  first_name_sort: Computed<string>
  last_name_sort: Computed<string>
  email_key: Computed<string>
  phone_key: Computed<string>
  source_key: Computed<string>
  city_key: Computed<string>
  country_key: Computed<string>
  facets: Computed<number[]>
}

export interface DemoWorkspaces {
  shape: string
  position: number
  workspace_id: number
}

export interface ExternalIds {
  workspace_id: number
  source: string
  object: string
  external_id: string
  entity_id: number
  import_id: number
}

export interface HeldOrders {
  workspace_id: number
  order_id: number
  source: string
  order_key: string
  status: string
  import_id: number
  was_whole: boolean
}

export interface IdempotencyKeys {
  workspace_id: number
  user_id: string
  key: string
  request_hash: string
  response: Json | null
  created_at: Filled<string>
}

export interface ImportErrors {
  workspace_id: number
  import_id: number
  id: Filled<number>
  file: string
  line: number
  column_name: string | null
  reason: string
  cells: string[]
}

export interface ImportNotes {
  workspace_id: number
  import_id: number
  id: Filled<number>
  file: string
  line: number
  column_name: string | null
  note: string
}

export interface Imports {
  workspace_id: number
  id: Filled<number>
  mapping: string
  status: Filled<string>
  files: Filled<Json>
  rows_failed: Filled<number>
  rows_noted: Filled<number>
  orders_incomplete: Filled<number>
  failure: string | null
  user_id: string | null
  created_at: Filled<string>
  heartbeat_at: Filled<string>
  finished_at: string | null
  upload_id: string | null
  job_id: string | null
  definition: Json | null
  runner: string | null
}

export interface Interactions {
  workspace_id: number
  id: Filled<number>
  kind: string
  customer_id: number | null
  company_id: number | null
  sales_rep_id: number | null
  occurred_at: Filled<string>
  duration_minutes: number | null
  subject: Filled<string>
  body: string | null
  version: Filled<number>
  created_at: Filled<string>
  updated_at: Filled<string>
  deleted_at: string | null
}

export interface Invitations {
  workspace_id: number
  id: Filled<number>
  email: string
  role: string
  token_hash: string
  invited_by: string | null
  expires_at: string
  accepted_at: string | null
  created_at: Filled<string>
}

export interface Memberships {
  workspace_id: number
  user_id: string
  role: string
  created_at: Filled<string>
}

export interface Migrations {
  name: string
  compatible_from: string
  applied_at: Filled<string>
}

export interface MissingLines {
  workspace_id: number
  source: string
  order_key: string
  line_key: string
  import_id: number
}

export interface OrderItems {
  workspace_id: number
  id: Filled<number>
  order_id: number
  position: number
  product_id: number
  quantity: Decimal
  unit_price: Decimal
  discount: Filled<Decimal>
  tax_rate: Filled<Decimal>
  order_date: string
  is_sale: boolean
  currency: string
  currency_digits: number
  line_total: Computed<Decimal>
}

export interface Orders {
  workspace_id: number
  id: Filled<number>
  order_number: string
  customer_id: number | null
  company_id: number | null
  sales_rep_id: number | null
  order_date: string
  status: Filled<string>
  currency: string
  currency_digits: number
  discount: Filled<Decimal>
  discount_amount: Filled<Decimal>
  shipping_amount: Filled<Decimal>
  charges_amount: Filled<Decimal>
  tax_amount: Filled<Decimal>
  total_amount: Filled<Decimal>
  net_amount: Computed<Decimal>
  notes: string | null
  version: Filled<number>
  created_at: Filled<string>
  updated_at: Filled<string>
  deleted_at: string | null
  is_sale: Computed<boolean>
  order_number_key: Computed<string>
  order_number_natural: Computed<string>
  facets: Computed<number[]>
}

export interface PasswordResets {
  token_hash: string
  user_id: string
  created_by: string | null
  expires_at: string
  created_at: Filled<string>
}

export interface Products {
  workspace_id: number
  id: Filled<number>
  product_name: string
  sku: string | null
  category: string | null
  description: string | null
  unit_price: Decimal
  currency: string
  unit: Filled<string>
  quantity_digits: Filled<number>
  tax_rate: Filled<Decimal>
  active: Filled<boolean>
  version: Filled<number>
  created_at: Filled<string>
  updated_at: Filled<string>
  deleted_at: string | null
  product_name_sort: Computed<string>
  product_name_natural: Computed<string>
  sku_key: Computed<string>
  category_key: Computed<string>
  facets: Computed<number[]>
}

export interface RecordKinds {
  number: number
  records: string
  object: string
}

export interface SalesRepresentatives {
  workspace_id: number
  id: Filled<number>
  first_name: Filled<string>
  last_name: string
  email: string | null
  phone: string | null
  title: string | null
  region: string | null
  manager_id: number | null
  user_id: string | null
  active: Filled<boolean>
  notes: string | null
  version: Filled<number>
  created_at: Filled<string>
  updated_at: Filled<string>
  deleted_at: string | null
  first_name_sort: Computed<string>
  last_name_sort: Computed<string>
  email_key: Computed<string>
  region_key: Computed<string>
}

export interface SearchCodes {
  workspace_id: number | null
  kind: number | null
  token: string | null
  entity_id: number | null
  sales_rep_id: number | null
}

export interface SearchDocument {
  workspace_id: number
  kind: number
  entity_id: number
  words: string
  codes: string
  sales_rep_id: number | null
}

export interface SearchKinds {
  number: number
  words: string | null
  codes: string
  owner: string
}

export interface SearchSource {
  workspace_id: number | null
  kind: number | null
  entity_id: number | null
  words: string | null
  codes: string | null
  sales_rep_id: number | null
}

export interface SearchToken {
  workspace_id: number
  kind: number
  token: string
  entity_id: number
  sales_rep_id: number | null
}

export interface SearchVocabulary {
  workspace_id: number
  variant: string
  token: string
}

export interface Sessions {
  id: string
  user_id: string
  token: string
  expires_at: string
  ip_address: string | null
  user_agent: string | null
  workspace_id: number | null
  created_at: Filled<string>
  updated_at: Filled<string>
}

export interface Summary {
  workspace_id: number
  kind: string
  period: string
  key: number
  currency: Filled<string>
  n: Decimal
  amount: Filled<Decimal>
}

export interface SummaryChecks {
  workspace_id: number
  checked_at: Filled<string>
  wrong: number
  drift: Json
}

export interface SummaryCurrent {
  workspace_id: number | null
  kind: string | null
  period: string | null
  key: number | null
  currency: string | null
  n: Decimal | null
  amount: Decimal | null
}

export interface SummaryDelta {
  workspace_id: number
  kind: string
  period: Filled<string>
  key: number
  currency: Filled<string>
  n: Decimal
  amount: Filled<Decimal>
}

export interface SummaryKinds {
  kind: string
  plain: string
}

export interface SummaryPlain {
  workspace_id: number | null
  kind: string | null
  period: string | null
  key: number | null
  currency: string | null
  n: Decimal | null
  amount: Decimal | null
}

export interface TrashHandovers {
  workspace_id: number
  object: string
  entity_id: number
  holder: string
  field: string
  holder_id: number
  taken_over_by: number | null
}

export interface UploadPieces {
  workspace_id: number
  upload_id: string
  file: number
  position: number
  bytes: Uint8Array
}

export interface Uploads {
  workspace_id: number
  id: Filled<string>
  created_at: Filled<string>
}

export interface Users {
  id: string
  name: string
  email: string
  email_verified: Filled<boolean>
  image: string | null
  created_at: Filled<string>
  updated_at: Filled<string>
}

export interface Verifications {
  id: string
  identifier: string
  value: string
  expires_at: string
  created_at: Filled<string>
  updated_at: Filled<string>
}

export interface Workspaces {
  id: Filled<number>
  name: string
  time_zone: Filled<string>
  currency: Filled<string>
  country: string | null
  unique_customer_emails: Filled<boolean>
  version: Filled<number>
  created_at: Filled<string>
  trash_days: Filled<number | null>
  trash_days_since: Filled<string>
}

export interface DB {
  accounts: Accounts
  change_events: ChangeEvents
  companies: Companies
  currencies: Currencies
  customer_email_claims: CustomerEmailClaims
  customers: Customers
  demo_workspaces: DemoWorkspaces
  external_ids: ExternalIds
  held_orders: HeldOrders
  idempotency_keys: IdempotencyKeys
  import_errors: ImportErrors
  import_notes: ImportNotes
  imports: Imports
  interactions: Interactions
  invitations: Invitations
  memberships: Memberships
  migrations: Migrations
  missing_lines: MissingLines
  order_items: OrderItems
  orders: Orders
  password_resets: PasswordResets
  products: Products
  record_kinds: RecordKinds
  sales_representatives: SalesRepresentatives
  search_codes: SearchCodes
  search_document: SearchDocument
  search_kinds: SearchKinds
  search_source: SearchSource
  search_token: SearchToken
  search_vocabulary: SearchVocabulary
  sessions: Sessions
  summary: Summary
  summary_checks: SummaryChecks
  summary_current: SummaryCurrent
  summary_delta: SummaryDelta
  summary_kinds: SummaryKinds
  summary_plain: SummaryPlain
  trash_handovers: TrashHandovers
  upload_pieces: UploadPieces
  uploads: Uploads
  users: Users
  verifications: Verifications
  workspaces: Workspaces
}
