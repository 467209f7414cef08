import { type Static, type TSchema, Type } from 'typebox'
import type { Subject } from '../cache/subjects.ts'
import type { Permission } from '../vocabulary.ts'
import { Id } from './fields.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
export type RouteKey = `${Method} /api/${string}`

/** Everything about one route: docs, rights, input and output. OpenAPI and the typed client are made of it. */
export interface RouteDeclaration {
  /** One sentence for the API docs. */
  summary: string
  description?: string
  tag: string
  /** `public` needs no session; `signed-in` needs one; otherwise the right a member must have. */
  access: 'public' | 'signed-in' | Permission
  params?: TSchema
  query?: TSchema
  body?: TSchema
  /** Of a route that takes multipart/form-data and reads it itself: its fields, for the description of the API. */
  upload?: TSchema
  /** What it answers with if that is no JSON, for the description of the API. */
  media?: 'text/csv'
  /** Accepts an Idempotency-Key header: a repeated key returns the first answer and does nothing. */
  idempotent?: true
  /** What a GET is made of: its answer is kept until one of these changes. Without it nothing is kept. */
  reads?: readonly Subject[]
  /** The answer depends on what day it is in the workspace, so it is not kept over midnight. */
  daily?: true
  /** The answer differs between members with the same role, so it is kept for each of them. */
  personal?: true
  /** What a write changes: answers made of it are no longer given once it has been answered. */
  writes?: readonly Subject[]
  /** 200 unless said otherwise; 204 has no body. */
  status?: 200 | 201 | 202 | 204
  response?: TSchema
}
export type RouteTable = Record<RouteKey, RouteDeclaration>

export const IdParams = Type.Object({ id: Id })

type Part<D, K extends string> = D extends Record<K, infer S extends TSchema> ? Static<S> : undefined
export type ParamsOf<D> = Part<D, 'params'>
export type QueryOf<D> = Part<D, 'query'>
export type BodyOf<D> = Part<D, 'body'>
export type ResponseOf<D> = Part<D, 'response'>
