import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findCircles } from '../fixtures/circles.ts'
import { arrowsOf, floorOfRooms, readBuildings, roomOf } from '../fixtures/floors.ts'
import { readSources } from '../fixtures/sources.ts'

const sources = readSources()
const buildings = readBuildings()

test('ARCHITECTURE.md draws the floors of the server and of the web app', () => {
  assert.deepEqual(
    buildings.map(({ root }) => root),
    ['server/src', 'web/src'],
  )
})

for (const building of buildings) {
  describe(`the floors of ${building.root}`, () => {
    const floors = floorOfRooms(building)
    const arrows = arrowsOf(building, sources)

    test('every folder and file has its place, once', () => {
      const rooms = sources
        .filter(({ isTest }) => !isTest)
        .flatMap(({ path }) => roomOf(building.root, path) ?? [])
      assert.deepEqual(
        building.floors.flatMap((floor) => floor.rooms).toSorted(),
        [...new Set(rooms)].toSorted(),
      )
    })

    test('nothing imports from a higher floor, types included', () => {
      const upward = arrows.filter(({ from, to }) => (floors.get(to) ?? 0) < (floors.get(from) ?? 0))
      assert.deepEqual(
        upward.flatMap(({ places }) => places),
        [],
      )
    })

    test('the rooms of a floor form no circle', () => {
      const graph = new Map<string, string[]>()
      for (const { from, to } of arrows) graph.set(from, [...(graph.get(from) ?? []), to])
      assert.deepEqual(findCircles(graph), [])
    })
  })
}

/** The file of a feature of the web app that others may show inside their pages. */
const EMBED = 'embed.tsx'

test('features of the web app import of each other only what is made to be shown elsewhere', () => {
  const web = buildings.find(({ root }) => root === 'web/src')
  assert.ok(web)
  const features = web.floors.find(({ name }) => name === 'features')?.rooms ?? []
  assert.ok(features.includes('orders'))
  const between = arrowsOf(web, sources).filter(
    ({ from, to }) => features.includes(from) && features.includes(to),
  )
  assert.deepEqual(
    between.flatMap(({ places }) => places.filter((place) => !place.endsWith(`/${EMBED}`))),
    [],
  )
})
