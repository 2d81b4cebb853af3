// What every view may use: the way to the node, and a voice for what happens without being looked at.

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Client } from '../api/client.ts'

export interface Shared {
  readonly client: Client
  /** Says something to those who hear the page. */
  readonly say: (text: string) => void
}

export const SharedContext = createContext<Shared | undefined>(undefined)

export function useShared(): Shared {
  const shared = useContext(SharedContext)
  if (!shared) throw new Error('a view stands outside of the page')
  return shared
}
