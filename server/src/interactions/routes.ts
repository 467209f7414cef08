import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { registerRecords } from '../records/record-handlers.ts'
import { createInteraction, interactionSource } from './queries.ts'
import { interactionRecords } from './schema.ts'

export function registerInteractions(app: FastifyInstance, context: AppContext): void {
  registerRecords(app, context, interactionRecords, interactionSource, { create: createInteraction })
}
