import { QueryClient } from '@tanstack/react-query'
import { forgetOnSignOut } from './session-state.ts'

const FRESH_MS = 15_000

/** Single records and settings; lists have their own RowStore. `call` repeats failed requests itself. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: FRESH_MS, retry: false, refetchOnWindowFocus: true } },
})
forgetOnSignOut(() => queryClient.clear())
