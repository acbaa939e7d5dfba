/** The page of the people at the door: sign in, choose the show and the gate, and scan. Kept for when there is no network. */
import { useEffect, useState } from 'react'
import '../../styles/gate.css'
import { useTitle } from '../use-title.ts'
import { ChooseShow } from './choose-show.tsx'
import {
  forgetPlace,
  forgetToken,
  keepPlace,
  keepToken,
  type Place,
  readPlace,
  readToken,
  tokenFromAddress,
} from './gate-memory.ts'
import { keepPage } from './keep-page.ts'
import { ScanDesk } from './scan-desk.tsx'
import { SignIn } from './sign-in.tsx'

export function GatePage() {
  const [token, setToken] = useState(startToken)
  const [place, setPlace] = useState(readPlace)
  const [isKept, setKept] = useState<boolean | null>(null)
  useTitle(place ? `Gate ${place.gate}` : 'Gate')
  useEffect(() => {
    let isHere = true
    void keepPage().then((kept) => isHere && setKept(kept))
    return () => {
      isHere = false
    }
  }, [])

  const signIn = (given: string) => {
    keepToken(given)
    setToken(given)
  }
  const signOut = () => {
    forgetToken()
    setToken(null)
  }
  const choose = (chosen: Place) => {
    keepPlace(chosen)
    setPlace(chosen)
  }
  const leave = () => {
    forgetPlace()
    setPlace(null)
  }

  if (token === null) return <SignIn onSignIn={signIn} />
  if (place === null) return <ChooseShow token={token} onChoose={choose} onSignOut={signOut} />
  return (
    <ScanDesk
      key={`${place.showId} ${place.gate} ${token}`}
      token={token}
      place={place}
      isKept={isKept}
      onLeave={leave}
      onSignOut={signOut}
    />
  )
}

function startToken(): string | null {
  const given = tokenFromAddress()
  if (given) keepToken(given)
  return given ?? readToken()
}
