import type { Page } from '@playwright/test'
import { sql } from 'kysely'
import { signInAs } from '../../server/test/fixtures/sign-in.ts'
import type { BrowserTest } from './browser.ts'

/** A workspace with an owner, and `customers` customers, companies, products and orders in it. */
export async function fillWorkspace(
  { app }: BrowserTest,
  customers: number,
): Promise<{ workspaceId: number; cookie: string }> {
  const { scope, cookie } = await signInAs(app, 'owner')
  await fill(app, scope.workspaceId, customers)
  return { workspaceId: scope.workspaceId, cookie }
}

/** `customers` customers and one of everything else, in a workspace that has none yet. */
export async function fill(app: BrowserTest['app'], workspace: number, customers: number): Promise<void> {
  await sql`
    INSERT INTO sales_representatives (workspace_id, first_name, last_name) VALUES (${workspace}, 'Rita', 'Rep')`.execute(
    app.db,
  )
  await sql`
    INSERT INTO companies (workspace_id, name, domain, city) VALUES (${workspace}, 'Acme', 'acme.example', 'Oslo')`.execute(
    app.db,
  )
  await sql`
    INSERT INTO customers (workspace_id, first_name, last_name, email, city, company_id, assigned_sales_rep_id, created_at)
    SELECT ${workspace}, 'Ann', 'Customer ' || lpad(i::text, 7, '0'), 'ann' || i || '@example.com', 'Oslo',
      (SELECT id FROM companies WHERE workspace_id = ${workspace}),
      (SELECT id FROM sales_representatives WHERE workspace_id = ${workspace}), now() - i * interval '1 minute'
    FROM generate_series(1, ${customers}) AS i`.execute(app.db)
  await sql`
    INSERT INTO products (workspace_id, product_name, sku, unit_price, currency) VALUES (${workspace}, 'Oak chair', 'CH-1', 99.99, 'EUR')`.execute(
    app.db,
  )
  await sql`
    INSERT INTO orders (workspace_id, order_number, customer_id, order_date, status, currency, currency_digits, total_amount)
    SELECT ${workspace}, 'A-1', min(id), current_date, 'confirmed', 'EUR', 2, 199.98 FROM customers WHERE workspace_id = ${workspace}`.execute(
    app.db,
  )
  await sql`
    INSERT INTO order_items (workspace_id, order_id, position, product_id, quantity, unit_price, order_date, is_sale, currency, currency_digits)
    SELECT o.workspace_id, o.id, 1, p.id, 2, 99.99, o.order_date, o.is_sale, o.currency, o.currency_digits
    FROM orders o JOIN products p USING (workspace_id) WHERE o.workspace_id = ${workspace}`.execute(app.db)
}

/** Makes a visitor the signed-in person of a session. */
export async function enter(page: Page, cookie: string, url: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=')
  await page.context().addCookies([{ name, value: cookie.slice(name.length + 1) || value, url }])
}

/** "Deleted Person", who is in the trash since yesterday. */
export async function addDeletedPerson({ app }: BrowserTest, workspaceId: number): Promise<void> {
  await sql`
    INSERT INTO customers (workspace_id, first_name, last_name, email, deleted_at)
    VALUES (${workspaceId}, 'Deleted', 'Person', 'deleted@example.com', now() - interval '1 day')`.execute(
    app.db,
  )
}
