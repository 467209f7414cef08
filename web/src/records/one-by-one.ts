/** For objects whose API deletes and restores single records: one request after the other. */
export function oneByOne(send: (id: number) => Promise<unknown>): (ids: number[]) => Promise<void> {
  return async (ids) => {
    for (const id of ids) await send(id)
  }
}
