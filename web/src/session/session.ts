import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Response } from '../../../server/src/api.ts'
import { may } from '../../../server/src/auth/permissions.ts'
import type { Permission } from '../../../server/src/vocabulary.ts'
import { call } from '../call.ts'
import { setTimeZone } from '../format.ts'
import { forgetLists } from '../grid/stores.ts'
import { paths } from '../paths.ts'
import { queryClient } from '../query-client.ts'
import { forgetUndo } from '../ui/undo.ts'

export type Me = Response<'GET /api/auth/me'>

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await call('GET /api/auth/me', { signal })
    setTimeZone(me.workspace.time_zone)
    return me
  },
  staleTime: Number.POSITIVE_INFINITY,
})

/** Whoever is signed in. The screens behind sign-in are shown only once this is known. */
export function useMe(): Me {
  const { data } = useQuery(meQuery)
  if (!data) throw new Error('A screen behind sign-in was rendered before anyone had signed in.')
  return data
}

/** Whether the person's role allows a thing; what it does not allow is not offered. */
export function useMay(permission: Permission): boolean {
  return may(useMe().role, permission)
}

/** After sign-in: nothing of whoever was here before remains. */
export function begin(me: Me): void {
  forget()
  setTimeZone(me.workspace.time_zone)
  queryClient.setQueryData(meQuery.queryKey, me)
}

export function forget(): void {
  queryClient.clear()
  forgetLists()
  forgetUndo()
}

const PUBLIC_PATHS = [paths.setup(), paths.signIn(), paths.join('')]

/** Whether a screen is for people who have signed in. */
export function needsSession(pathname: string): boolean {
  return !PUBLIC_PATHS.some((path) => pathname.startsWith(path))
}
