// The floors of the code, their rooms, and what each room imports from where, with the number of imports.
import { arrowsOf, floorOfRooms, readBuildings } from '../server/test/fixtures/floors.ts'
import { readSources } from '../server/test/fixtures/sources.ts'

const sources = readSources()
for (const building of readBuildings()) {
  const floors = floorOfRooms(building)
  const arrows = arrowsOf(building, sources)
  console.log(`\n${building.root}`)
  for (const { name, rooms } of building.floors) {
    console.log(`\n  ${name}`)
    for (const room of rooms) {
      const out = arrows
        .filter(({ from }) => from === room)
        .toSorted((a, b) => (floors.get(a.to) ?? 0) - (floors.get(b.to) ?? 0))
      console.log(
        `    ${room} ${out.length ? '→ ' : ''}${out.map(({ to, places }) => `${to} ${places.length}`).join(', ')}`,
      )
    }
  }
}
