import { Printer } from 'lucide-react'
import { toProblem } from '../call.ts'
import type { AnyRecord } from '../fields/field.ts'
import { IconButton } from '../ui/button.tsx'
import { useShortcuts } from '../ui/keys.ts'
import { toastProblem } from '../ui/toast.ts'
import type { ListToPrint } from './print-list.tsx'

/** Prints all rows of a list instead of those that the browser happens to show, by click and by the browser's own key. */
export function PrintButton<Row extends AnyRecord>(list: ListToPrint<Row>) {
  const print = async () => {
    try {
      const { printList } = await import('./print-list.tsx')
      await printList(list)
    } catch (error) {
      await toastProblem(toProblem(error))
    }
  }
  useShortcuts([{ keys: 'mod+p', label: 'Print the list', group: 'List', run: () => void print() }])
  return <IconButton icon={Printer} label="Print the list" onClick={() => void print()} />
}
