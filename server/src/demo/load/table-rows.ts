import { interactionRows } from '../rows/interaction-rows.ts'
import { companyRows, customerRows, productRows, representativeRows, type TableRows } from '../rows/rows.ts'
import { itemRows, orderRows } from '../rows/sales-rows.ts'
import type { LoadedTable } from './workspace.ts'

/** The rows of every table that is loaded, in the order in which one table points at another. */
export const tableRows: Readonly<Record<LoadedTable, TableRows>> = {
  sales_representatives: representativeRows,
  companies: companyRows,
  products: productRows,
  customers: customerRows,
  orders: orderRows,
  order_items: itemRows,
  interactions: interactionRows,
}
export const demoTables = Object.keys(tableRows) as LoadedTable[] // It has these keys and no others.
